"""The live view in a notebook: stock ipywidgets, replaced by a receipt when the work has ended.

Rules: a bar is created when a person could see it, not before; a flush sends
at most one message for each row (bar and words take turns: numbers that
change ten times a second cannot be read); beyond `LIMIT` rows one model draws
them all. Only the background thread writes to a widget. Server text is
escaped HTML text, never a description, a label or a Markdown cell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ..results.html import join, tag
from .clicks import Clicks
from .receipts import Receipt, html, words
from .rows import LIMIT, Row, View

KEPT_OPEN = 32
"""finished views whose models stay open for a page that reloads"""

STYLE = """<style>
.mcpn-bar .progress{height:8px;border-radius:4px;margin:auto 0;overflow:hidden;background:var(--jp-layout-color3,rgba(128,128,128,.35));border:0;box-shadow:none}
.mcpn-bar .progress-bar{height:8px;border-radius:4px;transition:width .15s linear}
.mcpn-unknown .progress-bar{width:30%!important;animation:mcpn-slide 1.6s ease-in-out infinite alternate}
@keyframes mcpn-slide{from{margin-left:0}to{margin-left:70%}}
@media (prefers-reduced-motion:reduce){.mcpn-unknown .progress-bar{animation-duration:6s}}
.mcpn-words .widget-html-content{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
</style>"""


class WidgetCanvas:
    """Draws one panel of one cell; every method runs in the background thread."""

    def __init__(self, clicks: Clicks | None, graveyard: Graveyard) -> None:
        self._clicks = clicks
        self._graveyard = graveyard
        self._handle: Any = None
        self._box: Any = None
        self._bars: dict[int, _Bar] = {}
        self._board: _Board | None = None
        self._css: Any = None

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Draw *view* live; returns whether a part waits for the next draw."""
        if self._box is None:
            self._build(view, cancel_all)
            self._display(self._box)
        elif self._board is not None:
            self._board.update(view)
        elif view.more or len(view.rows) > LIMIT:
            self._forget_bars()
            self._board = _Board(view, cancel_all, self._clicks)
            self._box.children = [self._board.box]
        else:
            return self._update_bars(view)
        return False

    def settle(self, view: View) -> None:
        """Replace the live view by its receipt."""
        self._display(Receipt(view))
        if self._box is not None:
            for bar, row in ((self._bars.get(row.id), row) for row in view.rows):
                if bar is not None:
                    bar.finish(row)
            self._forget_bars()
            if self._board is not None:
                self._board.forget()
            self._graveyard.bury(self._box)
            self._box, self._board = None, None

    def _display(self, thing: Any) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(thing, display_id=True)
        else:
            self._handle.update(thing)

    def _build(self, view: View, cancel_all: Callable[[], None]) -> None:
        import ipywidgets

        if view.more or len(view.rows) > LIMIT:
            self._board = _Board(view, cancel_all, self._clicks)
            children = [self._board.box]
        else:
            self._css = ipywidgets.HTML(STYLE, layout=_layouts()["hidden"])
            self._bars = {row.id: _Bar(row, self._clicks) for row in view.rows}
            children = [self._css, *(bar.box for bar in self._bars.values())]
        self._box = ipywidgets.VBox(children)

    def _update_bars(self, view: View) -> bool:
        new = [row for row in view.rows if row.id not in self._bars]
        waiting = [self._bars[row.id].update(row) for row in view.rows if row.id in self._bars]
        if new:
            self._bars.update({row.id: _Bar(row, self._clicks) for row in new})
            self._box.children = [self._css, *(self._bars[row.id].box for row in view.rows)]
        return any(waiting)

    def _forget_bars(self) -> None:
        for bar in self._bars.values():
            bar.forget()
        self._bars = {}


class Graveyard:
    """Views that have ended: open for a while, so that a reloaded page finds them; then closed."""

    def __init__(self) -> None:
        self._boxes: deque[Any] = deque()

    def bury(self, box: Any) -> None:
        """Keep *box*, and close the oldest one beyond the limit."""
        self._boxes.append(box)
        while len(self._boxes) > KEPT_OPEN:
            _close(self._boxes.popleft())

    def clear(self) -> None:
        """Close everything."""
        while self._boxes:
            _close(self._boxes.popleft())


class _Bar:
    """One row: bar, words, Cancel."""

    def __init__(self, row: Row, clicks: Clicks | None) -> None:
        import ipywidgets

        layouts = _layouts()
        self._clicks = clicks
        self._row = row
        self._cancelling = False
        self._turn = False
        self._sent: dict[str, object] = {}
        self._bar = ipywidgets.FloatProgress(**self._values(row), layout=layouts["bar"])
        self._bar.add_class("mcpn-bar")
        self._words = ipywidgets.HTML(self._html(row), layout=layouts["words"])
        self._words.add_class("mcpn-words")
        parts = [self._bar, self._words]
        self._button = None
        if row.cancel is not None:
            self._button = ipywidgets.Button(
                description="Cancel", tooltip=f"Cancel {row.label}", layout=layouts["button"]
            )
            self._button.on_click(lambda _: self._cancel())
            if clicks is not None:
                clicks.on(self._button.comm.comm_id, self._cancel)
            parts.append(self._button)
        self.box = ipywidgets.HBox(parts, layout=_indented(row.depth))
        self._sent = {**self._values(row), "words": self._words.value}
        self._mark_unknown(row)

    def update(self, row: Row) -> bool:
        """Send what changed of the bar or of the words: one message; returns whether the other waits."""
        self._row = row
        values, text = self._values(row), self._html(row)
        bar_changed = any(self._sent.get(k) != v for k, v in values.items())
        words_changed = self._sent["words"] != text
        self._turn = not self._turn
        if bar_changed and (self._turn or not words_changed):
            with self._bar.hold_sync():
                for name, value in values.items():
                    setattr(self._bar, name, value)
            self._sent.update(values)
            self._mark_unknown(row)
        elif words_changed:
            self._words.value = self._sent["words"] = text
        if self._button is not None and not row.state.running and len(self.box.children) > 2:  # noqa: PLR2004
            self.box.children = self.box.children[:2]  # nothing to cancel any more
        elif self._cancelling and self._button is not None and not self._button.disabled:
            self._button.disabled = True
        return bar_changed and words_changed

    def finish(self, row: Row) -> None:
        """Leave the models in their true last state."""
        self._cancelling = False
        values = self._values(row)
        with self._bar.hold_sync():
            for name, value in values.items():
                setattr(self._bar, name, value)
        self._words.value = self._html(row)
        if self._button is not None:
            self._button.disabled = True

    def forget(self) -> None:
        """Hear no more clicks."""
        if self._clicks is not None and self._button is not None and self._button.comm is not None:
            self._clicks.off(self._button.comm.comm_id)

    def _cancel(self) -> None:
        self._cancelling = True
        if self._row.cancel is not None:
            self._row.cancel()

    def _values(self, row: Row) -> dict[str, object]:
        state = row.state
        known = state.fraction is not None and state.updates > 0
        top = state.total if known and state.total else 1.0
        value = (
            min(state.progress, top) if known else (0.0 if state.running else float(state.status == "done"))
        )
        styles = {
            "failed": "danger",
            "done": "success",
            "timed out": "warning",
            "cancelled": "",
            "interrupted": "",
        }
        style = (
            "warning"
            if state.stalled or (known and state.progress > top)
            else styles.get(state.status, "info")
        )
        return {"max": top, "value": value, "bar_style": style}

    def _mark_unknown(self, row: Row) -> None:
        unknown = row.state.running and (row.state.fraction is None or not row.state.updates)
        if unknown and "mcpn-unknown" not in self._bar._dom_classes:  # noqa: SLF001
            self._bar.add_class("mcpn-unknown")
        elif not unknown and "mcpn-unknown" in self._bar._dom_classes:  # noqa: SLF001
            self._bar.remove_class("mcpn-unknown")

    def _html(self, row: Row) -> str:
        if self._cancelling and row.state.running:
            return str(join([tag("b", row.label), " cancelling…"]))
        return str(words(row))


class _Board:
    """Many rows in one model, with one button for all of them."""

    def __init__(self, view: View, cancel_all: Callable[[], None], clicks: Clicks | None) -> None:
        import ipywidgets

        self._clicks = clicks
        self._html = ipywidgets.HTML(str(html(view)))
        self._button = ipywidgets.Button(description="Cancel all", layout=_layouts()["button"])
        self._button.on_click(lambda _: cancel_all())
        if clicks is not None:
            clicks.on(self._button.comm.comm_id, cancel_all)
        self.box = ipywidgets.VBox([self._html, self._button])

    def update(self, view: View) -> None:
        """Draw *view*: one message."""
        self._html.value = str(html(view))

    def forget(self) -> None:
        """Hear no more clicks."""
        if self._clicks is not None and self._button.comm is not None:
            self._clicks.off(self._button.comm.comm_id)


_shared: dict[str, Any] = {}


def _layouts() -> dict[str, Any]:
    """Return the layouts that all rows share: fewer models, fewer messages."""
    import ipywidgets

    if not _shared or any(layout.comm is None for layout in _shared.values()):
        _shared.update(
            hidden=ipywidgets.Layout(display="none"),
            bar=ipywidgets.Layout(width="180px", flex="0 0 auto"),
            words=ipywidgets.Layout(flex="1 1 auto", width="auto", min_width="0"),
            button=ipywidgets.Layout(width="auto", flex="0 0 auto", align_self="flex-start"),
        )
    return _shared


def _indented(depth: int) -> Any:
    import ipywidgets

    return ipywidgets.Layout(align_items="center", margin=f"0 0 0 {depth * 18}px")


def _close(box: Any) -> None:
    for child in getattr(box, "children", ()):
        _close(child)
    layout = getattr(box, "layout", None)
    box.close()
    if layout is not None and layout not in _shared.values():
        layout.close()
