"""What a server asks the person at the notebook, and what it gets back.

Source: Model Context Protocol, "Elicitation" (2025-06-18: forms; 2025-11-25: addresses).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["accept", "decline", "cancel"]


@dataclass(frozen=True)
class Question:
    """One `elicitation/create`: a form to fill in (`schema`), or an address to visit (`url`)."""

    server: str
    message: str
    """as the server sent it: to be cleaned where it is shown"""
    schema: Mapping[str, Any] | None = None
    url: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the person decided; `content` is there only where a form was accepted."""

    action: Action
    content: Mapping[str, object] | None = None


CANCELLED = Answer("cancel")
DECLINED = Answer("decline")
