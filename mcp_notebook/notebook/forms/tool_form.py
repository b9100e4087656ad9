"""The form of one tool: fill it in, run it, see what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...results.bundle import Bundle
from . import static
from .desk import Desk, Sheet
from .running import Runner
from .source import Last, Offer, Source
from .widget import Hear
from .words import form_state

CURE = "in JupyterLab, Notebook or VS Code this is a form"


class Shown:
    """Something that shows itself as a live form where there can be one, else as its table."""

    def __init__(self, desk: Desk, source: Source) -> None:
        self._desk = desk
        self._source = source
        self._last = Last()

    @property
    def arguments(self) -> dict[str, object] | None:
        """The last arguments that were valid; None before any were."""
        return self._last.arguments

    @property
    def result(self) -> Any:
        """The last `ToolResult`; None before the first, and after a call that had none."""
        return self._last.result

    @property
    def call(self) -> Any:
        """The last `Call`; None before the first."""
        return self._last.call

    def __repr__(self) -> str:
        return repr(self._table(CURE))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self._desk.live:
            self._show()
        else:
            display(self._table(CURE))

    def _table(self, cure: str = "") -> Bundle:
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError


class ToolForm(Shown):
    """The form of one tool, shown as often as it is displayed.

    *prefill* are arguments that it begins with, in place of the schema's defaults.
    """

    def __init__(self, desk: Desk, source: Source, tool: str, prefill: Mapping[str, object]) -> None:
        from ...forms import Form

        super().__init__(desk, source)
        self._offer: Offer = source.tools()[tool]
        self._form = Form(self._offer.input_schema, prefill=prefill or None)

    def _table(self, cure: str = "") -> Bundle:
        given = self._form.prefill or {}
        return static.form(self._source.name, self._offer, cure, self._form.masked(given))

    def _show(self) -> None:
        state = form_state(self._source.name, self._offer, self._form.spec)
        self._desk.show(state, self._table(), self._page)

    def _page(self, sheet: Sheet) -> Hear:
        runner = Runner(self._source, self._last, sheet)

        def hear(message: dict[str, Any]) -> None:
            if message.get("type") == "button":
                runner.hear(message, self._offer, self._form)

        return hear
