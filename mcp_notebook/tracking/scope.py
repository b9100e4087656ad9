"""The loops of one request, or of one stage: consecutive ones add up, totals too.

A request has one progress token, and its progress must increase; a function
that runs three loops one after the other would start again from 0 twice.
"""

from __future__ import annotations

import math
import threading
from contextvars import Context, ContextVar, copy_context
from typing import TYPE_CHECKING

from .fold import Reading, path, read

if TYPE_CHECKING:
    from .loop import Loop


COMPLETE = ("done", "stopped")


class Scope:
    """Gathers the outermost loops that begin in it."""

    def __init__(self, label: str = "") -> None:
        self.label = label
        self.shown = True
        """whether its loops have bars: only where a cell is running that they belong to"""
        self.stopping: str | None = None
        self._loops: list[Loop] = []
        self._done = self._of = 0.0
        self._latest: Loop | None = None
        self._lock = threading.Lock()

    def add(self, loop: Loop) -> None:
        """Gather *loop*, which begins."""
        with self._lock:
            self._settle()
            self._loops.append(loop)
            self._latest = loop
        if self.stopping is not None:
            loop.stop(self.stopping)

    def context(self) -> Context:
        """Return a copy of the caller's context in which loops belong to this request."""
        from .loop import current

        copied = copy_context()
        copied.run(scope.set, self)
        copied.run(current.set, None)
        return copied

    @property
    def begun(self) -> bool:
        """Whether any loop has begun."""
        return self._latest is not None

    def read(self) -> Reading:
        """Return the sum of what the loops have done, the sum of their totals, and where the work is."""
        with self._lock:
            self._settle()
            loops, progress, total = tuple(self._loops), self._done, self._of
        known = True
        for loop in loops:
            reading = read(loop)
            progress += reading.progress
            if reading.total is None:
                known = False
            else:
                total += reading.total
        latest = loops[-1] if loops else self._latest
        where, message = path(latest) if latest is not None else ((), None)
        return Reading(progress, total if known and 0 < total < math.inf else None, where, message)

    def stop(self, why: str = "asked to stop") -> None:
        """Ask what runs, and what will begin, to end at its next step."""
        self.stopping = why
        for loop in self.running():
            loop.stop(why)

    def running(self) -> tuple[Loop, ...]:
        """Return the loops that have not ended."""
        with self._lock:
            return tuple(one for one in self._loops if one.running)

    def _settle(self) -> None:
        for loop in [one for one in self._loops if not one.running]:
            self._loops.remove(loop)
            counted = read(loop)
            self._done += counted.progress
            # What was left early is complete at what it did; what broke is not.
            self._of += counted.progress if loop.status in COMPLETE else counted.total or counted.progress


class Stage(Scope):
    """A part of a bar, from *start* to *end* in its unit; the loops inside move it."""

    def __init__(self, label: str, start: float, end: float) -> None:
        super().__init__(label)
        self.start, self.end = start, end

    def share(self, reached: float) -> float:
        """Return how far beyond *reached* the loops inside have moved the bar."""
        at = self.start + (self.end - self.start) * min(1.0, self.read().fraction or 0.0)
        return max(0.0, at - reached)


scope: ContextVar[Scope | None] = ContextVar("mcp_notebook_scope", default=None)
"""the request that this thread or task works for"""
