"""A transport around a transport: progress is taken out before the SDK sees it.

Rules: every `notifications/progress` ends here, in wire order, before the
response that follows it; nothing is awaited and nothing in it is believed
(an integer too large for a float would end the SDK's session). Everything
else passes untouched. A request that is sent again under its token is a new
round of the same call.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import anyio

if TYPE_CHECKING:
    from mcp.client._transport import ReadStream, Transport, TransportStreams, WriteStream
    from mcp.shared.message import SessionMessage

    from ...progress import Operation

PROGRESS = "notifications/progress"


class Routes:
    """Which progress token belongs to which operation, from its request to its response."""

    def __init__(
        self,
        on_end: Callable[[], None] | None = None,
        on_stderr: Callable[[str], None] | None = None,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.strays = 0
        """notifications for tokens whose request is not open"""
        self.on_end = on_end
        self.on_stderr = on_stderr
        """takes what a server process says beside the protocol, line by line"""
        self.waiting = waiting
        """entered while a person is asked for something that the requests need"""
        self._operations: dict[str, Operation] = {}
        self._begun: dict[str, str] = {}
        """token → id of its newest request"""
        self._asked: dict[str, str] = {}
        """request id → token, while the request is unanswered"""
        self._heard: dict[str, Operation] = {}
        """the operations whose token may be named now"""

    def add(self, token: str, operation: Operation) -> None:
        """Send what comes for *token* to *operation*."""
        self._operations[token] = self._heard[token] = operation

    def remove(self, token: str) -> None:
        """Forget *token*: its call has ended."""
        self._operations.pop(token, None)
        self._heard.pop(token, None)
        self._asked.pop(self._begun.pop(token, ""), None)

    def sent(self, message: Any) -> None:
        """Notice an outgoing *message*: a token's second request is a new round."""
        params = getattr(message, "params", None)
        meta = params.get("_meta") if isinstance(params, dict) else None
        token = meta.get("progressToken") if isinstance(meta, dict) else None
        operation = self._operations.get(token) if isinstance(token, str) else None
        if operation is None or not isinstance(token, str) or getattr(message, "id", None) is None:
            return
        if token in self._begun:
            operation.restart()
        self._begun[token] = str(message.id)
        self._heard[token] = operation
        self._asked[str(message.id)] = token

    def received(self, message: Any) -> None:
        """Notice an incoming *message*: after its response a token says nothing more."""
        if self._asked and getattr(message, "method", None) is None:
            identity = str(getattr(message, "id", None))
            token = self._asked.pop(identity, "")
            if self._begun.get(token) == identity:  # not a late answer to the round before
                self._heard.pop(token, None)

    def end(self) -> None:
        """Notice that nothing more comes."""
        if self.on_end is not None:
            self.on_end()

    def takes(self, message: Any) -> bool:
        """Take *message* if it is a progress notification, and say so."""
        if getattr(message, "method", None) != PROGRESS or getattr(message, "id", None) is not None:
            self.received(message)
            return False
        self.take(message.params)
        return True

    def take(self, params: object) -> None:
        """Route the parameters of a progress notification, whatever they are."""
        known = params if isinstance(params, dict) else {}
        self.report(
            known.get("progressToken"), known.get("progress"), known.get("total"), known.get("message")
        )

    def report(self, token: object, progress: object, total: object, message: object, count: int = 1) -> bool:
        """Route one notification that stands for *count*; return whether it was taken as it is."""
        operation = self._heard.get(token) if isinstance(token, str) else None
        if operation is None:
            self.strays += count
            return False
        return operation.report(progress, total, message, count)


class Tap:
    """A `Transport` that routes progress by itself."""

    def __init__(self, transport: Transport, routes: Routes) -> None:
        self._transport = transport
        self._routes = routes

    async def __aenter__(self) -> TransportStreams:
        read, write = await self._transport.__aenter__()
        return _Read(read, self._routes), _Write(write, self._routes)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._transport.__aexit__(kind, error, trace)


class _Stream:
    def __init__(self, inner: Any, routes: Routes) -> None:
        self._inner = inner
        self._routes = routes

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        ended: bool | None = await self._inner.__aexit__(kind, error, trace)
        return ended


class _Read(_Stream):
    _inner: ReadStream[SessionMessage | Exception]

    @property
    def last_context(self) -> Any:
        """The sender's context, where the inner stream keeps one."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        while True:
            item = await self._inner.receive()
            if not self._routes.takes(getattr(item, "message", None)):
                return item

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            while True:
                item = await self._inner.__anext__()
                if not self._routes.takes(getattr(item, "message", None)):
                    return item
        except (StopAsyncIteration, anyio.ClosedResourceError, anyio.BrokenResourceError):
            self._routes.end()
            raise


class _Write(_Stream):
    _inner: WriteStream[SessionMessage]

    async def send(self, item: SessionMessage, /) -> None:
        self._routes.sent(item.message)
        await self._inner.send(item)
