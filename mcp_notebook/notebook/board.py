"""Many rows in one model, with one button for all of them."""

from __future__ import annotations

from collections.abc import Callable

from .bars import layouts
from .clicks import Clicks
from .receipts import html
from .rows import View


class Board:
    """A panel of bars as HTML: a thousand tokens cost one message a tick."""

    def __init__(self, view: View, cancel_all: Callable[[], None], clicks: Clicks | None) -> None:
        import ipywidgets

        self._clicks = clicks
        self._html = ipywidgets.HTML(str(html(view)))
        self._button = ipywidgets.Button(description="Cancel all", layout=layouts()["button"])
        self._cancel_all = lambda _: cancel_all()
        self._button.on_click(self._cancel_all)
        if clicks is not None:
            clicks.on(self._button.comm.comm_id, self._cancel_all)
        self.box = ipywidgets.VBox([self._html, self._button])

    def update(self, view: View) -> None:
        """Draw *view*: one message."""
        self._html.value = str(html(view))

    def forget(self) -> None:
        """Hear no more clicks, and let go of what they would cancel."""
        self._button.on_click(self._cancel_all, remove=True)
        if self._clicks is not None and self._button.comm is not None:
            self._clicks.off(self._button.comm.comm_id)
