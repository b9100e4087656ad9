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
from dataclasses import replace

from . import state
from .estimate import Estimator
from .history import History
from .state import Event, Progress, Sample, Status, Update

KEPT = 1_000
"""finished operations that a tracker remembers"""
KEPT_BYTES = 16 * 1024 * 1024
"""of their events; the oldest are forgotten first"""


class Operation:
    """One progress token's life, from the first word to the receipt."""

    def __init__(
        self,
        tracker: Tracker,
        number: int,
        label: str,
        *,
        group: Hashable,
        parent: Operation | None,
        patience: float | None,
        started: float | None,
        unit: str | None,
        verb: str,
    ) -> None:
        self.id = number
        self.label = label
        self.group = group
        self.parent = parent
        self.cancel: Callable[[], object] | None = None
        """what its button calls, from any thread"""
        self.verb = verb
        """what its button says"""
        self.fleeting = False
        """whether it is not worth a line when it has ended well"""
        self.note: str | None = None
        self.started = tracker.clock() if started is None else started
        self._tracker = tracker
        self._state = Progress(patience=patience, unit=unit)
        self._heard = 0.0
        self._history: History | None = None
        self._estimator: Estimator | None = None

    @property
    def running(self) -> bool:
        """Return whether it has not ended."""
        return self._state.running

    @property
    def status(self) -> Status:
        """Return `running`, or how it ended."""
        return self._state.status

    @property
    def events(self) -> tuple[Event, ...]:
        """Return the bounded history: first and last exact, the middle thinned."""
        with self._tracker.lock:
            return self._history.events() if self._history is not None else ()

    @property
    def size(self) -> int:
        """Return the bytes of its events."""
        return self._history.size if self._history is not None else 0

    @property
    def heard(self) -> float:
        """Return the clock's time of the last sign of life."""
        return self.started + self._heard

    @property
    def now(self) -> float:
        """Return the time of the same clock."""
        return self._tracker.clock()

    def report(self, progress: object, total: object = None, message: object = None, count: int = 1) -> bool:
        """Take one notification as it came; never raises, never waits.

        It stands for *count* of them where the others, each greater than the one before, came
        at once with it. Returns whether its `progress` was taken as it is.
        """
        tracker = self._tracker
        at = tracker.clock() - self.started
        with tracker.lock:
            before = self._state
            after = self._state = state.fold(before, Update(progress, total, message, count), at)
            if not before.running:
                return False
            self._heard = at
            if after.updates != before.updates:
                self._remember(at, after)
            tracker.changed[self.id] = self
        tracker.on_news(self)
        return after.updates != before.updates and after.repairs.held == before.repairs.held

    def sample(self, sample: Sample) -> None:
        """Take what a loop of this process says of itself; on the thread that draws."""
        tracker = self._tracker
        at = tracker.clock() - self.started
        with tracker.lock:
            self._heard = at
            self._state = state.advance(self._state, sample, at)
            if self._history is None:
                self._remember(0.0, Progress())  # a loop begins with nothing done
            self._remember(at, self._state)
            tracker.changed[self.id] = self

    def begin_again(self, started: float) -> None:
        """Stand for another loop, begun at *started*, in the same place."""
        with self._tracker.lock:
            self.started, self._heard = started, 0.0
            self._state = Progress(patience=self._state.patience, unit=self._state.unit)
            self._history, self._estimator = None, None
            self._tracker.changed[self.id] = self

    def restart(self) -> None:
        """Begin a new round of the same request."""
        tracker = self._tracker
        with tracker.lock:
            if not self._state.running:
                return
            self._heard = tracker.clock() - self.started
            self._state = state.restart(self._state, self._heard)
            if self._estimator is not None:
                self._estimator = Estimator()
            tracker.changed[self.id] = self

    def finish(
        self, status: Status, note: str | None = None, *, at: float | None = None, announce: bool = True
    ) -> None:
        """End with *status*; *note* says why, in one line. Only the first end counts.

        *at* is the clock's time of the end; without *announce* it is drawn with the next look.
        """
        tracker = self._tracker
        with tracker.lock:
            if not self._state.running:
                return
            at = (tracker.clock() if at is None else at) - self.started
            self._state = state.finish(self._state if self._estimator is None else self._view(at), status, at)
            self.note = note
            self.cancel = None  # it holds the call, and so the result
            self._estimator = None
            tracker.retire(self)
        if announce:
            tracker.on_news(self)

    def snapshot(self) -> Progress:
        """Return the state as it stands now, with rate and time left."""
        with self._tracker.lock:
            if not self._state.running:
                return self._state
            return self._view(self._tracker.clock() - self.started)

    def _remember(self, at: float, state: Progress) -> None:
        if self._history is None or self._estimator is None:  # most calls never report
            self._history, self._estimator = History(), Estimator()
        self._history.append(Event(at, state.progress, state.total, state.message))
        self._estimator.note(at, state.progress + state.inner)

    def _view(self, at: float) -> Progress:
        now = self._state
        view = replace(now, elapsed=at, silent=at - self._heard)
        if self._estimator is None or view.stalled:
            return view
        known = self._estimator
        try:
            left = known.left(at, now.total)
            return replace(view, rate=known.rate(), eta=known.eta(at, now.total), left=left)
        except ArithmeticError:  # numbers at the edge of what a float holds: an estimate ends no call
            return view


class Tracker:
    """Open operations, and hand out what changed since the last look."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
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
    ) -> Operation:
        """Return a new running operation, drawn with *group*, indented below *parent*.

        *patience*: s of silence after which it counts as stalled at the latest;
        *started*: the clock's time of its beginning, where that is over;
        *unit*: what is counted; *verb*: what its button says.
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
        )
        with self.lock:
            self._running[operation.id] = operation
            self.changed[operation.id] = operation
        return operation

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
