"""Who answers a server's question here: a form in the cell's panel, a prompt, or nobody.

Rules: a call whose question is open is not silent; a question ends with its
call; where nobody can answer it is declined, and the receipt says so; only so
many are open at a time, whatever servers ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext

from ...forms.question import DECLINED, Answer, Question
from ...progress import Operation
from ...results.html import host
from ..panels import Panel
from ..place import Place
from .asked import Asked
from .prompts import Prompts

OPEN = 8
LOOK_S = 0.2
READY_S = 5.0
"""how long a front end may take to draw a form, before the question is asked as text"""


class Answering:
    """Ask the person at the notebook; lives on the background loop."""

    def __init__(self, place: Place, prompts: Prompts, attend: Callable[[Panel], None]) -> None:
        self._place = place
        self._prompts = prompts
        self._attend = attend
        self._open = 0

    async def ask(self, question: Question, operation: Operation | None) -> Answer:
        """Return what the person decides about *question*, which came during *operation*."""
        asked = Asked(question)
        group = operation.group if operation is not None else None
        panel = group if isinstance(group, Panel) else self._place.panel(shown_at_once=True)
        if (refusal := self._refusal(asked)) is not None:
            asked.settle(DECLINED, refusal)
        panel.ask(asked)
        self._attend(panel)
        if asked.open:
            self._open += 1
            try:
                with operation.waiting() if operation is not None else nullcontext():
                    await self._wait(asked, operation)
            except asyncio.CancelledError:
                asked.withdraw("its server took it back")
                raise
            finally:
                self._open -= 1
                self._attend(panel)
        return await asked.answer()

    async def _wait(self, asked: Asked, operation: Operation | None) -> None:
        if self._place.answers == "prompt":
            self._prompts.put(asked)
        answer = asyncio.ensure_future(asked.answer())
        waited = 0.0
        while not answer.done():
            await asyncio.wait([answer], timeout=LOOK_S)
            waited += LOOK_S
            if operation is not None and not operation.running:
                asked.withdraw("its call is over")
            if not (asked.drawn or asked.as_text) and waited >= READY_S:
                self._prompts.put(asked)

    def _refusal(self, asked: Asked) -> str | None:
        """Return why *asked* is declined unseen, or None."""
        if self._place.answers == "nobody":
            return "nobody is here to answer"
        if self._open >= OPEN:
            return f"{OPEN} questions are open already"
        if asked.url is not None and not host(asked.url):
            return "its address is no http(s) link"
        return None
