"""A server's question in a panel: open until it has an answer, then a line of the receipt.

Rules: it ends exactly once, whoever is first (the form, the prompt, the end of
its call); what was answered is said, what is secret is not; nothing is sent
that the question's schema forbids.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...forms.question import CANCELLED, Answer, Question
from ...progress.words import WAITING
from ...results.html import Html, host, muted, tag
from ...text import block, isolated, one_line

if TYPE_CHECKING:
    from ...forms import Fault

SHOWN = 200
MESSAGE = 2_000
_numbers = itertools.count(1)


class Asked:
    """One question, and how it ended; made and settled on the background loop."""

    def __init__(self, question: Question) -> None:
        from ...forms import Form

        self.id = next(_numbers)
        self.server = one_line(question.server, 60)
        self.message = block(question.message, MESSAGE)
        self.url = question.url
        self.form = None if question.schema is None else Form(question.schema)
        self.outcome = ""
        """how it ended, in words; empty while it is open"""
        self.drawn = False
        """whether a front end has drawn its form"""
        self.as_text = False
        """whether it is asked by a prompt"""
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] = self._loop.create_future()

    @property
    def open(self) -> bool:
        """Return whether it still waits for somebody."""
        return not self.outcome

    @property
    def said(self) -> str:
        """Return how it ended, or that it waits."""
        return self.outcome or WAITING

    async def answer(self) -> Answer:
        """Wait for the answer."""
        return await self._answer

    def submit(self, action: str, entry: object = None) -> tuple[Fault, ...]:
        """Take what a form sends; returns what is wrong with it, and stays open then."""
        if action != "accept":
            self.settle(Answer("decline" if action == "decline" else "cancel"))
            return ()
        if self.form is None:
            self.settle(Answer("accept"))
            return ()
        reading = self.form.read(entry)
        if reading.arguments is not None:
            self.settle(Answer("accept", reading.arguments))
        return reading.faults

    def settle(self, answer: Answer, why: str = "") -> None:
        """End it with *answer*; *why* says what nobody would guess."""
        if self.outcome:
            return
        self.outcome = self._words(answer) + (f": {why}" if why else "")
        if not self._answer.done():
            self._answer.set_result(answer)

    def withdraw(self, why: str) -> None:
        """End it without an answer of the person: its call is over."""
        self.settle(CANCELLED, why)

    def settle_soon(self, answer: Answer, why: str = "") -> None:
        """End it with *answer*, from any thread."""
        self._loop.call_soon_threadsafe(self.settle, answer, why)

    def _words(self, answer: Answer) -> str:
        if answer.action != "accept":
            return "declined" if answer.action == "decline" else "cancelled"
        if answer.content is None or self.form is None:
            return "accepted"
        return f"accepted {_shown(self.form.masked(answer.content))}".rstrip()


def plain(asked: Asked) -> str:
    """Return the question and its outcome as one line."""
    question = isolated(one_line(asked.message, SHOWN))
    return f"{isolated(asked.server)} asked: {question} → {isolated(asked.said)}"


def html(asked: Asked) -> Html:
    """Return the question and its outcome as a line under the bars."""
    where = muted(" ", host(asked.url) or "an address that is no link") if asked.url is not None else ""
    question = tag("bdi", one_line(asked.message, SHOWN))
    who = tag("b", tag("bdi", asked.server))
    return tag("div", muted(who, " asked: ", question, where, " → "), tag("bdi", asked.said))


def _shown(content: Mapping[str, object]) -> str:
    pairs = (
        f"{name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in content.items()
    )
    return one_line(", ".join(pairs), SHOWN)
