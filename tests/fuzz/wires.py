"""Transports without a process: a test writes what the server says, and waits until it was heard."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import AsyncExitStack
from types import SimpleNamespace

import anyio
from mcp.client.stdio import StdioServerParameters
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from mcp_notebook.client.wire.stdio import StdioTransport
from mcp_notebook.client.wire.tap import Routes, Tap

TURNS = 30
"""of the event loop, after which whatever was written has been passed on"""


class Pipe:
    """The stdout of a process that a test speaks for."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._more = asyncio.Event()
        self.thirsty = False

    def write(self, chunk: bytes) -> None:
        """Say *chunk*; nothing is the end."""
        self._chunks.append(chunk)
        self._more.set()

    async def read(self, _size: int) -> bytes:
        """Return the next chunk, never two at once."""
        while not self._chunks:
            self.thirsty = True
            self._more.clear()
            await self._more.wait()
        self.thirsty = False
        return self._chunks.popleft() if self._chunks[0] else b""


class Unhosted(StdioTransport):
    """The stdio transport, reading a `Pipe`."""

    def __init__(self, routes: Routes) -> None:
        super().__init__(StdioServerParameters(command="none"), routes)
        self.pipe = Pipe()
        self._burst.pause = lambda _now: 0.0  # only time, and that is not what is looked at here

    async def __aenter__(self):
        self._process = SimpleNamespace(stdout=self.pipe)
        to_session, read = anyio.create_memory_object_stream(0)
        write, self.outgoing = anyio.create_memory_object_stream(1_000)
        self._streams = (to_session, read, write, self.outgoing)
        self._tasks = [asyncio.ensure_future(self._read(to_session))]
        return read, write

    async def __aexit__(self, kind, error, trace):
        for stream in self._streams:
            stream.close()
        self.pipe.write(b"")
        await asyncio.gather(*self._tasks)


class Messages:
    """A transport that hands over messages, as HTTP and ready-made ones do."""

    def __init__(self, _routes: Routes) -> None:
        self._rest = b""

    @property
    def pipe(self):
        """What the test writes to."""
        return self

    @property
    def thirsty(self):
        """Whether all has been fetched."""
        return self._incoming.statistics().current_buffer_used == 0

    def write(self, chunk: bytes) -> None:
        """Say *chunk*; nothing is the end."""
        if not chunk:
            self._incoming.close()
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if line.strip():
                self._incoming.send_nowait(delivered(line))

    async def __aenter__(self):
        self._incoming, self._read = anyio.create_memory_object_stream(10_000)
        self._write, self.outgoing = anyio.create_memory_object_stream(1_000)
        return self._read, self._write

    async def __aexit__(self, kind, error, trace):
        for stream in (self._incoming, self._read, self._write, self.outgoing):
            stream.close()


def delivered(line: bytes):
    """Return *line* as a transport delivers it."""
    try:
        message = json.loads(line.decode(errors="replace"))
        return SessionMessage(jsonrpc_message_adapter.validate_python(message, by_name=False))
    except (ValueError, RecursionError) as error:
        return error


class Wire:
    """A tapped transport on a loop of its own, between a server that a test plays and a session that listens."""

    def __init__(self, kind: type[Unhosted | Messages], routes: Routes) -> None:
        self.passed: list[SessionMessage | Exception] = []
        self._runner = asyncio.Runner()
        self._transport = kind(routes)
        self._stack = AsyncExitStack()
        self._runner.run(self._open(Tap(self._transport, routes)))

    async def _open(self, tap: Tap) -> None:
        self._read, self._write = await self._stack.enter_async_context(tap)
        self._session = asyncio.ensure_future(self._listen())
        await self._settle()

    async def _listen(self) -> None:
        async for item in self._read:
            self.passed.append(item)

    async def _settle(self) -> None:
        for _ in range(100 * TURNS):
            await asyncio.sleep(0)
            if self._transport.pipe.thirsty:
                break
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def say(self, *chunks: bytes) -> None:
        """Let the server write *chunks*, and wait until they were heard; an empty one is its end."""

        async def speak() -> None:
            for chunk in chunks:
                self._transport.pipe.write(chunk)
            await self._settle()

        self._runner.run(speak())

    def send(self, item: SessionMessage) -> SessionMessage:
        """Let the session send *item*; returns what the transport got."""

        async def pass_on() -> SessionMessage:
            await self._write.send(item)
            return self._transport.outgoing.receive_nowait()

        return self._runner.run(pass_on())

    def close(self) -> bool:
        """End it all; returns whether the session has heard the end."""

        async def end() -> bool:
            await self._settle()
            heard = self._session.done()
            self._session.cancel()
            await asyncio.gather(self._session, return_exceptions=True)
            await self._stack.aclose()
            return heard

        try:
            return self._runner.run(end())
        finally:
            self._runner.close()
