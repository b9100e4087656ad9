"""One row in stock ipywidgets: bar, words, Cancel.

Rules: a draw sends at most one message (bar and words take turns: numbers
that change ten times a second cannot be read). Server text is escaped HTML
text, never a description, a label or Markdown.
"""

from __future__ import annotations

from typing import Any

from ..results.html import join, tag
from .clicks import Clicks
from .receipts import words
from .rows import Row

STYLE = """<style>
.mcpn-bar .progress{height:8px;border-radius:4px;margin:auto 0;overflow:hidden;background:var(--jp-layout-color3,rgba(128,128,128,.35));border:0;box-shadow:none}
.mcpn-bar .progress-bar{height:8px;border-radius:4px;transition:width .15s linear}
.mcpn-unknown .progress-bar{width:30%!important;animation:mcpn-slide 1.6s ease-in-out infinite alternate}
@keyframes mcpn-slide{from{margin-left:0}to{margin-left:70%}}
@media (prefers-reduced-motion:reduce){.mcpn-unknown .progress-bar{animation-duration:6s}}
.mcpn-words .widget-html-content{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
</style>"""


BAR_STYLES = {
    "running": "info",
    "done": "success",
    "failed": "danger",
    "timed out": "warning",
    "cancelled": "",
    "interrupted": "",
    "stopped": "",
    "abandoned": "",
}


ENDING = {"Cancel": " cancelling…", "Stop": " stopping…"}


class Bar:
    """The widgets of one operation, in `box`."""

    def __init__(self, row: Row, clicks: Clicks | None) -> None:
        import ipywidgets

        shared = layouts()
        self._clicks = clicks
        self._row = row
        self._cancelling = False
        self._turn = False
        self._bar = ipywidgets.FloatProgress(**self._values(row), layout=shared["bar"])
        self._words = ipywidgets.HTML(self._html(row), layout=shared["words"], _dom_classes=("mcpn-words",))
        parts = [self._bar, self._words]
        self._button = None
        if row.cancel is not None:
            early = "" if clicks is None or clicks.early else "; while a cell is busy, use the kernel's Stop"
            self._button = ipywidgets.Button(
                description=row.verb, tooltip=f"{row.verb} {row.label}{early}", layout=shared["button"]
            )
            self._button.on_click(self._clicked)
            if clicks is not None:
                clicks.on(self._button.comm.comm_id, self._clicked)
            parts.append(self._button)
        self.box = ipywidgets.HBox(parts, layout=_indented(row.depth))
        self._sent: dict[str, object] = {**self._values(row), "words": self._words.value}

    def update(self, row: Row) -> bool:
        """Send what changed of the bar or of the words: one message; returns whether the other waits.

        A bar that begins again sends both: the words of one loop beside the bar of another would lie.
        """
        self._row = row
        values = self._values(row)
        if values["value"] < self._sent["value"]:  # type: ignore[operator]
            self._set(values)
            self._words.value = self._sent["words"] = self._html(row)
            return False
        bar_changed = any(self._sent.get(k) != v for k, v in values.items())
        self._turn = not self._turn
        text = None if bar_changed and self._turn else self._html(row)
        words_changed = text != self._sent["words"]
        if bar_changed and (self._turn or not words_changed):
            self._set(values)
        elif words_changed:
            self._words.value = self._sent["words"] = text
        if self._button is not None and not row.state.running and len(self.box.children) > 2:  # noqa: PLR2004
            self.forget()
            self.box.children = self.box.children[:2]  # nothing to cancel any more
            close(self._button)
            self._button = None
        elif self._cancelling and self._button is not None and not self._button.disabled:
            self._button.disabled = True
        return bar_changed and words_changed

    def finish(self, row: Row) -> None:
        """Leave the models in their true last state."""
        self._cancelling = False
        self._set(self._values(row))
        self._words.value = self._html(row)
        if self._button is not None:
            self._button.disabled = True

    def forget(self) -> None:
        """Hear no more clicks, and let go of what they would cancel."""
        if self._button is not None:
            self._button.on_click(self._clicked, remove=True)
        if self._clicks is not None and self._button is not None and self._button.comm is not None:
            self._clicks.off(self._button.comm.comm_id)

    def _set(self, values: dict[str, object]) -> None:
        with self._bar.hold_sync():  # one message
            for name, value in values.items():
                setattr(self._bar, name, value)
        self._sent.update(values)

    def _clicked(self, _button_or_message: object) -> None:
        self._cancel()

    def _cancel(self) -> None:
        self._cancelling = True
        if self._row.cancel is not None:
            self._row.cancel()

    def _values(self, row: Row) -> dict[str, object]:
        state = row.state
        known = state.fraction is not None and state.updates > 0
        top = state.total if known and state.total else 1.0
        value = (
            min(state.progress + state.inner, top)
            if known
            else (0.0 if state.running else float(state.status == "done"))
        )
        odd = state.stalled or state.waiting or (known and state.progress > top)
        style = "warning" if odd else BAR_STYLES[state.status]
        # The maximum first: a value is clipped to the maximum that is set.
        return {"max": top, "value": value, "bar_style": style, "_dom_classes": self._classes(row)}

    def _classes(self, row: Row) -> tuple[str, ...]:
        unknown = row.state.running and (row.state.fraction is None or not row.state.updates)
        unknown = unknown and not row.state.waiting  # nothing moves while it waits
        return ("mcpn-bar", "mcpn-unknown") if unknown else ("mcpn-bar",)

    def _html(self, row: Row) -> str:
        if self._cancelling and row.state.running:
            return str(join([tag("b", row.label), ENDING[row.verb]]))
        return str(words(row))


_shared: dict[str, Any] = {}


def layouts() -> dict[str, Any]:
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


def close(widget: Any) -> None:
    """Close *widget* with everything that belongs to it alone: no model is left behind."""
    shared = _shared.values()
    for part in (*getattr(widget, "children", ()), getattr(widget, "style", None), widget.layout):
        if part is None or part in shared:
            continue
        if hasattr(part, "layout"):
            close(part)
        else:
            part.close()
    widget.close()


def close_shared() -> None:
    """Close what all rows share."""
    while _shared:
        _shared.popitem()[1].close()
