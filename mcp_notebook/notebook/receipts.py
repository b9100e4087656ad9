"""A view as static output: what is saved, exported, and reopened without a kernel.

Rules: `text/plain` says it all; the HTML keeps its facts in text, because
GitHub strips styles; only inline styles, no script, no svg; what a server
sent is escaped.
"""

from __future__ import annotations

from html import escape

from ..progress import Progress
from ..text import one_line
from .rows import Row, View

FONT = "font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:var(--jp-ui-font-size1,13px)"
MUTED = "var(--jp-ui-font-color2,#777)"
TRACK = "var(--jp-layout-color3,rgba(128,128,128,.35))"
COLOURS = {
    "running": "var(--jp-brand-color1,#1976d2)",
    "done": "var(--jp-success-color1,#388e3c)",
    "failed": "var(--jp-error-color1,#d32f2f)",
    "cancelled": "var(--jp-ui-font-color3,#9e9e9e)",
    "interrupted": "var(--jp-ui-font-color3,#9e9e9e)",
    "timed out": "var(--jp-warn-color1,#f57c00)",
}
MARKS = {"running": "…", "done": "✓", "failed": "✗", "cancelled": "◼", "interrupted": "◼", "timed out": "⧖"}
PLAIN_BAR = 20


class Receipt:
    """A view that shows itself without widgets."""

    def __init__(self, view: View) -> None:
        self._view = view

    def __repr__(self) -> str:
        return plain(self._view)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude
        return {"text/plain": plain(self._view), "text/html": html(self._view)}


def plain(view: View) -> str:
    """Return the view as lines: `process_items  2000/2000 in 2.2 s · 889/s · done`."""
    lines = [_plain_row(row) for row in view.rows]
    return "\n".join([*lines, *([view.more] if view.more else [])])


def html(view: View) -> str:
    """Return the view as a block of HTML that survives a sanitizer."""
    rows = "".join(_html_row(row) for row in view.rows)
    more = f'<div style="color:{MUTED}">{escape(view.more)}</div>' if view.more else ""
    return f'<div style="{FONT};line-height:1.8">{rows}{more}</div>'


def share(state: Progress) -> float:
    """Return how much of a static bar is filled, from 0 to 1."""
    if state.fraction is not None and state.updates:
        return min(1.0, state.fraction)
    return 1.0 if state.status == "done" else 0.0


def _plain_row(row: Row) -> str:
    indent = "  " * row.depth
    if row.state.running:
        filled = round(share(row.state) * PLAIN_BAR)
        bar = "█" * filled + "·" * (PLAIN_BAR - filled)
        tail = f" · {one_line(row.state.message, 100)}" if row.state.message else ""
        return f"{indent}{row.label}  |{bar}| {row.text}{tail}"
    return f"{indent}{row.label}  {row.text}"


def _html_row(row: Row) -> str:
    state = row.state
    colour = COLOURS["timed out" if state.stalled else state.status]
    width = f"{share(state) * 100:.4g}%"
    bar = (
        f'<div style="flex:none;width:150px;height:6px;border-radius:3px;background:{TRACK}">'
        f'<div style="width:{width};height:6px;border-radius:3px;background:{colour}"></div></div>'
    )
    message = ""
    if state.message and state.status != "done":
        message = f' <span style="color:{MUTED}">· {escape(one_line(state.message))}</span>'
    return (
        f'<div style="display:flex;align-items:center;gap:12px;margin-left:{row.depth * 18}px">{bar}'
        f"<div><b>{escape(row.label)}</b> {_words(row, colour)}{message}</div></div>"
    )


def _words(row: Row, colour: str) -> str:
    if row.state.running:
        return escape(row.text)
    head, _, end = row.text.rpartition(row.state.status)
    mark = MARKS[row.state.status]
    return f'{escape(head)}<span style="color:{colour}">{mark} {row.state.status}</span>{escape(end)}'
