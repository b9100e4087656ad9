"""A view as static output: what is saved, exported, and reopened without a kernel.

Rules: `text/plain` says it all; the HTML keeps its facts in text, because
GitHub strips styles; only inline styles, no script, no svg; what a server
sent is escaped.
"""

from __future__ import annotations

from ..progress import Progress
from ..progress.words import MARKS, SEPARATOR, facts
from ..results.html import Html, join, muted, root, tag
from ..text import isolated, one_line
from .questions import asked as asking
from .rows import Row, View

FONT = "font-family:var(--jp-ui-font-family, sans-serif);font-size:var(--jp-ui-font-size1, 13px)"
TRACK = "rgba(128,128,128,0.35)"
COLOURS = {
    "running": "var(--jp-info-color1, rgb(0,151,167))",
    "stalled": "var(--jp-warn-color1, rgb(245,124,0))",
    "done": "var(--jp-success-color1, rgb(56,142,60))",
    "failed": "var(--jp-error-color1, rgb(211,47,47))",
    "cancelled": "var(--jp-ui-font-color2, rgb(120,120,120))",
    "interrupted": "var(--jp-ui-font-color2, rgb(120,120,120))",
    "stopped": "var(--jp-ui-font-color2, rgb(120,120,120))",
    "abandoned": "var(--jp-ui-font-color2, rgb(120,120,120))",
    "timed out": "var(--jp-warn-color1, rgb(245,124,0))",
}
PLAIN_BAR = 20


class Receipt:
    """A view that shows itself without widgets."""

    def __init__(self, view: View) -> None:
        self._view = view

    def __repr__(self) -> str:
        return plain(self._view)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude
        return {"text/plain": plain(self._view), "text/html": str(html(self._view))}


def plain(view: View) -> str:
    """Return the view as lines: `process_items  2000/2000 in 2.2 s · 889/s · done`."""
    lines = [_plain_row(row) for row in view.rows]
    lines += [view.more] if view.more else []
    return "\n".join([*lines, *map(asking.plain, view.asked)])


def html(view: View) -> Html:
    """Return the view as a block of HTML that survives a sanitizer."""
    more = tag("div", muted(view.more)) if view.more else ""
    asked = map(asking.html, view.asked)
    return root(tag("div", *map(_html_row, view.rows), more, *asked, style=f"{FONT};line-height:1.8"))


def colour(state: Progress) -> str:
    """Return the colour that goes with a state, as CSS."""
    return COLOURS["stalled" if state.stalled or state.waiting else state.status]


def words(row: Row) -> Html:
    """Return the words beside a bar: label, numbers, status, message."""
    state = row.state
    said = [tag("b", tag("bdi", row.label)), " "]
    if state.running:
        odd = state.stalled or state.waiting
        said.append(tag("span", row.text, style=f"color:{colour(state)}") if odd else row.text)
    else:
        status = tag("span", f"{MARKS[state.status]} {state.status}", style=f"color:{colour(state)}")
        said += [facts(state), SEPARATOR, status, *([": ", tag("bdi", row.note)] if row.note else [])]
    if state.message and state.status != "done":
        said.append(muted(SEPARATOR, tag("bdi", one_line(state.message))))
    return join(said)


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
        tail = f" · {isolated(one_line(row.state.message, 100))}" if row.state.message else ""
        return f"{indent}{isolated(row.label)}  |{bar}| {row.text}{tail}"
    return f"{indent}{isolated(row.label)}  {row.text}"


def _html_row(row: Row) -> Html:
    filled = f"width:{share(row.state) * 100:.4g}%;height:6px;border-radius:3px;background-color:{colour(row.state)}"
    track = f"flex:none;width:150px;height:6px;border-radius:3px;background-color:{TRACK}"
    line = f"display:flex;align-items:center;gap:12px;margin-left:{row.depth * 18}px"
    return tag("div", tag("div", tag("div", style=filled), style=track), tag("div", words(row)), style=line)
