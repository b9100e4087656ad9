"""In the kernel: our connection to a flooding server and the SDK's client, each with a server of its own.

A sample is one call of `flood` or many at once: ours with the cell's bars live,
the peer's with a callback that does nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from ..calls.peer import Peer, noop
from .targets import for_sdk, target

NEVER = {"timeout": None, "max_timeout": None}


@dataclass(frozen=True)
class Sample:
    """What a flood cost: µs of the process's CPU for each notification, and how many came in a s."""

    cpu_us: float
    per_s: float
    drawn: float = 0.0
    """how often a panel was drawn in a s"""
    wrong: int = 0
    """of how many calls the last state is not what was sent last, or a report was lost"""


class Stand:
    """Both contenders, connected."""

    def __init__(self, kind: str) -> None:
        import mcp_notebook as mcpn

        self._stack = ExitStack()
        self.connection = self._stack.enter_context(mcpn.connect(target(self._stack, kind)))
        # The kernel's main thread has a running loop of its own.
        self.thread = self._stack.enter_context(ThreadPoolExecutor(1))
        self.peer = Peer(for_sdk(self._stack, target(self._stack, kind)))
        self.thread.submit(self.peer.__enter__).result()
        self._stack.callback(lambda: self.thread.submit(self.peer.__exit__).result())

    def close(self) -> None:
        """End the servers."""
        self._stack.close()

    def ours(self, calls: int, **flood: Any) -> dict[str, Any]:
        """Return a sample of our calls; one is a `call`, many are a `map`."""

        def work() -> list[Any]:
            if calls == 1:
                return [self.connection.call("flood", flood, **NEVER)]
            return self.connection.map("flood", [flood] * calls, limit=calls, **NEVER)

        with _noted_draws() as moments:
            return _sample(work, lambda result: int(result.text), moments)

    def theirs(self, calls: int, **flood: Any) -> dict[str, Any]:
        """Return a sample of the SDK's."""

        async def work(client: Any) -> list[Any]:
            ask = client.call_tool
            return await asyncio.gather(*(ask("flood", flood, progress_callback=noop) for _ in range(calls)))

        submit, run = self.thread.submit, self.peer.run
        return _sample(lambda: submit(run, work).result(), lambda result: int(result.content[0].text), [])


def _sample(
    work: Callable[[], list[Any]], last: Callable[[Any], int], moments: list[float]
) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    results = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sent = [last(result) for result in results]
    wrong = sum(not _exact(result, number) for result, number in zip(results, sent, strict=True))
    drawn = (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 else 0.0
    return asdict(Sample(cpu / sum(sent) * 1e6, sum(sent) / wall, drawn, wrong))


def _exact(result: Any, sent: int) -> bool:
    call = getattr(result, "call", None)
    return call is None or (call.progress.progress, call.progress.updates) == (sent, sent)


@contextmanager
def _noted_draws() -> Iterator[list[float]]:
    """Yield when a live panel was drawn."""
    from mcp_notebook.notebook.live import WidgetCanvas

    show, moments = WidgetCanvas.show, []

    def noted(canvas: Any, view: Any, cancel_all: Any) -> bool:
        moments.append(time.monotonic())
        return show(canvas, view, cancel_all)

    WidgetCanvas.show = noted
    try:
        yield moments
    finally:
        WidgetCanvas.show = show
