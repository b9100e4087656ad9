"""A server's question as text: in a terminal, and where a front end cannot draw its form.

Rules: only the main thread prompts, and only while it is blocked in our own
wait, so that nobody else's prompt is disturbed; an interrupt ends the wait as
it always does.
"""

from __future__ import annotations

import webbrowser
from collections import deque
from collections.abc import Callable
from getpass import getpass

from ...forms.question import CANCELLED, DECLINED, Answer
from ...text import block
from .asked import Asked

DECLINE, CANCEL = "/decline", "/cancel"
HOW = f"(an empty line takes what stands in [ ]; {DECLINE} refuses, {CANCEL} ends the question)"


class Prompts:
    """The questions that wait for a prompt."""

    def __init__(
        self, *, read: Callable[[str], str] | None = None, secret: Callable[[str], str] | None = None
    ) -> None:
        self._waiting: deque[Asked] = deque()
        self._read = read
        self._secret = secret

    def put(self, asked: Asked) -> None:
        """Ask *asked* as soon as the main thread is blocked."""
        asked.as_text = True
        self._waiting.append(asked)

    def run_pending(self) -> None:
        """Ask what waits; for the blocked main thread."""
        while self._waiting:
            asked = self._waiting.popleft()
            if asked.open:
                self._ask(asked)

    def _ask(self, asked: Asked) -> None:
        try:
            asked.settle_soon(self._visit(asked) if asked.url is not None else self._fill_in(asked))
        except EOFError:
            asked.settle_soon(CANCELLED)
        except BaseException:
            asked.settle_soon(CANCELLED, "interrupted")
            raise

    def _visit(self, asked: Asked) -> Answer:
        address = block(asked.url or "", 2_000)
        print(f"\n{asked.server} asks: {asked.message}\n{address}")  # noqa: T201 - a prompt
        said = self._input("open this address? [y/n, c cancels] ").strip().lower()
        if said in ("y", "yes"):
            webbrowser.open(asked.url or "")
            return Answer("accept")
        return CANCELLED if said in ("c", CANCEL) else DECLINED

    def _fill_in(self, asked: Asked) -> Answer:
        print(f"\n{asked.server} asks: {asked.message}\n{HOW}")  # noqa: T201
        if asked.form is None:
            return DECLINED
        from ...forms import Dialogue

        dialogue = Dialogue(asked.form)
        if dialogue.prompt is None:
            return Answer("accept", {}) if self._input("accept? [y/n] ").lower().startswith("y") else DECLINED
        while (prompt := dialogue.prompt) is not None:
            if dialogue.notes:
                print(dialogue.notes)  # noqa: T201
            said = (self._secret or getpass)(prompt) if dialogue.secret else self._input(prompt)
            if said.strip() in (DECLINE, CANCEL):
                return DECLINED if said.strip() == DECLINE else CANCELLED
            dialogue.answer(said)
        return Answer("accept", dialogue.arguments or {})

    def _input(self, prompt: str) -> str:
        return (self._read or input)(prompt)
