"""A small table of words that shows itself in a terminal and in a notebook.

Rules: a cell is one line; a row that is too short ends in empty cells; nothing
in a terminal is wider than `WIDTH`, for the last column gives way, while a page has
room for a tool's whole signature; after `ROWS` rows the rest is a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..text import cut, isolated, one_line
from .html import LINE, MUTED, PLAIN_CODE, SMALL, Html, join, muted, root, tag
from .words import more

WIDTH = 100
ROWS = 1_500
_CELL = 40
_PAGE_CELL = 600
_LAST_CELL = 12
_GAP = "  "


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows of text under *columns*.

    *code* are the indices of the columns to set in monospace, *right* those to
    align right (numbers). *empty* is what a table without rows says.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    empty: str = "nothing"
    code: frozenset[int] = frozenset()
    right: frozenset[int] = frozenset()

    def __repr__(self) -> str:
        return "\n".join(line for line in (one_line(self.caption), *_lines(self)) if line)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/plain": repr(self), "text/html": str(root(html(self)))}


def html(table: Table) -> Html:
    """Return *table* as a `<table>` below its caption, to stand inside other HTML."""
    caption = tag("div", muted(one_line(table.caption))) if table.caption else Html()
    if not table.rows:
        return join([caption, tag("div", muted(one_line(table.empty)))])
    head = tag(
        "tr", *(_head(table, i) for i in range(len(table.columns))), style="background-color:transparent"
    )
    rows = (
        tag("tr", *(_cell(table, i, cell) for i, cell in enumerate(_filled(table, row))), style=_ROW)
        for row in table.rows[:ROWS]
    )
    body = tag("table", tag("thead", head), tag("tbody", *rows), style=_TABLE)
    rest = tag("div", muted(_rest(table))) if _rest(table) else Html()
    return join([caption, tag("div", body, style="overflow-x:auto"), rest])


_TABLE = "border-collapse:collapse;table-layout:auto;width:auto;margin:2px 0 4px 0;border:none;font-family:var(--jp-ui-font-family, sans-serif)"
_ROW = "background-color:transparent"
_BOX = f"padding:3px 18px 3px 0;border:none;border-bottom:{LINE};vertical-align:top"


def _head(table: Table, index: int) -> Html:
    style = f"{_BOX};{_aligned(table, index)};{MUTED};{SMALL};font-weight:600"
    return tag("th", one_line(table.columns[index]), scope="col", style=style)


def _cell(table: Table, index: int, cell: str) -> Html:
    shown = one_line(cell, _PAGE_CELL)
    inner = (
        tag("code", shown, style=f"{PLAIN_CODE};white-space:pre-wrap")
        if index in table.code and shown
        else shown
    )
    return tag("td", inner, style=f"{_BOX};{_aligned(table, index)}")


def _aligned(table: Table, index: int) -> str:
    return "text-align:right" if index in table.right else "text-align:left"


def _filled(table: Table, row: Sequence[str]) -> tuple[str, ...]:
    width = len(table.columns)
    return (*row[:width], *[""] * (width - len(row)))


def _lines(table: Table) -> list[str]:
    if not table.rows or not table.columns:
        return [one_line(table.empty)]
    last = len(table.columns) - 1
    rows = [
        [one_line(cell, _CELL if i < last else WIDTH) for i, cell in enumerate(_filled(table, row))]
        for row in (table.columns, *table.rows[:ROWS])
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(last + 1)]
    taken = sum(widths[:last]) + len(_GAP) * last
    widths[last] = min(widths[last], max(_LAST_CELL, WIDTH - taken))
    rows.insert(1, ["─" * width for width in widths])
    return [*(_line(table, row, widths) for row in rows), _rest(table)]


def _rest(table: Table) -> str:
    return more(len(table.rows) - ROWS, "row") if len(table.rows) > ROWS else ""


def _line(table: Table, row: list[str], widths: list[int]) -> str:
    cells = (
        _aside(cut(cell, width), width, right=i in table.right)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return _GAP.join(cells).rstrip()


def _aside(cell: str, width: int, *, right: bool) -> str:
    """Return *cell* filled up to *width*; its right-to-left letters leave its neighbours where they are."""
    room = " " * (width - len(cell))
    return room + isolated(cell) if right else isolated(cell) + room
