"""The peer of calls and floods: the SDK's own `Client`, awaited in a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

SDK = "MCP SDK, no-op callback"


class Peer:
    """A client whose loop runs, in the caller's thread, only while `run` does."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None
        self.client: Any = None

    def run(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """Return what *work* makes of the client."""
        return self._loop.run_until_complete(work(self.client))

    def __enter__(self) -> Self:
        ready = self._loop.create_future()
        self._owner = self._loop.create_task(self._own(ready))
        self._loop.run_until_complete(asyncio.wait([ready, self._owner], return_when="FIRST_COMPLETED"))
        if self._owner.done():
            self._owner.result()  # it could not connect
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._loop.run_until_complete(self._owner)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _own(self, ready: asyncio.Future[None]) -> None:
        from mcp import Client

        async with Client(self._server) as self.client:
            ready.set_result(None)
            await self._closing.wait()


async def noop(progress: float, total: float | None, message: str | None) -> None:
    """Take a notification and do nothing: the least that asking for progress costs."""
