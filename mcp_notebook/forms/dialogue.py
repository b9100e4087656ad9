"""A form as questions, one line each: for a terminal, where nothing can be drawn.

Rules: pure; whoever asks prints `notes`, asks `prompt` (without an echo where it
is `secret`) and hands the line to `answer`. An empty line keeps the default, or
leaves an optional value unset; `-` leaves it unset whatever the default. What is
refused is asked again, with the reason.
"""

from __future__ import annotations

from .form import Form
from .interview import Ask, questions

_NOTHING = Ask("")


class Dialogue:
    """The questions of *form*, one after the other."""

    def __init__(self, form: Form) -> None:
        self._questions = questions(form)
        self._ask: Ask | None = None
        self.arguments: dict[str, object] | None = None
        """what was answered, once every question is"""
        self._go_on(None)

    @property
    def prompt(self) -> str | None:
        """The next question as one line, None when there is none left."""
        return self._ask.prompt if self._ask is not None else None

    @property
    def notes(self) -> str:
        """What to print before the question: why the last answer was refused, what is meant, the options."""
        return (self._ask or _NOTHING).notes

    @property
    def secret(self) -> bool:
        """Whether the answer must not be shown while it is typed."""
        return (self._ask or _NOTHING).secret

    def answer(self, text: str) -> None:
        """Take the answer to the question; without a question it does nothing."""
        if self._ask is not None:
            self._go_on(text)

    def _go_on(self, text: str | None) -> None:
        try:
            self._ask = next(self._questions) if text is None else self._questions.send(text)
        except StopIteration as done:
            self._ask, self.arguments = None, done.value
