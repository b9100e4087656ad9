"""One panel for each cell: every operation that the cell began, drawn together.

Rules: nothing is drawn for what ends before a person could see it begin,
but it gets its receipt; at most ten draws a second, whatever arrives (once in
half a second where no front end listens); when the last operation has ended
the view becomes a receipt; a later one in the same cell makes it live again.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from ..progress import Operation
from ..progress.pace import Pace
from .questions.asked import Asked
from .rows import View, select

logger = logging.getLogger(__name__)

APPEAR_S = 0.15
REDRAW_S = 1.0
REMEMBERED = 256
REMEMBERED_QUESTIONS = 16
GIVE_UP_AFTER = 3


class Canvas(Protocol):
    """Where a panel is drawn."""

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Draw *view*, of which something is still running; returns whether a part waits for the next draw."""

    def settle(self, view: View) -> None:
        """Draw *view* for good: everything in it has ended."""


class Panel:
    """The operations of one cell and their canvas; the group that they are opened with."""

    def __init__(self, canvas: Canvas, interval: float) -> None:
        self.shown_at_once = False
        self.cell: int | None = None
        """the number of the cell: `In [7]` is 7"""
        self.owes = False
        """whether news came faster than it could be drawn"""
        self._canvas = canvas
        # Whatever the background thread displays belongs to the cell that began the work.
        self._context = contextvars.copy_context()
        self._pace = Pace(interval)
        self._lock = threading.Lock()
        self._operations: dict[int, Operation] = {}
        self._running: dict[int, Operation] = {}
        self._gone: Counter[str] = Counter()
        self._asked: list[Asked] = []
        self._live = False
        self._settled = True
        self._failures = 0
        self._drawn_at = 0.0

    def add(self, operation: Operation) -> None:
        """Draw *operation* here from now on."""
        with self._lock:
            self._settled = False
            if operation.id in self._operations:
                return
            self._operations[operation.id] = self._running[operation.id] = operation
            if len(self._operations) > REMEMBERED:
                self._forget_the_oldest()

    def ask(self, asked: Asked) -> None:
        """Show a server's question here, and how it ended."""
        with self._lock:
            self._settled, self.shown_at_once, self.owes = False, True, True
            self._asked.append(asked)
            ended = [a for a in self._asked if not a.open]
            for old in ended[: max(0, len(self._asked) - REMEMBERED_QUESTIONS)]:
                self._asked.remove(old)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to draw."""
        return self._settled or self._failures >= GIVE_UP_AFTER

    def ready(self, now: float) -> bool:
        """Return whether an end would be drawn at *now*."""
        return self._live or self._pace.wait(now) <= 0

    def draw(self, now: float, *, news: bool, final: bool = False) -> None:
        """Draw if something is due; *final* draws whatever the pace says."""
        with self._lock:
            if self._settled or self._failures >= GIVE_UP_AFTER:
                return
            self._running = {number: op for number, op in self._running.items() if op.running}
            running = bool(self._running) or any(asked.open for asked in self._asked)
            if running and not self._live and not self._worth_showing(now):
                return
            if running and not news and now - self._drawn_at < REDRAW_S:
                return
            # The end of what was seen running shows at once.
            ended = self._live and not running
            if not self._pace.due(now) and not final and not ended:
                self.owes = True
                return
            self._drawn_at = now
            self._draw(running=running)

    def _draw(self, *, running: bool) -> None:
        for number, operation in tuple(self._operations.items()):
            if operation.fleeting and operation.status == "done":
                del self._operations[number]
        context = self._context.copy()
        try:
            view = select(self._operations.values(), gone=self._gone, asked=self._asked)
            if running:
                self.owes = context.run(self._canvas.show, view, self.cancel_all)
            else:
                context.run(self._canvas.settle, view)
                self.owes = False
            self._live, self._failures = running, 0
        except Exception:  # the display's border: a call never fails because a bar cannot be drawn
            self._failures += 1
            logger.exception("cannot draw (%d of %d times)", self._failures, GIVE_UP_AFTER)
        self._settled = not running

    def cancel_all(self) -> None:
        """Cancel everything that runs here; from any thread."""
        for operation in tuple(self._operations.values()):
            if (cancel := operation.cancel) is not None:
                cancel()

    def _worth_showing(self, now: float) -> bool:
        if self.shown_at_once:
            return True
        return any(now - op.started >= APPEAR_S for op in self._running.values())

    def _forget_the_oldest(self) -> None:
        for number, operation in self._operations.items():
            if not operation.running:
                self._gone[operation.status] += 1
                del self._operations[number]
                return
