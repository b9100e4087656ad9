"""One live connection to a server: the SDK's client, entered and left by one owner task.

Lives on the background loop. A session is used once: it opens, serves calls,
and ends either because it was closed or because the server went away; then
every call in flight learns it at once.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..arguments.judge import find_fault
from ..errors import ConnectError
from ..text import one_line
from .handlers import Handlers
from .inflight import InFlight
from .loss import Loss, is_of_transport, phrase
from .targets import Opening, Target
from .wire.codes import UNHEARD, says_closed, says_unanswered
from .wire.tap import Routes

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, Tool

    from ..progress import Operation

CONNECT_TIMEOUT_S = 60.0
CLOSE_TIMEOUT_S = 10.0
RELEASE_S = 1.0
PAGES = 100
"""a server that never stops listing tools does not hang us"""


class Session:
    """An open connection to *target*; made by `Session.open`."""

    def __init__(self, target: Target, handlers: Handlers) -> None:
        self.target = target
        self.tools: dict[str, Tool] = {}
        self._handlers = handlers
        self._calls = InFlight()
        self._loss = Loss(self._learn)
        self._routes = Routes(on_end=self._end, on_stderr=self._calls.stderr, waiting=self._calls.waiting)
        self._opening: Opening | None = None
        self._client: Client | None = None
        self._owner: asyncio.Task[None] | None = None
        self._ender: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._prefix, self._numbers = f"mcpn-{uuid.uuid4().hex[:8]}", itertools.count(1)

    @classmethod
    async def open(cls, target: Target, handlers: Handlers) -> Session:
        """Return a session that has shaken hands and listed its tools; raises `ConnectError`.

        *handlers* answer what the server asks for.
        """
        session = cls(target, handlers)
        failure = await session._attempt(None)
        if failure is not None and session._may_be_legacy():
            # Some servers die on a request they don't know: the older handshake is their last chance.
            session = cls(target, handlers)
            failure = await session._attempt("legacy")
        if failure is not None:
            raise ConnectError(f"cannot connect to {one_line(target.address, 400)}: {failure}")
        return session

    @property
    def client(self) -> Client:
        """Return the SDK's client of this session."""
        if self._client is None:
            raise RuntimeError("the session is not open")
        return self._client

    @property
    def lost(self) -> str | None:
        """Return why it ended, where the server went away."""
        return self._loss.why

    @property
    def alive(self) -> bool:
        """Return whether calls can be made."""
        return self._client is not None and self.lost is None and not self._closing.is_set()

    @property
    def over(self) -> bool:
        """Return whether nothing is left of it."""
        return self._owner is None or self._owner.done()

    @property
    def strays(self) -> int:
        """Return how many progress notifications came for tokens nobody waits for."""
        return self._routes.strays

    def new_token(self) -> str:
        """Return a progress token that is unique in this process, and no number."""
        return f"{self._prefix}-{next(self._numbers)}"

    async def call_tool(
        self, name: str, arguments: dict[str, object], token: str | None, operation: Operation
    ) -> CallToolResult:
        """Call a tool; under a *token* its progress goes to *operation*.

        Cancelling the caller's task cancels on the wire.
        """
        try:
            with self._calls.call(operation):
                return await self._request(name, arguments, token, operation)
        finally:
            if self.lost is not None and not self._calls:
                self._closing.set()

    async def _request(
        self, name: str, arguments: dict[str, object], token: str | None, operation: Operation
    ) -> CallToolResult:
        if token is None:
            return await self.client.call_tool(name, arguments)
        if self._opening is not None and not self._opening.tapped:
            return await self.client.call_tool(name, arguments, progress_callback=_reporter(operation))
        self._routes.add(token, operation)
        try:
            return await self.client.call_tool(name, arguments, meta={"progress_token": token})
        finally:
            self._routes.remove(token)

    async def list_tools(self) -> dict[str, Tool]:
        """Ask the server for its tools, all pages of them."""
        tools: dict[str, Tool] = {}
        cursor = None
        for _ in range(PAGES):
            page = await self.client.list_tools(cursor=cursor)
            tools.update({tool.name: tool for tool in page.tools})
            cursor = page.next_cursor
            if not cursor:
                break
        self.tools = tools
        return tools

    async def loss(self, error: BaseException) -> str | None:
        """Return why the connection ended where *error* comes of that, else None."""
        if self._opening is not None and self._opening.apart and says_unanswered(error):
            return await self._retire(phrase(error))
        if says_closed(error) or is_of_transport(error):
            return await self._epitaph(one_line(str(error), 200))
        return None

    async def wants_it_again(self, error: BaseException, operation: Operation) -> bool:
        """Return whether the request is to be sent again: the server has not heard it, or its wish is done."""
        if getattr(error, "data", None) == UNHEARD:
            await self.loss(error)
            return True
        return await self._handlers.visited(error, operation)

    async def _retire(self, why: str) -> str:
        """Take no new calls; those in flight go on. Returns why, with what the transport knows."""
        why = await self._loss.explain(why)
        if self._loss.record(why) and not self._calls:
            self._closing.set()
        return why

    async def _epitaph(self, fallback: str) -> str:
        """Return why the connection ended, waiting a moment for the transport to learn it."""
        if self._owner is not None:
            await asyncio.wait([self._owner], timeout=1.0)
        await self._lose(fallback or "the connection ended")
        return self.lost or fallback

    async def close(self) -> None:
        """Cancel the calls in flight and end the session; bounded in time, safe to call twice."""
        if calls := self._calls.release():
            await asyncio.wait(calls, timeout=RELEASE_S)
        self._closing.set()
        owner = self._owner
        if owner is None or owner.done():
            return
        _, waiting = await asyncio.wait([owner], timeout=CLOSE_TIMEOUT_S)
        if waiting:
            owner.cancel()
            await asyncio.wait([owner], timeout=1.0)

    async def _attempt(self, mode: str | None) -> str | None:
        """Open, or say why not."""
        self._owner = asyncio.ensure_future(self._own(mode))
        try:
            await self._until_ready()
        except TimeoutError:
            failure = f"no answer within {CONNECT_TIMEOUT_S:g} s"
        except asyncio.CancelledError:
            self._owner.cancel()
            raise
        except Exception as error:
            failure = phrase(error)
        else:
            return None
        failure = await self._loss.explain(failure)
        self._owner.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._owner
        return failure

    async def _until_ready(self) -> None:
        """Wait until it is open; raises `TimeoutError`. The time that a person takes to sign in does not count."""
        loop = asyncio.get_running_loop()
        begun, asked = loop.time(), self._asked_s()
        while not self._ready.done():
            left = begun + CONNECT_TIMEOUT_S + self._asked_s() - asked - loop.time()
            if left <= 0:
                raise TimeoutError
            await asyncio.wait([self._ready], timeout=left)
        self._ready.result()

    def _asked_s(self) -> float:
        return self._opening.asked_s if self._opening is not None else 0.0

    async def _learn(self) -> str:
        return await self._opening.post_mortem() if self._opening is not None else ""

    def _may_be_legacy(self) -> bool:
        source = self._opening.source if self._opening is not None and self._client is None else None
        return getattr(source, "ended_by_itself", False) is True

    async def _own(self, mode: str | None) -> None:
        """Enter the SDK's client and leave it: both in this task, as its cancel scopes ask."""
        from mcp import Client

        try:
            self._opening = self.target.open(self._routes)
            client = Client(
                self._opening.server,
                mode=mode or self._opening.mode,
                message_handler=self._hear,
                cache=None,
                **self._handlers.options(self._calls),
            )
            async with client:
                self._client = client
                # The SDK's own judgement has no bounds: one pattern of a schema can stop the process.
                client.session.validate_tool_result = self._judge  # type: ignore[method-assign]
                if client.server_capabilities.tools is not None:
                    await self.list_tools()
                await self._handlers.greet(client)
                if not self._ready.done():
                    self._opening.stand()
                    self._ready.set_result(None)
                await self._closing.wait()
        except asyncio.CancelledError:
            await self._ended(ConnectionError("the connection ended"))
        except (Exception, BaseExceptionGroup) as error:
            await self._ended(error)

    async def _ended(self, error: BaseException) -> None:
        """Tell whoever waits that it is over: the one who opens, or the calls in flight."""
        if not self._ready.done():
            self._fail(error)
        elif not self._closing.is_set():
            await self._lose(phrase(error))
        self._calls.release()

    def _fail(self, error: BaseException) -> None:
        self._ready.set_exception(error)
        self._ready.exception()  # taken: nobody may be left to ask

    def _end(self) -> None:
        """Notice that the server closed its side."""
        if not self._closing.is_set() and self._ready.done():
            self._ender = asyncio.ensure_future(self._lose("the server closed the connection"))

    async def _lose(self, why: str) -> None:
        if await self._loss.tell(why):
            self._calls.release()
            self._closing.set()

    async def _judge(self, name: str, result: CallToolResult) -> None:
        """Refuse a *result* that is not what the tool's output schema promises."""
        schema = tool.output_schema if (tool := self.tools.get(name)) is not None else None
        if schema is None:
            return
        if "structured_content" not in result.model_fields_set:
            raise RuntimeError("the tool promises structured content and has sent none")
        if (fault := find_fault(result.structured_content, schema)) is not None:
            raise RuntimeError(f"the tool has sent what its output schema forbids: {fault.message}")

    async def _hear(self, message: Any) -> None:
        if getattr(message, "method", None) == "notifications/tools/list_changed":
            self.tools = {}


def _reporter(operation: Operation) -> Any:
    """Return the callback for connections without a wire. It stores and returns: see the tracker."""

    async def report(progress: float, total: float | None, message: str | None) -> None:
        operation.report(progress, total, message)

    return report
