"""A server that a test plays, behind a transport of two in-memory streams on the background loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, jsonrpc_message_adapter

from mcp_notebook.client.connection import Connection
from mcp_notebook.client.handlers import Handlers
from mcp_notebook.client.targets import Opening, ReadyMade
from mcp_notebook.client.wire.tap import Tap
from mcp_notebook.runtime import runtime

PATIENCE_S = 20.0
TOOL = {"name": "work", "inputSchema": {"type": "object"}}


class Scripted:
    """One session's server: shakes hands by itself, and leaves the calls to the test."""

    def __init__(self, news: threading.Condition) -> None:
        self.asked: dict[str, list[int]] = {}
        """progress token → ids of its requests"""
        self.cancelled: list[object] = []
        self.gone = self.deaf = False
        self._news = news

    async def __aenter__(self):
        self._loop = asyncio.get_running_loop()
        self._say, self._read = anyio.create_memory_object_stream(1_000)
        self._write, self._hears = anyio.create_memory_object_stream(1_000)
        self._listener = asyncio.ensure_future(self._listen())
        return self._read, self._write

    async def __aexit__(self, kind, error, trace):
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        for stream in (self._say, self._read, self._write, self._hears):
            stream.close()

    async def _listen(self) -> None:
        async for item in self._hears:
            message = item.message
            if isinstance(message, JSONRPCRequest):
                self._answer(message.id, message.method, message.params or {})
            elif getattr(message, "method", None) == "notifications/cancelled":
                self.cancelled.append(message.params["requestId"])

    def _answer(self, number, method, params) -> None:
        if method == "initialize":
            result = {
                "protocolVersion": params["protocolVersion"],
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "fuzz", "version": "1"},
            }
            self._tell({"id": number, "result": result})
        elif method == "tools/list":
            self._tell({"id": number, "result": {"tools": [TOOL]}})
        elif method == "tools/call":
            with self._news:
                self.asked.setdefault(params["_meta"]["progressToken"], []).append(number)
                self._news.notify_all()
        else:
            self._tell({"id": number, "error": {"code": -32601, "message": "no such method"}})

    def _tell(self, message) -> None:
        if isinstance(message, dict):
            message = jsonrpc_message_adapter.validate_python({"jsonrpc": "2.0", **message}, by_name=False)
            message = SessionMessage(message)
        with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):  # nobody listens any more
            self._say.send_nowait(message)

    # from the test's thread

    def do(self, work: Callable[[], object]) -> None:
        """Run *work* on the loop, and wait for it."""

        async def visit() -> None:
            work()

        asyncio.run_coroutine_threadsafe(visit(), self._loop).result(PATIENCE_S)

    def say(self, *messages) -> None:
        """Say *messages* (dictionaries, or errors) in one breath; after the end, nothing."""
        if not self.gone:
            self.do(lambda: [self._tell(message) for message in messages])

    def say_last(self, *messages) -> None:
        """Say *messages*, and close what is read, in one breath."""
        self.gone = True
        self.do(lambda: [*[self._tell(message) for message in messages], self._say.close()])

    def vanish(self, how: str) -> None:
        """End: `silent` closes what is read, `deaf` what is written, `broken` both."""

        def end() -> None:
            if how != "deaf":
                self._say.close()
            if how != "silent":
                self._hears.close()

        self.gone, self.deaf = how != "deaf", how == "deaf"
        self.do(end)


class Again(ReadyMade):
    """A way to a server that can be reached anew; each session has a server of its own."""

    def __init__(self, *, reusable: bool) -> None:
        object.__setattr__(self, "transport", None)
        object.__setattr__(self, "reusable", reusable)
        object.__setattr__(self, "servers", [])
        object.__setattr__(self, "news", threading.Condition())

    def open(self, routes):
        """Start a server."""
        self.servers.append(Scripted(self.news))
        return Opening(Tap(self.servers[-1], routes))

    def server_of(self, call) -> Scripted | None:
        """Return the server that has heard *call*, or the newest where it ended unheard; wait for either."""

        def known() -> Scripted | None:
            heard = next((one for one in self.servers if call.token in one.asked), None)
            return heard or (self.servers[-1] if call.done() else None)

        return self.waits(known)

    def waits(self, condition):
        """Wait until *condition*, for a bounded time; return what it says."""
        with self.news:
            return self.news.wait_for(condition, PATIENCE_S)

    def notify(self) -> None:
        """Let those who wait look again."""
        with self.news:
            self.news.notify_all()


def connected(target: Again) -> Connection:
    """Return a connection to *target* in the process's runtime."""
    root = runtime()
    return Connection(root, target, "fuzz", lambda _connection: None, handlers=Handlers(root, "fuzz")).open()
