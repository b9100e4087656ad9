"""A heartbeat that many watchers wait for: one wake-up for all of them, not one each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NIMBLE_S = 0.001


class Ticks:
    """Wakes who waits when the loops have been sampled; lives on the background loop."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def tick(self) -> None:
        """Wake everybody."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next(self, seconds: float, *others: asyncio.Future[Any]) -> None:
        """Wait for the next tick, or until one of *others* is done, for *seconds* at most."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await asyncio.wait({future, *others}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if future in self._waiting:
                self._waiting.remove(future)


LINGER_S = 2.0
_watchers = 0
_usual = 0.0


@contextmanager
def nimble() -> Iterator[None]:
    """Let the background thread have its turn within a millisecond while a client watches.

    A cell that computes holds the interpreter for a switch interval at a time
    (5 ms), and each step of an answer waits for one. The interval is the
    user's: it is put back when the last watcher has left, if it is still ours.
    """
    global _watchers, _usual  # noqa: PLW0603 - the switch interval belongs to the process
    if _watchers == 0:
        _usual = sys.getswitchinterval()
        if _usual > NIMBLE_S:
            sys.setswitchinterval(NIMBLE_S)
    _watchers += 1
    try:
        yield
    finally:
        _watchers -= 1
        if _watchers == 0 and abs(sys.getswitchinterval() - NIMBLE_S) < NIMBLE_S / 10:
            sys.setswitchinterval(_usual)


def stay_nimble() -> None:
    """Be nimble for a moment: a client that asked once is likely to ask again."""
    lingering = nimble()
    lingering.__enter__()
    asyncio.get_running_loop().call_later(LINGER_S, lingering.__exit__, None, None, None)
