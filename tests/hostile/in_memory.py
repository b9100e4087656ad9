"""The hostile server in this process: a ready-made transport of two in-memory streams."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterable

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from .catalogue import server


class InMemory:
    """A transport that the SDK's client enters; messages are read as the SDK's own transports do."""

    kind = ""

    def __init__(self, era: str, greeting: str = "") -> None:
        self._server = server(era, greeting)

    async def __aenter__(self):
        """Begin to serve."""
        self._out, read = anyio.create_memory_object_stream(math.inf)
        write, self._in = anyio.create_memory_object_stream(0)
        self._streams = (self._out, read, write, self._in)
        self._task = asyncio.ensure_future(self._serve())
        return read, write

    async def __aexit__(self, *_: object) -> None:
        """Serve no more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for stream in self._streams:
            stream.close()

    async def _serve(self) -> None:
        async for item in self._in:
            text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
            self._server.hear(json.loads(text), self)

    def message(self, text: str) -> None:
        """Send a message, or what went wrong with it."""
        try:
            item = SessionMessage(jsonrpc_message_adapter.validate_json(text, by_name=False))
        except ValueError as error:
            item = error
        self._out.send_nowait(item)

    def messages(self, texts: Iterable[str]) -> None:
        """Send many."""
        for text in texts:
            self.message(text)

    def end(self) -> None:
        """Stay open."""
