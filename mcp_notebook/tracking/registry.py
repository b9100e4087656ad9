"""Every loop of this process: those that run, and the last ones that ended.

Rules: beginning and ending a loop takes no lock and draws nothing; a sampler,
ten times a second, reads the counts and hands them to the tracker. A loop
that ends before a person could see it begin never has a bar.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from types import CodeType
from typing import TYPE_CHECKING

from ..progress import About, Sample
from ..text import line_of
from . import fold
from .loop import Loop, current
from .scope import scope

if TYPE_CHECKING:
    from ..progress import Operation, Tracker

KEPT = 1_000
KEPT_INSIDE = 250
"""ended loops that ran inside others: there can be thousands for each of the outer ones"""
WAITING = 100_000
"""ended loops that wait for the sampler; in a forked child there is none"""
SHOW_S = 0.1
LINGER_S = 2.0
UNSURE_S = 1.0
"""how long the receipt of a loop waits for the end of its cell, where only that tells what ended it"""
RECEIPTS = 16
"""receipts that a cell gets for loops that were too short for a bar"""
PANELS = 32
"""cells for which those are counted"""
PLACES = 4
"""rows that a loop keeps for the loops inside it, by their labels"""


class Loops:
    """Begin loops, sample them, remember them."""

    def __init__(
        self,
        tracker: Tracker,
        here: Callable[[], tuple[Hashable, int | None]],
        wake: Callable[[], None],
    ) -> None:
        self.clock = tracker.clock
        self.here = here
        """the panel and the number of the running cell"""
        self._tracker = tracker
        self._wake = wake
        self._awake = False
        self._running: dict[int, Loop] = {}
        self._finished: deque[Loop] = deque(maxlen=KEPT)
        self._finished_inside: deque[Loop] = deque(maxlen=KEPT_INSIDE)
        self._fresh: deque[Loop] = deque(maxlen=WAITING)
        self._begun_at = 0.0
        self._short: dict[Hashable, int] = {}
        """receipts of short loops so far, by panel; the newest last"""

    def begin(
        self, label: str, total: object, unit: str | None, *, by_hand: bool = False, shown: bool = True
    ) -> Loop:
        """Return a new running loop, inside the loop or the request that this thread or task is in."""
        parent = current.get()
        while parent is not None and parent.ended is not None:
            parent = parent.parent
        request = scope.get()
        shown = shown and (request is None or request.shown)
        loop = Loop(self, label, total, unit, parent, by_hand, shown)
        if parent is not None:
            parent.adopt(loop)
        elif request is not None:
            request.add(loop)
        current.set(loop)
        self._running[loop.number] = loop
        self._begun_at = loop.started
        if not self._awake:
            self._awake = True
            self._wake()
        return loop

    def retire(self, loop: Loop) -> None:
        """Take the end of *loop*; lock-free, because an interpreter may be freeing its iterator."""
        self._running.pop(loop.number, None)
        self._fresh.append(loop)
        (self._finished if loop.parent is None else self._finished_inside).append(loop)

    def running(self) -> tuple[Loop, ...]:
        """Return the loops that run, oldest first."""
        return _copy(self._running.values())

    def finished(self) -> tuple[Loop, ...]:
        """Return the last loops that ended; of those that ran inside others, fewer."""
        return (*_copy(self._finished), *_copy(self._finished_inside))

    def sample(self) -> bool:
        """Hand what has changed to the tracker; returns whether another look is worth while."""
        now = self.clock()
        for _ in range(len(self._fresh)):
            loop = self._fresh.popleft()
            if loop.unsure and now - (loop.ended or now) < UNSURE_S:
                self._fresh.append(loop)  # the end of its cell may tell
            else:
                self._finish(loop)
        for loop in self.running():
            if loop.operation is not None or now - loop.started >= SHOW_S:
                self._report(loop)
            loop.curious = True
        self._awake = now - self._begun_at < LINGER_S
        if self._running or self._fresh:  # also what began, or ended, this very moment
            self._awake = True
        return self._awake

    def end_of_cell(self, error: BaseException | None) -> None:
        """Close the bars that have reached their totals, and learn how the cell ended."""
        for loop in self.running():
            if loop.finished_by_count():
                loop.end("done")
        unsure = [loop for loop in _copy(self._fresh) if loop.unsure]
        passed = _passed(error) if isinstance(error, KeyboardInterrupt) else frozenset()
        for loop in unsure:
            if loop.code in passed:
                loop.status = "interrupted"
            loop.unsure = False

    def _report(self, loop: Loop) -> None:
        operation = loop.operation or self._open(loop)
        sample = Sample(loop.progress(), fold.total(loop), fold.said(loop), fold.inner(loop))
        if sample != loop.reported:
            loop.reported = sample
            operation.sample(sample)

    def _open(self, loop: Loop) -> Operation:
        """Give *loop* a row: its own, or the one that the loop before it had in the same place."""
        above = self._above(loop.parent)
        rows = loop.parent.rows if loop.parent is not None else None
        operation = rows.get(loop.label) if rows is not None else None
        if operation is not None and operation.running and operation.cancel is None:
            operation.begin_again(loop.started)
            operation.fleeting = True
        else:
            operation = self._tracker.open(
                loop.label,
                group=loop.group,
                parent=above,
                started=loop.started,
                unit=loop.unit or "",
                verb="Stop",
                about=About("loop", cell=loop.cell),
            )
            if loop.parent is not None and loop.parent.running:
                loop.parent.rows = _with_place(rows or {}, loop.label, operation)
        operation.cancel = lambda: loop.stop("stopped by its button")
        loop.operation = operation
        return operation

    def _above(self, parent: Loop | None) -> Operation | None:
        while parent is not None and parent.group is None:
            parent = parent.parent
        if parent is None:
            return None
        return parent.operation or (self._open(parent) if parent.running else None)

    def _finish(self, loop: Loop) -> None:
        loop.message = fold.said(loop)  # as text: what it was is the user's to free
        if loop.operation is not None or self._earns_a_receipt(loop):
            self._report(loop)
            self._leave(loop)
        loop.operation, loop.rows, loop.children, loop.strays = None, None, None, ()

    def _leave(self, loop: Loop) -> None:
        """End the row of *loop*, or let it wait for the next loop in its place; end those that waited for it."""
        operation, parent = loop.operation, loop.parent
        for row in (loop.rows or {}).values():
            if row.cancel is None:
                row.finish("done", at=loop.ended, announce=False)
        if operation is None:
            return
        rows = parent.rows if parent is not None and parent.running else None
        if loop.status == "done" and rows is not None and rows.get(loop.label) is operation:
            operation.cancel = None
        else:
            note = None if loop.note is None else line_of(loop.note)
            operation.finish(loop.status, note, at=loop.ended, announce=False)

    def _earns_a_receipt(self, loop: Loop) -> bool:
        """Return whether a loop without a bar is told at all: the outermost ones, a few in each cell."""
        if loop.group is None or _drawn_inside(loop):
            return False
        told = self._short.pop(loop.group, 0) + 1
        self._short[loop.group] = told
        while len(self._short) > PANELS:
            del self._short[next(iter(self._short))]
        return told <= RECEIPTS


def _with_place(rows: dict[str, Operation], label: str, operation: Operation) -> dict[str, Operation]:
    """Return *rows* with one more; where there are many, the oldest that waits for another loop waits no longer."""
    rows = {**rows, label: operation}
    waiting = [name for name, row in rows.items() if row.cancel is None and row is not operation]
    if len(rows) > PLACES and waiting:
        row = rows.pop(waiting[0])
        row.fleeting = True
        row.finish("done", announce=False)
    return rows


def _drawn_inside(loop: Loop) -> bool:
    """Return whether a loop around *loop* has a bar."""
    parent = loop.parent
    while parent is not None and parent.group is None:
        parent = parent.parent
    return parent is not None


def leave() -> None:
    """Be in no loop any more: what an earlier cell left open is not around the loops of this one."""
    current.set(None)


def _copy(loops: Iterable[Loop]) -> tuple[Loop, ...]:
    """Return *loops* as they stand, although others begin and end meanwhile."""
    while True:
        try:
            return tuple(loops)
        except RuntimeError:  # changed while it was copied: the collector has freed an iterator
            continue


def _passed(error: BaseException) -> frozenset[CodeType]:
    """Return the code that *error* has come through."""
    codes, trace = set(), error.__traceback__
    while trace is not None:
        codes.add(trace.tb_frame.f_code)
        trace = trace.tb_next
    return frozenset(codes)
