"""The tools of a server: search them, pick one, fill in its form."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from ...errors import MCPNotebookError
from ...results.bundle import Bundle
from . import static
from .desk import Sheet
from .running import Runner
from .source import Last, Offer, Source
from .tool_form import Shown
from .widget import Hear
from .words import form_state, list_state

if TYPE_CHECKING:
    from ...forms import Form


class ServerView(Shown):
    """Every tool of a server, and the form of the one that was picked."""

    def _table(self, cure: str = "") -> Bundle:
        return static.server(self._source.name, self._source.tools(), cure)

    def _show(self) -> None:
        self._desk.show(list_state(self._source.name, self._source.tools()), self._table(), self._page)

    def _page(self, sheet: Sheet) -> Hear:
        return _Page(self._source, self._last, sheet).hear


class _Page:
    """One showing of the tools. The form that was drawn is the one that reads: a server may change its mind."""

    def __init__(self, source: Source, last: Last, sheet: Sheet) -> None:
        self._source = source
        self._sheet = sheet
        self._runner = Runner(source, last, sheet)
        self._serial = count(1)
        self._picked: tuple[Offer, Form] | None = None

    def hear(self, message: dict[str, Any]) -> None:
        tool, picked = message.get("tool"), self._picked
        if message.get("type") == "pick" and isinstance(tool, str):
            self._sheet.apart(self._pick, tool)
        elif message.get("type") == "button" and picked is not None and picked[0].name == tool:
            self._runner.hear(message, *picked)

    def _pick(self, tool: str) -> None:
        from ...forms import Form

        try:
            offer: Offer = self._source.tools()[tool]
        except MCPNotebookError as error:  # the server has changed its list
            self._sheet.show(static.failure(error))
            return
        form = Form(offer.input_schema)
        self._picked = offer, form
        state = form_state(self._source.name, offer, form.spec)
        view = {"tool": tool, "serial": next(self._serial), "state": state}
        self._sheet.send({"type": "show", "view": view})
