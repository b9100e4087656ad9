"""The HTTP client below the SDK's transport: where facts of HTTP become answers of JSON-RPC.

The SDK ends the whole session where one POST fails on the network, and its errors
don't carry the status. Rules here:

- Until the session is `standing` all passes, because the SDK tells the revision of
  a server by bare statuses; the last trouble is kept in `said`.
- From then on every request gets an answer: the server's, or an error of ours that
  says what HTTP said. Only that request fails.
- Where the server cannot have heard the request, the error's data says so.
- A notification that the server does not take in time is given up: the SDK posts
  nothing else meanwhile. Where it cancels a request, that one's answer is not read on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from weakref import WeakSet

import httpx2

from ...text import one_line
from ..oauth.errors import AccessError
from .bodies import EVENTS, Body, kind_of, words_of
from .burst import Burst
from .codes import CONNECTION_CLOSED, UNANSWERED, UNHEARD
from .events import Sieve
from .frames import is_readable
from .tap import Routes

NOTICE_S = 2.0
"""how long a server may take to hear what needs no answer"""
SMALL = 64 * 1024
"""bytes; notifications are no longer, and answers no longer are looked at twice"""
BAD = 400
JSON = "application/json"
CANCELLED = "notifications/cancelled"
SESSION = "mcp-session-id"
CURES = {
    HTTPStatus.UNAUTHORIZED: "give the token: headers={'Authorization': 'Bearer …'}",
    HTTPStatus.FORBIDDEN: "the server refused these credentials or this origin",
    HTTPStatus.NOT_FOUND: "is the path right? Most servers use /mcp",
}
SIGN_IN = "sign in with auth='oauth', or %mcp_connect URL --oauth"
_STATUSES = {int(status): status for status in HTTPStatus}
Send = Callable[[], Awaitable[httpx2.Response]]
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Web(httpx2.AsyncClient):
    """An `AsyncClient` for one MCP server; *routes* get its progress, *auth* (an `Access`, or of httpx2) signs."""

    def __init__(self, routes: Routes, auth: Any = None, **settings: Any) -> None:
        foreign = isinstance(auth, httpx2.Auth)
        super().__init__(auth=auth if foreign else None, **settings)
        self._access = None if foreign else auth
        self._waiting = routes.waiting
        self.headers["accept-encoding"] = "identity"  # a body that unfolds has no bound
        self.standing = False
        """whether the session has been opened"""
        self._trouble = ""
        self._body: Body | None = None
        self._burst = Burst(routes)
        self._rested = False
        """whether what comes was read together with what came before"""
        self._unanswered: dict[str, _Exchange] = {}
        """by request id"""
        self._over: WeakSet[asyncio.Task[Any]] = WeakSet()
        """tasks that read an answer nobody waits for"""

    @property
    def said(self) -> str:
        """Return the last trouble that no request was told of."""
        return self._trouble or (self._body.trouble if self._body is not None else "")

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send *request*; see the rules above."""
        send: Send = partial(super().send, request, stream=stream, **options)
        await request.aread()  # a redirected one comes unread
        message = _message(request)
        told = request.method == "DELETE" or (message is not None and "id" not in message)
        if self._access is not None:
            asks = request.method == "POST" and not told
            send = partial(self._access.send, request, send, asks=asks, waiting=self._waiting)
        if told:
            return await self._tell(request, message or {}, send)
        if request.method == "POST":
            return await self._ask(request, send)
        if asyncio.current_task() in self._over:
            raise httpx2.ReadError("nobody waits for it")  # the SDK would resume the stream for ever
        response = await send()
        if stream:
            response.stream = self._read(response)
        return response

    async def _tell(self, request: httpx2.Request, message: dict[str, Any], send: Send) -> httpx2.Response:
        """Send what needs no answer."""
        try:
            async with asyncio.timeout(NOTICE_S):
                return await send()
        except (TimeoutError, httpx2.TransportError) as error:
            if not self.standing and not isinstance(error, TimeoutError):
                raise
            return httpx2.Response(HTTPStatus.ACCEPTED, request=request)
        finally:
            if message.get("method") == CANCELLED:
                await self._give_up(_key(message.get("params")))

    async def _ask(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        """Send a request of JSON-RPC, and return an answer to it, whatever happens."""
        asked = str(json.loads(request.content).get("id"))
        exchange = self._unanswered[asked] = _Exchange(asyncio.current_task())
        try:
            response = await exchange.begin(send)
        except httpx2.TransportError as error:
            self._unanswered.pop(asked, None)
            words = str(error) if isinstance(error, AccessError) else words_of(error)
            if not self.standing:
                error.args = (words,)
                raise
            words = words if isinstance(error, AccessError) else f"no answer: {words}"
            return _instead(request, words, unheard=isinstance(error, _NEVER_SENT))
        except BaseException:
            self._unanswered.pop(asked, None)
            raise
        response.stream = body = exchange.body = self._read(
            response, lambda: self._unanswered.pop(asked, None)
        )
        trouble = await _trouble(response)
        self._trouble = trouble if trouble is not None and not self.standing else ""
        if trouble is None or not (self.standing or body.trouble):
            return response
        await response.aclose()
        # A session that the server does not know: it has not looked at the request.
        unheard = response.status_code == HTTPStatus.NOT_FOUND and SESSION in request.headers
        return _instead(request, trouble, unheard=unheard)

    async def _give_up(self, asked: str) -> None:
        """Read no more of the answer to the request *asked*."""
        if (exchange := self._unanswered.pop(asked, None)) is not None:
            if exchange.task is not None:
                self._over.add(exchange.task)
            await exchange.give_up()

    def _read(self, response: httpx2.Response, on_close: Callable[[], object] = lambda: None) -> Body:
        self._body = Body(response, lambda: Sieve(self._burst), self._rest, on_close)
        return self._body

    async def _rest(self) -> None:
        """Take a chunk for one of many that were read at once; let a flood wait, once for all of them."""
        if self._rested:
            return
        loop = asyncio.get_running_loop()
        self._rested = True
        if (seconds := self._burst.pause(loop.time())) > 0:
            await asyncio.sleep(seconds)
        loop.call_soon(self._read_all)

    def _read_all(self) -> None:
        """Notice that the loop has turned: there is no more to read for now."""
        self._rested = False
        self._burst.flush()


class _Exchange:
    """One request and the answer that is awaited, by a *task* of the SDK; it can be given up."""

    def __init__(self, task: asyncio.Task[Any] | None) -> None:
        self.task = task
        self.body: Body | None = None
        self._sending: asyncio.Future[httpx2.Response] | None = None
        self._given_up = False

    async def begin(self, send: Send) -> httpx2.Response:
        """Send it, and return the answer once its head is there."""
        self._sending = asyncio.ensure_future(send())
        try:
            return await self._sending
        except asyncio.CancelledError:
            if self._given_up:
                raise httpx2.ReadError("nobody waits for it") from None
            self._sending.cancel()
            raise

    async def give_up(self) -> None:
        """Wait no more."""
        self._given_up = True
        if self.body is not None:
            await self.body.cut()
        elif self._sending is not None:
            self._sending.cancel()


async def _trouble(response: httpx2.Response) -> str | None:
    """Return what is wrong with the answer to a request, or None."""
    status, kind = response.status_code, kind_of(response)
    name = f"HTTP {status} {_STATUSES[status].phrase if status in _STATUSES else ''}".strip()
    if (following := response.next_request) is not None:
        return None if _follows(response.request, following) else f"{name}: {_place(following.url)}"
    if status >= BAD:
        if kind == JSON and await _is_error(response):
            return None
        cure = SIGN_IN if _offers_sign_in(response) else CURES.get(_STATUSES.get(status, HTTPStatus.OK))
        return f"{name}; {cure}" if cure else name
    if status in (HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT):
        return f"{name}, where a result was due"
    if kind == JSON:
        problem = await _unreadable(response)
        return problem and f"{name} with {problem}"
    return (
        None
        if kind == EVENTS
        else f"{name} with {one_line(kind, 60) or 'no content type'}, which no MCP server answers"
    )


def _offers_sign_in(response: httpx2.Response) -> bool:
    """Return whether a person may sign in there (RFC 9728, 5.1), and nobody has tried."""
    offer = response.headers.get("www-authenticate", "")
    unsigned = "authorization" not in response.request.headers
    return response.status_code == HTTPStatus.UNAUTHORIZED and "resource_metadata=" in offer and unsigned


async def _unreadable(response: httpx2.Response) -> str | None:
    """Return why the JSON of *response* is no message, or None."""
    try:
        body = await response.aread()
    except httpx2.StreamError as error:
        return str(error)
    if len(body) > SMALL or is_readable(body):
        return None
    start = one_line(body[:200].decode(errors="replace"), 60)
    return f"what is no message: {start!r}" if start else "an empty body"


def _follows(request: httpx2.Request, following: httpx2.Request) -> bool:
    """Return whether the SDK sends *request* again as *following*: to the same place, with its body."""
    url, there = request.url, following.url
    upgraded = (url.scheme, url.port, there.scheme, there.port) == ("http", None, "https", None)
    same = (url.scheme, url.port) == (there.scheme, there.port) or upgraded
    return following.method == request.method and url.host == there.host and same


def _place(url: httpx2.URL) -> str:
    bare = url.copy_with(userinfo=b"", query=None, fragment=None)
    return f"the server sends us to {one_line(str(bare), 120)}; connect there if that is right"


async def _is_error(response: httpx2.Response) -> bool:
    """Return whether the body is an error of JSON-RPC: the server's own words."""
    try:
        body = json.loads(await response.aread())
    except (ValueError, RecursionError, httpx2.StreamError):
        return False
    return isinstance(body, dict) and "jsonrpc" in body and isinstance(body.get("error"), dict)


def _instead(request: httpx2.Request, words: str, *, unheard: bool) -> httpx2.Response:
    """Return an answer to *request* that says why there is none."""
    error = {"code": CONNECTION_CLOSED, "message": words, "data": UNHEARD if unheard else UNANSWERED}
    answer = {"jsonrpc": "2.0", "id": json.loads(request.content).get("id"), "error": error}
    return httpx2.Response(HTTPStatus.OK, json=answer, request=request)


def _message(request: httpx2.Request) -> dict[str, Any] | None:
    """Return the message that *request* posts, unless it is large: then it asks for something."""
    if request.method != "POST" or len(request.content) > SMALL:
        return None
    message = json.loads(request.content)
    return message if isinstance(message, dict) else None


def _key(params: object) -> str:
    return str(params.get("requestId")) if isinstance(params, dict) else ""
