"""Every operation in flight: the one mutable store, the one lock.

Sources (tool calls, loops) open an operation and report to it; sinks (bars,
reporters, history) take snapshots of what changed. Neither knows the other.
An operation belongs to a *group*: what is drawn together (the cell).
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable

from .about import NOTHING, About
from .operation import Operation

KEPT = 1_000
"""finished operations that a tracker remembers"""
KEPT_BYTES = 16 * 1024 * 1024
"""of their events; the oldest are forgotten first"""


class Tracker:
    """Open operations, and hand out what changed since the last look."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, calendar: Callable[[], float] = time.time
    ) -> None:
        self.clock = clock
        self.calendar = calendar
        self.lock = threading.Lock()
        self.changed: dict[int, Operation] = {}
        self.on_news: Callable[[Operation], None] = _nothing
        """called after each report and each end, in the reporter's thread"""
        self._running: dict[int, Operation] = {}
        self._finished: deque[Operation] = deque()
        self._finished_bytes = 0
        self._ids = itertools.count(1)

    def open(
        self,
        label: str,
        *,
        group: Hashable = None,
        parent: Operation | None = None,
        patience: float | None = None,
        started: float | None = None,
        unit: str | None = None,
        verb: str = "Cancel",
        about: About = NOTHING,
    ) -> Operation:
        """Return a new running operation, drawn with *group*, indented below *parent*.

        *patience*: s of silence after which it counts as stalled at the latest;
        *started*: the clock's time of its beginning, where that is over;
        *unit*: what is counted; *verb*: what its button says; *about*: what the history tells of it.
        """
        operation = Operation(
            self,
            next(self._ids),
            label,
            group=group,
            parent=parent,
            patience=patience,
            started=started,
            unit=unit,
            verb=verb,
            about=about,
        )
        with self.lock:
            self._running[operation.id] = operation
            self.changed[operation.id] = operation
        return operation

    def date(self, at: float) -> float:
        """Return when, in s of the calendar, the clock showed *at*.

        Asked for each operation anew: a clock that stood still while the machine slept is behind.
        """
        return self.calendar() - (self.clock() - at)

    def retire(self, operation: Operation) -> None:
        """Move *operation* to the finished ones; the lock is held by the caller."""
        if self._running.pop(operation.id, None) is not None:
            self._finished.append(operation)
            self._finished_bytes += operation.size
            while len(self._finished) > KEPT or self._finished_bytes > KEPT_BYTES:
                self._finished_bytes -= self._finished.popleft().size
        self.changed[operation.id] = operation

    def running(self) -> tuple[Operation, ...]:
        """Return the operations in flight, oldest first."""
        with self.lock:
            return tuple(self._running.values())

    def finished(self) -> tuple[Operation, ...]:
        """Return the last finished operations, oldest first."""
        with self.lock:
            return tuple(self._finished)

    def take(self) -> tuple[Operation, ...]:
        """Return what changed since the last take."""
        with self.lock:
            changed = tuple(self.changed.values())
            self.changed.clear()
        return changed


def _nothing(_operation: Operation) -> None:
    """Do nothing: nobody listens yet."""
