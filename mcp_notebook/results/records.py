"""See a table where JSON holds one: a list of objects whose values are all scalars.

Rules: only the rows that are shown are looked at, so the length of the list costs
nothing; columns come in the order in which they first appear; a value that is
missing is an empty cell, null says `null`.
"""

from __future__ import annotations

import json
from typing import Any

from ..text import one_line
from .table import Table

ROWS = 25
COLUMNS = 12
_LEAST = 2


def as_table(value: Any) -> Table | None:
    """Return the first `ROWS` of *value* as a `Table`, or None where it isn't table-like."""
    if not isinstance(value, list) or len(value) < _LEAST:
        return None
    shown = value[:ROWS]
    if not all(
        isinstance(row, dict) and row and all(is_scalar(cell) for cell in row.values()) for row in shown
    ):
        return None
    columns = tuple(dict.fromkeys(str(key) for row in shown for key in row))
    if len(columns) > COLUMNS:
        return None
    rows = tuple(tuple(cell_text(row[key]) if key in row else "" for key in columns) for row in shown)
    right = frozenset(i for i, key in enumerate(columns) if all(_is_number(row.get(key)) for row in shown))
    return Table(columns, rows, right=right)


def is_scalar(value: Any) -> bool:
    """Whether *value* is a string, number, boolean or null of JSON."""
    return value is None or isinstance(value, str | int | float)


def cell_text(value: Any) -> str:
    """Return a scalar as a line of text; a string without quotes."""
    return one_line(value) if isinstance(value, str) else one_line(written(value))


def written(value: Any, indent: int | None = None) -> str:
    """Return *value* as JSON text; what JSON has no word for, and what nests too deep, as Python's."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    except (ValueError, TypeError, RecursionError):
        return _repr(value)


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):  # an integer of more digits than Python prints; nesting
        return f"({type(value).__name__} too large to write)"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
