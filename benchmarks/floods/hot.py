"""In the kernel: a hot loop in the main thread, beside a call that is flooded, or beside none."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from ..calls.peer import noop
from .stand import NEVER, Stand

FOREVER = 10**8
GATHER_S = 0.3
"""how long the flood runs before the loop begins"""


class Hot(Stand):
    """Both contenders of a stand, each beside the same loop."""

    def speed(self, name: str, turns: int, **flood: Any) -> float:
        """Return how many million turns a s the loop makes while *name*'s call is flooded."""
        end = getattr(self, f"_{name}")(**flood)
        time.sleep(GATHER_S)
        began = time.perf_counter()
        _loop(turns)
        seconds = time.perf_counter() - began
        end()
        return turns / seconds / 1e6

    def _bare(self, **_: Any) -> Any:
        return lambda: None

    def _ours(self, **flood: Any) -> Any:
        call = self.connection.start("flood", {"count": FOREVER, **flood}, **NEVER)

        def end() -> None:
            call.cancel()
            with suppress(Exception):
                call.result(10)

        return end

    def _theirs(self, **flood: Any) -> Any:
        async def work(client: Any) -> None:
            task = asyncio.ensure_future(
                client.call_tool("flood", {"count": FOREVER, **flood}, progress_callback=noop)
            )
            while not self._enough:
                await asyncio.sleep(0.1)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        self._enough = False
        running = self.thread.submit(self.peer.run, work)

        def end() -> None:
            self._enough = True
            running.result()

        return end


def _loop(turns: int) -> int:
    mixed = 0
    for item in range(turns):
        mixed = (mixed * 31 + item) & 0xFFFF
    return mixed
