"""The forms of this kernel that are live: shown in cells, heard, and closed at last.

Rules: whatever a form displays later goes into displays that its cell made
(what a finished cell displays anew is lost in JupyterLab); what the page says
is taken in one thread and worked on in another, in the context of the cell; so
many forms are live at a time, then the oldest says that it is closed.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from ...results.bundle import Bundle
from ..place import Place
from .static import EMPTY
from .widget import FormModel, Hear

logger = logging.getLogger(__name__)

LIVE = 32
CLOSED = "closed: run the cell again"

Page = Callable[["Sheet"], Hear]
"""given where it is shown, returns what hears it"""


class Desk:
    """Where forms are shown; one for each runtime."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._sheets: deque[Sheet] = deque()

    @property
    def live(self) -> bool:
        """Whether somebody can fill in a form here."""
        return self._place.answers == "form"

    def show(self, state: dict[str, Any], static: Bundle, page: Page) -> Sheet:
        """Display a form, and below it the places of its bar and its result; *static* is what is saved of it."""
        sheet = Sheet(self._place, state, static, page)
        self._sheets.append(sheet)
        while len(self._sheets) > LIVE:
            self._sheets.popleft().close()
        return sheet

    def close(self) -> None:
        """Close every form."""
        while self._sheets:
            self._sheets.popleft().close()


class Sheet:
    """One form in one cell, with the displays below it."""

    def __init__(self, place: Place, state: dict[str, Any], static: Bundle, page: Page) -> None:
        from IPython.display import display

        self._place = place
        self._context = contextvars.copy_context()
        self._model = FormModel(state, _guarded(page(self)), place.listener())
        display(_shown(self._model.box, static), raw=True)
        self._bar = display(EMPTY, display_id=True)
        self._result = display(EMPTY, display_id=True)

    def send(self, message: dict[str, Any]) -> None:
        """Tell the page; from any thread."""
        self._model.send(message)

    def panel(self) -> Hashable:
        """Return a new panel that draws in the place of the bar."""
        return self._place.apart(self._bar)

    def show(self, thing: object) -> None:
        """Show *thing* in the place of the result."""
        self._result.update(thing)

    def apart(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do *work* in a thread of its own, in the context of the cell."""
        threading.Thread(
            target=self._context.copy().run,
            args=(_safe, work, *arguments),
            name="mcp_notebook-form",
            daemon=True,
        ).start()

    def close(self) -> None:
        """Hear nothing more, and say so."""
        self._model.send({"type": "closed", "text": CLOSED})
        self._model.close()


def _shown(box: Any, static: Bundle) -> dict[str, Any]:
    """Return the mime bundle of a form: the widget where it lives, its table in whatever is saved."""
    bundle = box._repr_mimebundle_()
    widget = bundle[0] if isinstance(bundle, tuple) else bundle
    return {**widget, **static._repr_mimebundle_()}


def _guarded(hear: Hear) -> Hear:
    def guarded(message: dict[str, Any]) -> None:
        _safe(hear, message)

    return guarded


def _safe(work: Callable[..., None], *arguments: Any) -> None:
    """Do *work*; the border to the page: what goes wrong is logged, and the kernel goes on."""
    try:
        work(*arguments)
    except Exception:
        logger.exception("a form's message could not be taken")
