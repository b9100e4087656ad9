"""Why a session ended: told once, with everything that its transport knows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from ..text import one_line

_NOISE = re.compile(r": \d+ validation errors? for .*", re.DOTALL)
"""what pydantic says of a message: its models, not what came"""


class Loss:
    """The end of one session, if it has ended; *learn* asks the transport what it knows."""

    def __init__(self, learn: Callable[[], Awaitable[str]]) -> None:
        self.why: str | None = None
        self._learn = learn
        self._told = asyncio.Event()

    async def tell(self, why: str) -> bool:
        """Record the end, and wait until all is known of it; returns whether this was the first word of it."""
        if self.why is not None:
            await self._told.wait()
            return False
        self.why = why
        try:
            self.why = await self.explain(why)
        finally:
            self._told.set()
        return True

    def record(self, why: str) -> bool:
        """Record the end with *why*, where it is known already; returns whether this was the first word of it."""
        if self.why is not None:
            return False
        self.why = why
        self._told.set()
        return True

    async def explain(self, why: str) -> str:
        """Return *why* with what the transport knows."""
        learned = await self._learn()
        return f"{why}; {learned}" if learned and learned not in why else why


def is_of_transport(error: BaseException) -> bool:
    """Return whether *error* comes of the transport, not of the server's answer."""
    library = type(error).__module__.split(".")[0]
    return isinstance(error, OSError) or library in ("httpx2", "httpcore2", "anyio")


def phrase(error: BaseException) -> str:
    """Return the innermost reason of *error* as one line."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    words = one_line(_NOISE.sub("", str(error)), 400)
    if isinstance(error, FileNotFoundError | PermissionError):
        return f"cannot start it: {error.strerror or words}"
    return words or type(error).__name__
