"""One live connection to one kernel: the SDK's client, entered and left by one owner task.

Rules. A connection is used once. While it opens, requests wait for it, and for
its ear: what changes after an answer must be heard of. When it ends, every
request in flight learns it at once. One that is retired takes no new requests
and ends with its last; what its kernel announces goes to the news.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from ..client.loss import phrase
from ..client.wire.codes import CONNECTION_CLOSED
from ..errors import ConnectError, ConnectionLostError
from . import words
from .wire import Wire

if TYPE_CHECKING:
    from mcp import Client
    from mcp.shared.dispatcher import ProgressFnT
    from mcp_types import ClientRequest
    from pydantic import BaseModel, TypeAdapter

    from ..host.discovery import Entry
    from .news import News

    Shape = TypeVar("Shape", bound=BaseModel)

OPEN_S = 10.0
LISTEN_S = 5.0
CLOSE_S = 1.0
INTERNAL_ERROR = -32603


class Kernel:
    """The connection to the kernel of *entry*; opens at once, in the background."""

    def __init__(self, entry: Entry, news: News) -> None:
        self.entry = entry
        self.opened = False
        self._news = news
        self._retired = False
        self._requests = 0
        self._closing = asyncio.Event()
        self._ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._listener: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        """set when the kernel has agreed to tell what changes, cannot, or takes its time"""
        self._wire = Wire(entry.url, entry.token)
        self._owner = asyncio.create_task(self._own())

    @property
    def usable(self) -> bool:
        """Return whether requests may be sent, or wait until it has opened."""
        return not (self._retired or self._closing.is_set() or self._owner.done())

    @property
    def ended(self) -> bool:
        """Return whether nothing is left of it."""
        return self._owner.done()

    async def ask(
        self,
        request: ClientRequest,
        shape: type[Shape] | TypeAdapter[Shape],
        hear: ProgressFnT | None = None,
    ) -> Shape:
        """Send *request* and return its result; progress is asked for only where somebody hears it.

        Raises `ConnectError`, `ConnectionLostError`, and the kernel's own `MCPError` as it is.
        Cancelling the caller cancels in the kernel.
        """
        from mcp.shared.exceptions import MCPError

        self._requests += 1
        try:
            client = await asyncio.shield(self._ready)
            await self._heard.wait()
            return await client.session.send_request(request, shape, progress_callback=hear)
        except MCPError as error:
            if error.code == CONNECTION_CLOSED or (self._wire.cut and error.code == INTERNAL_ERROR):
                self._leave()
                raise ConnectionLostError(error.message) from error
            raise
        finally:
            self._requests -= 1
            self._close_if_idle()

    async def listen(self) -> None:
        """Hear what the news wants now; returns when the kernel has agreed, cannot, or takes its time."""
        heard = asyncio.Event()
        before, self._listener = self._listener, asyncio.create_task(self._listen(heard))
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), LISTEN_S)
        finally:
            if before is not None:
                before.cancel()

    def retire(self) -> None:
        """Take no new requests, and end with the last one."""
        if self._listener is not None:
            self._listener.cancel()
        self._leave()

    async def close(self) -> None:
        """End now; bounded in time."""
        self._closing.set()
        _, waiting = await asyncio.wait([self._owner], timeout=CLOSE_S)
        for owner in waiting:
            owner.cancel()

    def _leave(self) -> None:
        self._retired = True
        self._heard.set()
        self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._retired and not self._requests:
            self._closing.set()

    async def _own(self) -> None:
        from mcp import Client

        try:
            async with asyncio.timeout(OPEN_S) as limit, Client(self._wire, cache=None) as client:
                limit.reschedule(None)
                self.opened = True
                self._ready.set_result(client)
                asyncio.get_running_loop().call_later(LISTEN_S, self._heard.set)
                if self._listener is None:
                    self._listener = asyncio.create_task(self._listen(asyncio.Event()))
                await self._closing.wait()
        except (Exception, BaseExceptionGroup, asyncio.CancelledError) as error:
            self._fail(error)
        finally:
            self._closing.set()
            self._heard.set()
            if self._listener is not None:
                self._listener.cancel()

    def _fail(self, error: BaseException) -> None:
        """Tell those who wait for the opening why there is none; the others hear it from the SDK."""
        if self._ready.done():
            return
        why = f"nothing within {OPEN_S:g} s" if isinstance(error, TimeoutError) else phrase(error)
        told = words.refused(self.entry) if self._wire.refused else words.mute(self.entry, why)
        self._ready.set_exception(ConnectError(told))
        self._ready.exception()  # taken: nobody may be left to ask

    async def _listen(self, heard: asyncio.Event) -> None:
        from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost
        from mcp.shared.exceptions import MCPError

        try:
            client = await asyncio.shield(self._ready)
            async with client.listen(
                tools_list_changed=True,
                resources_list_changed=True,
                resource_subscriptions=sorted(self._news.uris),
            ) as changes:
                heard.set()
                self._heard.set()
                async for event in changes:
                    await self._news.publish(event)
        except ListenNotSupportedError:
            return  # a kernel without news can be asked all the same
        except MCPError as error:
            if error.code != CONNECTION_CLOSED:
                return
        except (SubscriptionLost, ConnectError):
            pass
        finally:
            heard.set()
            self._heard.set()
        self._leave()
