"""What a panel shows of its operations: which rows, in which order, and how many more.

Rules: totals always; then what runs, what failed, what ended last; in the
order they began. A thousand tokens stay readable: the rest is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..progress import Operation, Progress, words
from ..text import one_line

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
    has_parts: bool = False

    @property
    def text(self) -> str:
        """The words beside the bar, without label and message."""
        return words.live(self.state) if self.state.running else words.receipt(self.state, self.note)


@dataclass(frozen=True)
class View:
    """The rows to draw, and a line for those that are not drawn."""

    rows: tuple[Row, ...]
    more: str = ""

    @property
    def running(self) -> bool:
        """Whether anything is still under way."""
        return any(row.state.running for row in self.rows)


def rows_of(operations: Iterable[Operation]) -> list[Row]:
    """Return the operations as rows, as they stand now."""
    operations = list(operations)
    parents = {op.parent.id for op in operations if op.parent is not None}
    return [
        Row(op.id, one_line(op.label, 60), _depth(op), op.snapshot(), op.note, op.cancel, op.id in parents)
        for op in operations
    ]


def select(rows: Sequence[Row], limit: int = LIMIT, gone: Counter[str] | None = None) -> View:
    """Return at most *limit* rows; *gone* counts those that were forgotten before."""
    gone = gone or Counter()
    listed = (
        rows
        if any(row.state.running for row in rows)
        else [row for row in rows if not _said_by_its_total(row)]
    )
    if len(rows) - len(listed) <= FEW:
        listed = rows
    if len(listed) == len(rows) <= limit and not gone:
        return View(tuple(rows))
    chosen = sorted(listed, key=_weight)[:limit]
    shown = {row.id for row in chosen}
    hidden = Counter(gone)
    hidden.update(row.state.status for row in rows if row.id not in shown)
    more = f"{sum(hidden.values())} more: " + ", ".join(f"{n} {status}" for status, n in hidden.most_common())
    return View(tuple(row for row in rows if row.id in shown), more if hidden else "")


def _said_by_its_total(row: Row) -> bool:
    return row.depth > 0 and row.state.status == "done" and not row.has_parts


def _weight(row: Row) -> tuple[int, int]:
    if row.has_parts:
        return 0, row.id
    if row.state.running:
        return 1, row.id
    if row.state.status != "done":
        return 2, -row.id
    return 3, -row.id


def _depth(operation: Operation) -> int:
    depth, parent = 0, operation.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth
