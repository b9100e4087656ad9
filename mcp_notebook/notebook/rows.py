"""What a panel shows of its operations: which rows, in which order, and how many more.

Rules: totals always; then what runs, what failed, what ended last; in the
order they began. A thousand tokens stay readable: the rest is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from heapq import nsmallest

from ..progress import Operation, Progress, words
from ..text import one_line
from .questions.asked import Asked

LIMIT = 16
FEW = 4
"""parts of a total that are still listed when all has ended well"""


@dataclass(frozen=True)
class Row:
    """One operation at one moment."""

    id: int
    label: str
    depth: int
    state: Progress
    note: str | None = None
    cancel: Callable[[], object] | None = None
    verb: str = "Cancel"
    """what its button says"""

    @property
    def text(self) -> str:
        """The words beside the bar, without label and message."""
        return words.live(self.state) if self.state.running else words.receipt(self.state, self.note)


@dataclass(frozen=True)
class View:
    """The rows to draw, and a line for those that are not drawn."""

    rows: tuple[Row, ...]
    more: str = ""
    asked: tuple[Asked, ...] = ()
    """what servers asked meanwhile, open and ended"""

    @property
    def running(self) -> bool:
        """Whether anything is still under way."""
        return any(row.state.running for row in self.rows)


def select(
    operations: Iterable[Operation],
    limit: int = LIMIT,
    gone: Counter[str] | None = None,
    asked: Iterable[Asked] = (),
) -> View:
    """Return at most *limit* operations as rows; *gone* counts those that were forgotten before.

    Only what is shown is looked at closely: a thousand cost little more than sixteen.
    """
    operations = list(operations)
    parents = {op.parent.id for op in operations if op.parent is not None}
    listed = operations
    if not any(op.running for op in operations):
        listed = [op for op in operations if not _said_by_its_total(op)]
        if len(operations) - len(listed) <= FEW:
            listed = operations
    chosen = {op.id for op in nsmallest(limit, listed, key=lambda op: _weight(op, parents))}
    hidden = Counter(gone)
    hidden.update(op.status for op in operations if op.id not in chosen)
    return View(tuple(_row(op) for op in operations if op.id in chosen), _count(hidden), tuple(asked))


def _row(operation: Operation) -> Row:
    return Row(
        operation.id,
        one_line(operation.label, 60),
        _depth(operation),
        operation.snapshot(),
        None if operation.note is None else one_line(operation.note),
        operation.cancel,
        operation.verb,
    )


def _count(hidden: Counter[str]) -> str:
    if not hidden:
        return ""
    return f"{hidden.total()} more: " + ", ".join(f"{n} {status}" for status, n in hidden.most_common())


def _said_by_its_total(operation: Operation) -> bool:
    return operation.parent is not None and operation.status == "done"


def _weight(operation: Operation, parents: Container[int]) -> tuple[int, int]:
    if operation.id in parents:
        return 0, operation.id
    if operation.running:
        return 1, operation.id
    if operation.status != "done":
        return 2, -operation.id
    return 3, -operation.id


def _depth(operation: Operation) -> int:
    depth, parent = 0, operation.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth
