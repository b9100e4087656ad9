"""Move the newest snapshots to the panels: at once where that is due, else on the next tick.

Runs on the background loop. A report made *on* the loop draws from within
(an in-process server may never let a timer run); a timer takes care of the
last state, of bars that become worth showing, and of silence.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress

from ..progress import Operation, Tracker
from ..progress.pace import Pace
from .panels import Panel

TICK_S = 0.1


class Pump:
    """The one clock of everything that is drawn."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tracker: Tracker, thread_id: int) -> None:
        self.sample: Callable[[], bool] = _no_source
        """looks at what tells no news by itself; returns whether to look again"""
        self.on_tick: Callable[[], None] = _nobody
        """called after each tick"""
        self._loop = loop
        self._tracker = tracker
        self._thread_id = thread_id
        self._pace = Pace(TICK_S / 2)
        self._timer: asyncio.TimerHandle | None = None
        self._panels: set[Panel] = set()
        self._sampling = False
        tracker.on_news = self._nudge

    def flush(self, *, final: bool = False) -> None:
        """Draw what has changed; *final* draws it all, now. On the background loop."""
        self._sampling = self.sample()
        now = self._tracker.clock()
        changed: set[Panel] = set()
        for operation in self._tracker.take():
            if isinstance(operation.group, Panel):
                operation.group.add(operation)
                changed.add(operation.group)
        self._panels |= changed
        for panel in tuple(self._panels):
            panel.draw(now, news=panel in changed or panel.owes, final=final)
            if panel.settled:
                self._panels.discard(panel)

    def attend(self, panel: Panel) -> None:
        """Draw *panel*, which has news of its own. On the background loop."""
        self._panels.add(panel)
        self._arm()

    def stop(self) -> None:
        """Draw nothing more."""
        self._tracker.on_news = _nothing
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """Begin to tick; from any thread."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._arm)

    def _nudge(self, operation: Operation) -> None:
        if threading.get_ident() != self._thread_id:
            self._loop.call_soon_threadsafe(self._arm)
            return
        now = self._tracker.clock()
        if operation.running:
            if self._pace.due(now):
                self.flush()
        elif isinstance(operation.group, Panel) and operation.group.ready(now):
            self.flush()
        self._arm()

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(TICK_S, self._tick, context=contextvars.Context())

    def _tick(self) -> None:
        self._timer = None
        try:
            self.flush()
            self.on_tick()
        finally:  # the next look comes, whatever went wrong in this one
            if self._panels or self._sampling or self._tracker.running():
                self._arm()


def _no_source() -> bool:
    """Look at nothing."""
    return False


def _nobody() -> None:
    """Tell nobody."""


def _nothing(_operation: Operation) -> None:
    """Do nothing."""
