"""One tracked loop: its count, its end, its place among others.

A loop is counted by its iterator (see `counting`) or by hand (`Bar`); nothing
here runs for an item. What ends it may run in any thread, inside an
interpreter that is just freeing an object: no lock is taken there.

`progress` is what is done: the item that was fetched last is still in work.
"""

from __future__ import annotations

import itertools
import sys
import weakref
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from ..errors import LoopStopped
from ..progress import Status
from ..progress.state import RUNNING, number
from ..text import line_of
from . import counting, endings
from .endings import Ending

if TYPE_CHECKING:
    from ..progress import Operation, Sample
    from .registry import Loops
    from .scope import Stage
    from .twin import Twin

_numbers = itertools.count(1)
MANY = 64

current: ContextVar[Loop | None] = ContextVar("mcp_notebook_loop", default=None)
"""the innermost loop of this thread or task; one that has ended counts for nothing"""


class Loop:
    """The state of one loop, from its first item to its receipt."""

    # Beginning a loop costs what is assigned here; the rest stands in the class until it is needed.
    code: CodeType | None = None
    """what iterates: `break` is told from other ends by it"""
    begun_at = -1
    """the instruction of that code where it began"""
    n: Any = 0
    """what was counted by hand"""
    final: float = 0
    """what was counted in the end"""
    message: object = None
    note: str | None = None
    status: Status = RUNNING
    unsure = False
    """whether an exception ended it that could not be seen"""
    ended: float | None = None
    stopping: str | None = None
    """why it is to stop"""
    curious = True
    """whether the next item is to be described"""
    mute = False
    """whether its describing function has failed"""
    stage: Stage | None = None
    children: list[Loop] | None = None
    """the loops begun in the step in work"""
    children_at: int | None = None
    children_done = 0
    children_usual = 0
    strays: tuple[Loop, ...] = ()
    """loops of steps before that still run, in tasks or threads"""
    operation: Operation | None = None
    rows: dict[str, Operation] | None = None
    """the rows of the loops inside it, by label"""
    reported: Sample | None = None
    twin: Twin | None = None
    """the bar that it stands for, where it is not counted by an iterator"""
    _head: weakref.ref[Any] | None = None

    def __init__(
        self,
        loops: Loops,
        label: object,
        total: object,
        unit: str | None,
        parent: Loop | None,
        by_hand: bool,  # positional, all of them: keywords cost a tenth of a short loop
        shown: bool,
    ) -> None:
        self.loops = loops
        self.number = next(_numbers)
        self.label = line_of(label)
        self.total = total
        self.unit = unit
        self.parent = parent
        self.by_hand = by_hand
        self.started = loops.clock()
        self.cell: int | None
        """its number"""
        self.panel: Hashable
        """what it belongs to: its cell's, or that of the loop around it"""
        self.group: Hashable
        """what it is drawn with; None: it is not drawn"""
        self.panel, self.cell = (parent.panel, parent.cell) if parent is not None else loops.here()
        self.group = self.panel if shown else None

    @property
    def id(self) -> str:
        """What clients call it."""
        return f"loop-{self.number}"

    @property
    def running(self) -> bool:
        """Return whether it has not ended."""
        return self.status == RUNNING

    def fetched(self) -> int:
        """Return how many items were fetched so far; exact, from any thread."""
        head = self._head() if self._head is not None else None
        return counting.fetched(head) if head is not None else 0

    def progress(self) -> float:
        """Return how many items are done, or what was counted by hand."""
        if self.twin is not None:
            self.twin.look()
        if self.ended is not None:
            return self.final
        return (number(self.n) or 0.0) if self.by_hand else max(0, self.fetched() - 1)

    def finished_by_count(self) -> bool:
        """Return whether what was counted by hand has reached its total."""
        total = number(self.total)
        return self.by_hand and total is not None and self.progress() >= total

    def watch(self, head: Any) -> Any:
        """Count *head*, and return it."""
        self._head = weakref.ref(head)
        if self.stopping is not None:
            counting.stop(head)
        return head

    # how it ends; called by the iterator, in whatever thread frees it

    def exhausted(self) -> None:
        """End: the source has run out."""
        if self.status == RUNNING:
            self.end("done", self.fetched())

    def let_go(self, head: Any) -> None:
        """End: *head* is being freed, and the source has not run out."""
        if self.status == RUNNING:
            self.freed(head, self._how, sys._getframe(2))  # noqa: SLF001 - there is no public way

    def _how(self, frame: FrameType) -> Ending:
        return endings.how(frame, self.code, self.begun_at)

    def freed(self, head: Any, how: Callable[[FrameType], Ending], frame: FrameType) -> None:
        """End: *head* was freed while *frame* ran; *how* tells what that means."""
        if self.status != RUNNING:
            return
        try:
            status, self.unsure, working = how(frame)
        except Exception:  # the interpreter may be going down
            status, working = "abandoned", True
        given = counting.fetched(head)
        if status != "done" and counting.ran_out(head):
            status = "done" if status == "abandoned" else status
        elif status == "stopped" and not given:
            status = "abandoned"  # nothing was ever fetched: there was no loop to leave
        if given == 0 and self.reported is not None:
            given = int(self.reported.progress)  # see `counting`: a slice that has forgotten
            working = False
        self.end(status, max(0, given - 1) if working else given)

    def stopped(self) -> BaseException:
        """End: it was asked to stop; return what says so in the cell."""
        why = self.stopping or "stopped"
        if self.status == RUNNING:
            self.end("stopped", None if self.by_hand else self.fetched())
        return LoopStopped(f"{self.label} was {why}", loop=self.label)

    def end(self, status: Status, count: int | None = None) -> None:
        """End with *status* at *count*, or at what was counted by hand; only the first end counts."""
        if self.status != RUNNING:
            return
        twin, self.twin = self.twin, None
        if twin is not None:
            twin.look()
        self.final = (number(self.n) or 0.0) if count is None else count
        self.ended = self.loops.clock()
        self.status = status
        self.loops.retire(self)

    def stop(self, why: str = "asked to stop") -> None:
        """Ask it, and what runs inside it, to end at the next step; from any thread."""
        self.stopping = why
        for child in (*(self.children or ()), *self.strays):
            if child.running:
                child.stop(why)
        if self.stage is not None:
            self.stage.stop(why)
        head = self._head() if self._head is not None else None
        if head is not None and self.running:
            counting.stop(head)
        if self.twin is not None:
            self.twin.stop()

    # what runs inside it

    def adopt(self, child: Loop) -> None:
        """Remember *child*, begun in the current step."""
        if self.stopping is not None:
            child.stop(self.stopping)
        if self.stage is not None:
            self.stage.add(child)
            return
        at = None if self.by_hand else self.fetched()
        children = self.children
        if children is None or at != self.children_at:
            children = self._new_step(at)
        if len(children) >= MANY:
            running = [c for c in children if c.running]
            self.children_done += len(children) - len(running)
            self.children = children = running
        children.append(child)

    def _new_step(self, at: int | None) -> list[Loop]:
        if self.children is not None:
            self.children_usual = max(self.children_usual, self.children_done + len(self.children))
            self.strays = tuple(c for c in (*self.strays, *self.children) if c.running)
        children: list[Loop] = []
        self.children_at, self.children_done, self.children = at, 0, children
        return children
