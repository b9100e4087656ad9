"""A loop at one moment, frozen: what `loops()` returns and what clients are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..progress import Status, words
from ..progress.state import quotient
from ..results import Table
from ..text import line_of
from . import fold
from .loop import Loop


@dataclass(frozen=True)
class LoopView:
    """The state of one loop. Times are in seconds, `rate` in units per second; None is not known."""

    id: str
    label: str
    parent: str | None
    """the id of the loop that it runs in"""
    status: Status
    progress: float
    """what is done: the item in work is not counted"""
    total: float | None
    message: str | None
    elapsed: float
    rate: float | None
    eta: float | None
    cell: int | None
    """the number of its cell: `In [7]` is 7"""
    stalled_for: float | None
    """how long nothing has moved, where that is unusual"""
    unit: str | None = None
    note: str | None = None
    left: tuple[float, float] | None = None
    """the least and the most that is likely left: `eta` lies between"""
    inside: float = 0.0
    """how much of the item in work the loops inside it have done, in the unit of `progress`"""

    @property
    def fraction(self) -> float | None:
        """Return the share that is done, with the loops inside, as its bar shows it; None where the total is unknown."""
        return quotient(self.progress + self.inside, self.total)

    @property
    def running(self) -> bool:
        """Return whether it has not ended."""
        return self.status == "running"

    def __str__(self) -> str:
        """Return it as one line: `epoch  3/10 · 30 % · 1 min 12 s left · loss 0.12`."""
        done = words.quantity(self.progress)
        parts = [done if self.total is None else f"{done}/{words.quantity(self.total)}"]
        parts.append(words.percentage(self.fraction))
        parts.append(words.time_left(self.eta, self.left) or words.duration(self.elapsed))
        parts += [p for p in (None if self.running else self.status, self.message, self.note) if p]
        return f"{self.label}  {words.SEPARATOR.join(p for p in parts if p)}"


class LoopViews(tuple[LoopView, ...]):
    """Loops, oldest first; shows itself as a table."""

    __slots__ = ()

    def table(self) -> Table:
        """Return the loops as a table."""
        rows = tuple(
            (v.id, ("  " if v.parent else "") + v.label, v.status, *_numbers(v), v.message or v.note or "")
            for v in self
        )
        columns = ("id", "loop", "status", "progress", "rate", "time", "message")
        return Table(columns, rows, empty="no loop has been tracked; try: for x in track(range(100)): ...")

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> Any:
        return self.table()._repr_mimebundle_()["text/html"]


def view(loop: Loop, now: float) -> LoopView:
    """Return *loop* as it stands at *now*."""
    operation = loop.operation
    progress = loop.progress()
    elapsed = max(0.0, (loop.ended if loop.ended is not None else now) - loop.started)
    rate = quotient(progress, elapsed) or None
    eta = left = stalled = None
    if loop.running and operation is not None:
        state = operation.snapshot()
        rate, eta, left = state.rate, state.eta, state.left
        stalled = state.silent if state.stalled else None
    parent = loop.parent
    return LoopView(
        id=loop.id,
        label=line_of(loop.label),
        parent=parent.id if parent is not None else None,
        status=loop.status,
        progress=progress,
        total=fold.total(loop),
        message=fold.said(loop),
        elapsed=elapsed,
        rate=rate,
        eta=eta,
        cell=loop.cell,
        stalled_for=stalled,
        unit=loop.unit,
        note=None if loop.note is None else line_of(loop.note),
        left=left,
        inside=fold.inner(loop),
    )


def _numbers(v: LoopView) -> tuple[str, str, str]:
    done = words.quantity(v.progress)
    counted = done if v.total is None else f"{done}/{words.quantity(v.total)}"
    time = words.time_left(v.eta, v.left) or words.duration(v.elapsed)
    return counted, words.per_second(v.rate), time
