"""Show a JSON value as a tree that folds, small whatever the value's size.

Rules: at most `NODES` lines in all, `CHILDREN` under one node, `DEPTH` levels and
`BLOCK_LIMIT` characters of long text; what is left out is counted (`… 1,234 more items`). What fits on a line stands on
a line; a list of flat objects is a table; text of several lines is a block.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from ..text import BLOCK_LIMIT, one_line
from .fold import folded
from .html import MONO, MUTED, PLAIN_CODE, Html, details, join, muted, tag
from .records import as_table, is_scalar, written
from .table import html as table_html
from .words import counted, more

NODES = 200
CHILDREN = 50
DEPTH = 8
_LINE = 80
_OPEN = 12
_BARE = "list-style-type:none"
_LIST = f"{_BARE};margin:0;padding:0"
_INDENTED = f"{_BARE};margin:0;padding:0 0 0 18px"


def tree(value: Any) -> Html:
    """Return *value* (decoded JSON) as HTML."""
    return tag("div", _Tree(NODES).top(value), style=MONO)


class _Tree:
    """One drawing of a value: how many more lines and characters of long text it may take."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.room = BLOCK_LIMIT

    def top(self, value: Any) -> Html:
        line = _on_a_line(value)
        if line is not None:
            return tag("div", line)
        if isinstance(value, str):
            return self._text(value)
        return self._body(value, 0, _LIST)

    def _text(self, text: str) -> Html:
        limit = max(self.room, _LINE)
        self.room -= min(len(text), limit)
        return folded(text, "result.data", limit)

    def _body(self, value: Any, depth: int, style: str) -> Html:
        """Return what is inside the dict or list *value*."""
        table = as_table(value)
        if table is not None:
            self.left -= len(table.rows)
            rest = len(value) - len(table.rows)
            note = [tag("div", muted(more(rest, "row")))] if rest else []
            return tag("div", table_html(table), *note, style=style.removeprefix(f"{_BARE};"))
        items = value.items() if isinstance(value, dict) else enumerate(value)
        noun = "field" if isinstance(value, dict) else "item"
        lines: list[Html] = []
        for key, child in islice(items, CHILDREN):
            if self.left <= 0:
                break
            self.left -= 1
            lines.append(tag("li", self._child(one_line(str(key), _LINE), child, depth), style="margin:0"))
        if len(value) > len(lines):
            lines.append(tag("li", muted(more(len(value) - len(lines), noun)), style="margin:0"))
        return tag("ul", *lines, style=style)

    def _child(self, key: str, value: Any, depth: int) -> Html:
        name = tag("span", tag("bdi", key), ": ", style=MUTED)
        line = _on_a_line(value)
        if line is not None:
            return join([name, line])
        if isinstance(value, str):
            text = tag("div", self._text(value), style="padding:0 0 0 18px")
            return join([name, text])
        count = muted(counted(len(value), "field" if isinstance(value, dict) else "item"))
        if depth + 1 >= DEPTH or self.left <= 0:
            return join([name, count, muted(", not shown: result.data")])
        opened = depth == 0 and len(value) <= _OPEN
        return details(join([name, count]), self._body(value, depth + 1, _INDENTED), opened=opened)


def _on_a_line(value: Any) -> Html | None:
    """Return *value* as one line of JSON where it is short and flat, else None."""
    if isinstance(value, str):
        return _value(value) if _is_short(value, 2 * _LINE) else None
    if isinstance(value, dict | list):
        if len(value) > _LINE // 3:
            return None
        inner = value.values() if isinstance(value, dict) else value
        if not all(is_scalar(child) and _is_short(child, _LINE) for child in inner):
            return None
        return _value(value) if len(written(value)) <= _LINE else None
    return _value(value)


def _is_short(value: Any, limit: int) -> bool:
    return not isinstance(value, str) or (len(value) <= limit and "\n" not in value)


def _value(value: Any) -> Html:
    return tag("code", one_line(written(value)), style=f"{PLAIN_CODE};word-wrap:break-word")
