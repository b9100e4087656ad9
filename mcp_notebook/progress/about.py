"""What an operation is about: said by whoever opens it, kept for who looks back.

Rules: nothing here is drawn. Arguments are a bounded copy without secrets
before they get here; headers and environments never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["call", "loop", "batch"]
"""a tool call; a loop of this process; the total of several calls"""


class About(NamedTuple):  # made in half of a frozen dataclass's time: each call makes one
    """The facts of one operation that do not change."""

    kind: Kind = "call"
    server: str | None = None
    tool: str | None = None
    arguments: Mapping[str, Any] | None = None
    shortened: bool = False
    """whether something of the arguments was left out, for its length"""
    size: int = 0
    """the bytes that the arguments hold, about"""
    cell: int | None = None
    """the number of the cell: `In [7]` is 7"""


NOTHING = About()
