"""What this room needs from the place it runs in: a loop, a tracker, a way to wait.

The composition root provides it. With it the room calls servers from a
notebook, a terminal or a plain script without knowing which.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..forms.question import Answer, Question
from ..progress import Operation, Tracker
from ..reporting import Ticks
from .limits import Limits

if TYPE_CHECKING:
    from .connection import Connection


class Edge(Protocol):
    """The surroundings of a call."""

    tracker: Tracker
    ticks: Ticks
    """the heartbeat of the loops"""
    limits: Limits
    """what holds where neither the call nor the connection says otherwise"""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The one background event loop, running in a thread of its own."""

    def group(self, *, shown_at_once: bool) -> Hashable:
        """Return what the operations of the running cell are drawn with."""

    def flush(self) -> None:
        """Draw what has changed now, while the caller waits."""

    async def ask(self, question: Question, operation: Operation | None) -> Answer:
        """Ask the person at the notebook, during *operation*; declined where nobody can answer."""

    def form(self, connection: Connection, tool: str | None, prefill: Mapping[str, object]) -> Any:
        """Return the form of *tool*, or the view of all tools; it shows itself."""

    def block(self, wait: Callable[[float], bool], cancel: Callable[[], None], timeout: float | None) -> bool:
        """Wait in the caller's thread until *wait(s)* says so; a keyboard interrupt calls *cancel* first.

        Returns False when *timeout* s are over. *wait* waits at most the given seconds.
        """
