"""One piece of work that many wait for: begun once, its outcome for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """At most one task at a time; *spared*: it goes on to its end when nobody waits any more."""

    def __init__(self, *, spared: bool) -> None:
        self._spared = spared
        self._task: asyncio.Task[T] | None = None
        self._waiting = 0

    async def join(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what *work* returns, or what the work that is under way already does."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(work())
            self._task.add_done_callback(_take)
        task = self._task
        self._waiting += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting -= 1
            if not self._waiting and not self._spared:
                task.cancel()


def _take(task: asyncio.Task[Any]) -> None:
    """Look at its error: there may be nobody left to do so."""
    if not task.cancelled():
        task.exception()
