"""A FastMCP server of this process over in-memory streams: it needs a token on a wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

SHUTDOWN_S = 2.0


class InProcessTransport:
    """Runs *server* in a task beside the session, while entered; single use."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._running: AbstractAsyncContextManager[TransportStreams] | None = None

    async def __aenter__(self) -> TransportStreams:
        self._running = _run(self._server)
        return await self._running.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._running.__aexit__(kind, error, trace) if self._running is not None else None


@asynccontextmanager
async def _run(server: Any) -> AsyncIterator[TransportStreams]:
    from mcp.shared.memory import create_client_server_memory_streams

    low_level = server._mcp_server  # noqa: SLF001 - FastMCP's own in-memory transport does the same
    async with AsyncExitStack() as stack:
        if (lifespan := getattr(server, "_lifespan_manager", None)) is not None:
            await stack.enter_async_context(lifespan())
        (read, write), server_streams = await stack.enter_async_context(create_client_server_memory_streams())
        ended = anyio.Event()

        async def serve() -> None:
            try:
                await low_level.run(*server_streams, low_level.create_initialization_options())
            finally:
                ended.set()

        async with anyio.create_task_group() as group:
            group.start_soon(serve)
            try:
                yield read, write
            finally:
                await write.aclose()
                with anyio.move_on_after(SHUTDOWN_S):
                    await ended.wait()
                group.cancel_scope.cancel()
