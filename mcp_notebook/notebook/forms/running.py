"""What the buttons of a tool's form do: judge, ask, run, cancel, copy.

Rules: what is not valid is not sent; a tool that says it is destructive is
asked about once its arguments are valid; one call at a time; a second run
takes the places of the first's bar and result.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...text import one_line
from .desk import Sheet
from .source import Last, Offer, Running, Source
from .static import EMPTY, failure
from .words import NAME, destructive

if TYPE_CHECKING:
    from ...forms import Form

ANYWAY = "run anyway"
BUTTONS = ("run", ANYWAY, "copy")


class Runner:
    """Runs the tools of *source* for one shown form; *last* is told what came of it."""

    def __init__(self, source: Source, last: Last, sheet: Sheet) -> None:
        self._source = source
        self._last = last
        self._sheet = sheet
        self._lock = threading.Lock()
        self._busy = False
        self._wanted = True
        """whether the call, once begun, is still wanted"""
        self._call: Running | None = None

    def hear(self, message: dict[str, Any], offer: Offer, form: Form) -> None:
        """Take a click on a button of *offer*'s form; from any thread, never blocks."""
        button = message.get("name")
        if button == "cancel":
            self._cancel()
        elif button in BUTTONS:
            self._sheet.apart(self._press, str(button), offer, form, message.get("entry"))

    def _cancel(self) -> None:
        with self._lock:
            self._wanted = False
            call = self._call
        if call is not None:
            call.cancel()

    def _press(self, button: str, offer: Offer, form: Form, entry: object) -> None:
        reading = form.read(entry)
        if reading.arguments is None:
            told = [{"path": list(fault.path), "message": fault.message} for fault in reading.faults]
            self._sheet.send({"type": "faults", "faults": told})
            return
        self._last.arguments = dict(reading.arguments)
        if button == "copy":
            self._copy(offer, form, reading.arguments)
        elif button == "run" and destructive(offer):
            name = one_line(offer.name, NAME)
            text = f"Really run {name}? The server says that it is destructive."
            self._sheet.send({"type": "ask", "text": text, "name": ANYWAY, "label": f"Run {name}"})
        else:
            self._run(offer.name, reading.arguments)

    def _copy(self, offer: Offer, form: Form, arguments: Mapping[str, object]) -> None:
        from ...forms import magic_line

        line = magic_line(self._source.name, offer.name, form.masked(arguments), schema=offer.input_schema)
        self._sheet.send({"type": "line", "text": line})

    def _run(self, tool: str, arguments: Mapping[str, object]) -> None:
        with self._lock:
            if self._busy:
                return
            self._busy, self._wanted = True, True
        self._sheet.send({"type": "busy", "busy": True})
        self._sheet.show(EMPTY)
        try:
            call = self._source.start(tool, arguments, self._sheet.panel())
        except Exception as error:  # whatever it is, it is said where the result would be
            self._end(failure(error))
            return
        with self._lock:
            self._call = self._last.call = call
            wanted = self._wanted
        if not wanted:
            call.cancel()
        call.when_done(lambda: self._sheet.apart(self._finish, call))

    def _finish(self, call: Running) -> None:
        try:
            shown: Any = call.result()
            self._last.result = shown
        except Exception as error:
            self._last.result = getattr(error, "result", None)
            shown = failure(error)
        self._end(shown)

    def _end(self, shown: object) -> None:
        try:
            self._sheet.show(shown)
        finally:
            with self._lock:
                self._busy, self._call = False, None
            self._sheet.send({"type": "busy", "busy": False})
