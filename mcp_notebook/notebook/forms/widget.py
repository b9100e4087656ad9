"""One model that draws a whole form, and is heard while a cell blocks.

Rules: the front end sends one message for a whole form (values that are synced
one by one are lost while the main thread is busy); each message carries an id
and is heard once, whether it was seen early by `Clicks` or came by the main
thread later; what was typed is in no synced state, so it is saved nowhere.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import uuid4

from ..bars import close
from ..clicks import Clicks

SCRIPTS = ("elements.js", "lists.js", "fields.js", "view.js", "tools.js", "render.js")
"""parts of one module, in this order: anywidget loads a single one"""

REMEMBERED = 256
KEPT = {"busy": "busy", "closed": "text", "show": "view"}
"""messages that a page which reloads must find again, and what of them"""

Hear = Callable[[dict[str, Any]], None]


class FormModel:
    """A form in the page; `box` is the widget that shows it.

    *hear* gets each message of the front end once, in an unspecified thread,
    and must not block. *clicks* lets it be called while the main thread is busy.
    """

    def __init__(self, state: dict[str, Any], hear: Hear, clicks: Clicks | None) -> None:
        self.ready = False
        """whether the front end has drawn it"""
        self._hear: Hear | None = hear
        self._clicks = clicks
        self._lock = threading.Lock()
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._comm_id = uuid4().hex
        if clicks is not None:  # before the front end knows of it: what it says first would be heard late
            clicks.on(self._comm_id, self._take)
        self.box: Any = _widget()(state=state, model_id=self._comm_id)
        self.box.on_msg(self._late)

    def send(self, message: dict[str, Any]) -> None:
        """Send *message* to the front end; from any thread, without effect once it is closed."""
        with self._lock:
            if self.box.comm is None:
                return
            kind = str(message.get("type"))
            if kind in KEPT:
                self.box.live = {**self.box.live, kind: message[KEPT[kind]]}
            else:
                self.box.send(message)

    def forget(self) -> None:
        """Hear nothing more, and let go of who was told."""
        self._hear = None
        self.box.on_msg(self._late, remove=True)
        if self._clicks is not None:
            self._clicks.off(self._comm_id)

    def close(self) -> None:
        """Hear nothing more, and take it off the page."""
        self.forget()
        with self._lock:
            close(self.box)

    def _late(self, _box: object, content: object, _buffers: object) -> None:
        self._take(content)

    def _take(self, content: object) -> None:
        """Hear *content* unless it was heard before."""
        if not isinstance(content, dict) or not isinstance(number := content.get("id"), str):
            return
        with self._lock:
            if number in self._heard:
                return
            self._heard[number] = None
            while len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)
            hear = self._hear
        if content.get("type") == "ready":
            self.ready = True
        if hear is not None:
            hear(content)


@cache
def _widget() -> Any:
    """Return the widget's class; made late, because anywidget is heavy."""
    import anywidget
    import traitlets

    front = files(__package__) / "front"
    members = {
        "__module__": __name__,
        "__repr__": lambda _self: "a form that needs a running notebook",
        "_esm": "\n".join((front / name).read_text("utf-8") for name in SCRIPTS),
        "_css": (front / "form.css").read_text("utf-8"),
        "state": traitlets.Dict().tag(sync=True),
        "live": traitlets.Dict().tag(sync=True),
    }
    return type("Form", (anywidget.AnyWidget,), members)
