"""One progress token's life, from the first word to the receipt.

Rules: its state is one frozen value, replaced under the tracker's lock; what it
remembers is bounded; only the first end counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from . import state
from .about import About
from .estimate import Estimator
from .history import History
from .logs import LogEntry, Logs
from .state import Event, Progress, Sample, Status, Update
from .waiting import Span, Waiting

if TYPE_CHECKING:
    from .tracker import Tracker

EARLIER = 255
"""loops before it, in its place, of which an operation remembers when they ran"""
SPAN = 112
"""bytes of one of them"""


class Look(NamedTuple):
    """An operation at one moment."""

    state: Progress
    events: tuple[Event, ...]
    started: float
    began: float
    earlier: tuple[Span, ...]
    waits: tuple[Span, ...]
    """from when to when it waited for the person here, in s since its start"""
    note: str | None


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
        about: About,
    ) -> None:
        self.id = number
        self.about = about
        self.token: str | None = None
        """the progress token that it was sent with last"""
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
        self.began = tracker.calendar() if started is None else tracker.date(started)
        """the same moment, in s of the calendar"""
        self.earlier: tuple[Span, ...] = ()
        """from when to when, by the clock, loops ran that it stood for before"""
        self._tracker = tracker
        self._state = Progress(patience=patience, unit=unit)
        self._heard = 0.0
        self._waiting: Waiting | None = None
        self._history: History | None = None
        self._estimator: Estimator | None = None
        self._logs: Logs | None = None

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
        """Return the bytes of what it remembers."""
        parts = (self._history, self._logs)
        held = sum(part.size for part in parts if part is not None)
        return self.about.size + len(self.earlier) * SPAN + held

    @property
    def heard(self) -> float:
        """Return the clock's time of the last sign of life; now, while it waits for somebody here."""
        return self._tracker.clock() if self._waiting else self.started + self._heard

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
            ended = min(self.started + self._heard, started)  # it was seen to end a little later
            self.earlier = (*self.earlier[-EARLIER:], (self.started, ended))
            self.started, self._heard = started, 0.0
            self.began = self._tracker.date(started)
            self._state = Progress(patience=self._state.patience, unit=self._state.unit)
            self._history, self._estimator = None, None
            self._tracker.changed[self.id] = self

    def log(self, level: str, logger: str | None, text: str) -> None:
        """Keep a line that was said meanwhile; what comes after the end is not of it."""
        with self._tracker.lock:
            if not self._state.running:  # its size is counted from then on
                return
            if self._logs is None:
                self._logs = Logs()
            self._logs.append(self._tracker.clock() - self.started, level, logger, text)

    @property
    def logs(self) -> tuple[LogEntry, ...]:
        """Return the log messages and the stderr of the server while it ran, the newest that are kept."""
        with self._tracker.lock:
            return self._logs.entries() if self._logs is not None else ()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for somebody here: the other side's silence does not count meanwhile."""
        self._wait(begins=True)
        try:
            yield
        finally:
            self._wait(begins=False)

    def _wait(self, *, begins: bool) -> None:
        tracker = self._tracker
        with tracker.lock:
            waiting = self._waiting = self._waiting or Waiting()
            self._heard = tracker.clock() - self.started
            (waiting.begin if begins else waiting.end)(self._heard)
            tracker.changed[self.id] = self
        tracker.on_news(self)

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
            plain = self._estimator is None and self._waiting is None
            self._state = state.finish(self._state if plain else self._view(at), status, at)
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

    def look(self) -> Look:
        """Return all of it as it stands at one moment."""
        with self._tracker.lock:
            state = self._state
            if state.running:
                state = self._view(self._tracker.clock() - self.started)
            events = self._history.events() if self._history is not None else ()
            waits = self._waiting.spans(state.elapsed) if self._waiting is not None else ()
            return Look(state, events, self.started, self.began, self.earlier, waits, self.note)

    def _remember(self, at: float, state: Progress) -> None:
        if self._history is None or self._estimator is None:  # most calls never report
            self._history, self._estimator = History(), Estimator()
        self._history.append(Event(at, state.progress, state.total, state.message))
        self._estimator.note(at, state.progress + state.inner)

    def _view(self, at: float) -> Progress:
        now = self._state
        waiting = bool(self._waiting)
        view = replace(now, elapsed=at, silent=0.0 if waiting else at - self._heard)
        if self._waiting is not None:
            view = replace(view, waiting=waiting, waited=self._waiting.seconds(at))
        if self._estimator is None or view.stalled or waiting:
            return view
        known = self._estimator
        try:
            left = known.left(at, now.total)
            return replace(view, rate=known.rate(), eta=known.eta(at, now.total), left=left)
        except ArithmeticError:  # numbers at the edge of what a float holds: an estimate ends no call
            return view
