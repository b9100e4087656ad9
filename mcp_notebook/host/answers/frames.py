"""Show a table of pandas or polars: its first rows, and how many there are.

Rules: neither library is imported; the user's display options don't matter; the
index is shown where it says more than the row's number. Text and structured
content are cut separately, and `shape` always tells the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...results import Table
from ...results.words import counted, more
from ...text import cut, one_line
from .neighbours import is_a, is_pandas
from .plain import plain

TEXT_ROWS = 30
TEXT_COLUMNS = 20
ROWS = 200
COLUMNS = 100
_CELL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """The first rows and columns of a table; *index* names the rows, where they have names."""

    kind: str
    columns: list[str]
    rows: list[list[Any]]
    index: list[Any] | None
    shape: tuple[int, ...]

    @property
    def structured(self) -> dict[str, Any]:
        """The table as JSON: `columns`, `rows`, `shape`, and `index` where it has one."""
        told: dict[str, Any] = {"columns": self.columns, "rows": self.rows, "shape": list(self.shape)}
        return told if self.index is None else {**told, "index": self.index}

    @property
    def text(self) -> str:
        """The table as lines below one that says what it is."""
        return "\n".join(line for line in (self._caption, repr(self._table), self._rest) if line)

    @property
    def _caption(self) -> str:
        sizes = [counted(self.shape[0], "row")]
        if len(self.shape) > 1:
            sizes.append(counted(self.shape[1], "column"))
        return f"{self.kind}, {' × '.join(sizes)}"

    @property
    def _table(self) -> Table:
        columns = self.columns[:TEXT_COLUMNS]
        rows = [[_shown(cell) for cell in row[:TEXT_COLUMNS]] for row in self.rows[:TEXT_ROWS]]
        right = frozenset(i for i in range(len(columns)) if all(_is_number(row[i]) for row in self.rows))
        if self.index is not None:
            columns = ["", *columns]
            rows = [[_shown(name), *row] for name, row in zip(self.index, rows, strict=False)]
            right = frozenset(i + 1 for i in right)
        return Table(tuple(columns), tuple(tuple(row) for row in rows), empty="no rows", right=right)

    @property
    def _rest(self) -> str:
        left_out = [
            more(count, noun)
            for count, noun in (
                (self.shape[0] - TEXT_ROWS, "row"),
                (self.shape[-1] - TEXT_COLUMNS if len(self.shape) > 1 else 0, "column"),
            )
            if count > 0
        ]
        return ", ".join(left_out)


def frame(value: Any) -> Frame:
    """Return what is shown of a DataFrame or Series of pandas or polars."""
    return _pandas(value) if is_pandas(value) else _polars(value)


def _pandas(value: Any) -> Frame:
    head = value.iloc[:ROWS]
    index = None if is_a(value.index, "pandas", "RangeIndex") else _cells(head.index)
    if len(value.shape) == 1:
        return Frame("Series", [_named(value.name)], [[cell] for cell in _cells(head)], index, value.shape)
    columns = [_named(name) for name in value.columns[:COLUMNS]]
    rows = [_cells(row) for row in head.iloc[:, :COLUMNS].itertuples(index=False, name=None)]
    return Frame("DataFrame", columns, rows, index, value.shape)


def _polars(value: Any) -> Frame:
    head = value.head(ROWS)
    if len(value.shape) == 1:
        return Frame("Series", [_named(value.name)], [[cell] for cell in _cells(head)], None, value.shape)
    columns = [_named(name) for name in value.columns[:COLUMNS]]
    rows = [_cells(islice(row, COLUMNS)) for row in head.rows()]
    return Frame("DataFrame", columns, rows, None, value.shape)


def _cells(values: Any) -> list[Any]:
    return [cell if not isinstance(cell := plain(v), str) else cut(cell, _CELL_LIMIT) for v in values]


def _named(name: Any) -> str:
    return "value" if name is None or name == "" else one_line(str(name), _CELL_LIMIT)


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return "" if cell is None else one_line(str(cell))


def _is_number(cell: Any) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))
