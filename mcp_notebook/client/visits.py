"""Addresses that a server wants visited before it answers a call.

Source: Model Context Protocol 2025-11-25, "Elicitation": error -32042 lists them; the
request may be sent again afterwards. Later revisions ask in another round instead.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..forms.question import Answer, Question

REQUIRED = -32042
LIMIT = 5
NOTHING: Mapping[str, Any] = {"type": "object", "properties": {}}

Ask = Callable[[Question], Awaitable[Answer]]


async def visited(error: BaseException, server: str, ask: Ask) -> bool:
    """Return whether the person went where *error* sends them, and says that the call may be tried again."""
    questions = _questions(error, server)
    if not questions:
        return False
    for question in questions:
        if (await ask(question)).action != "accept":
            return False
    then = Question(server, "Finish there; then send this, and the call is made again.", NOTHING)
    return (await ask(then)).action == "accept"


def _questions(error: BaseException, server: str) -> list[Question]:
    if getattr(error, "code", None) != REQUIRED:
        return []
    data = getattr(error, "data", None)
    listed = data.get("elicitations") if isinstance(data, Mapping) else None
    wanted = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return [
        Question(
            server, str(one.get("message") or "Visit this address first."), url=str(one.get("url") or "")
        )
        for one in wanted[:LIMIT]
    ]
