"""The forms of a panel's open questions, below its bars."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from ...results.html import host
from ...text import one_line
from ..clicks import Clicks
from ..forms.widget import FormModel
from .asked import Asked


class Questions:
    """One form for each open question; every method runs in the background thread."""

    def __init__(self, clicks: Clicks | None) -> None:
        self._clicks = clicks
        self._forms: dict[int, QuestionForm] = {}

    @property
    def boxes(self) -> tuple[Any, ...]:
        """Return the widgets to be shown, oldest first."""
        return tuple(form.model.box for form in self._forms.values())

    def update(self, asked: Iterable[Asked]) -> list[Any]:
        """Draw what is open, and nothing else; returns the widgets that are not needed any more."""
        wanted = {one.id: one for one in asked if one.open and not one.as_text}
        gone = [self._forms.pop(number) for number in tuple(self._forms) if number not in wanted]
        for form in gone:
            form.model.forget()
        for number, one in wanted.items():
            if number not in self._forms:
                self._forms[number] = QuestionForm(one, self._clicks)
        return [form.model.box for form in gone]


class QuestionForm:
    """The form of one question: what is sent is judged, and answered or refused beside the fields."""

    def __init__(self, asked: Asked, clicks: Clicks | None) -> None:
        self._asked = asked
        self._loop = asyncio.get_running_loop()
        self.model = FormModel(_state(asked), self._hear, clicks)

    def _hear(self, message: dict[str, Any]) -> None:
        self._loop.call_soon_threadsafe(self._take, message)

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "ready":
            self._asked.drawn = True
        if message.get("type") != "button" or not self._asked.open:
            return
        faults = self._asked.submit(str(message.get("name")), message.get("entry"))
        if faults:
            told = [{"path": list(fault.path), "message": fault.message} for fault in faults]
            self.model.send({"type": "faults", "faults": told})
        else:
            self.model.send({"type": "closed", "text": self._asked.outcome})


def _state(asked: Asked) -> dict[str, Any]:
    accept = "Send" if asked.url is None else f"Open {one_line(host(asked.url), 60)}"
    return {
        "view": "form",
        "title": f"{asked.server} asks",
        "message": asked.message,
        "spec": None if asked.form is None else asked.form.spec,
        "address": asked.url,
        "compact": True,
        "buttons": [
            {"name": "accept", "label": accept, "look": "primary"},
            {"name": "decline", "label": "Decline", "look": "plain"},
            {"name": "cancel", "label": "Dismiss", "look": "plain"},
        ],
    }
