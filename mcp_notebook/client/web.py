"""The HTTP client below the SDK's transport: where facts of HTTP become answers of JSON-RPC.

The SDK ends the whole session where one POST fails on the network, and its errors
don't carry the status. Rules here:

- Until the session is `standing` all passes, because the SDK tells the revision of
  a server by bare statuses; the last bad one is kept in `said`.
- From then on every request gets an answer: the server's, or an error that says
  what HTTP said, with the code of a closed connection. Only that request fails.
- Where the server cannot have heard the request, the error's data says so.
- Progress is taken out of event streams before they are parsed; no body is
  read beyond `LIMIT`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import httpx2

from ..text import one_line
from .burst import Burst
from .codes import CONNECTION_CLOSED, UNANSWERED, UNHEARD
from .events import LIMIT, Sieve
from .frames import mended
from .tap import Routes

FAREWELL_S = 2.0
"""how long a server may take to hear that the session ends"""
BAD = 400
CURES = {
    HTTPStatus.UNAUTHORIZED: "give the token: headers={'Authorization': 'Bearer …'}",
    HTTPStatus.FORBIDDEN: "the server refused these credentials or this origin",
    HTTPStatus.NOT_FOUND: "is the path right? Most servers use /mcp",
}
_STATUSES = {int(status): status for status in HTTPStatus}
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Web(httpx2.AsyncClient):
    """An `AsyncClient` for one MCP server; *routes* get its progress."""

    def __init__(self, routes: Routes, **settings: Any) -> None:
        super().__init__(**settings)
        self.headers["accept-encoding"] = "identity"  # a body that unfolds has no bound
        self.standing = False
        """whether the session has been opened"""
        self.said = ""
        """the last trouble that no request was told of"""
        self._burst = Burst(routes)

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send *request*; see the rules above."""
        if request.method == "DELETE":
            async with asyncio.timeout(FAREWELL_S):
                return await super().send(request, stream=stream, **options)
        try:
            response = await super().send(request, stream=stream, **options)
        except httpx2.TransportError as error:
            if not self.standing or request.method != "POST":
                raise
            return _instead(request, f"no answer: {_phrase(error)}", unheard=isinstance(error, _NEVER_SENT))
        if stream:
            response.stream = _Body(response, self)
        trouble = await _trouble(response) if request.method == "POST" else None
        self.said = "" if self.standing or trouble is None else trouble
        if trouble is None or not self.standing:
            return response
        await response.aclose()
        # A session that the server does not know: it has not looked at the request.
        unheard = response.status_code == HTTPStatus.NOT_FOUND and "mcp-session-id" in request.headers
        return _instead(request, trouble, unheard=unheard)

    def sieve(self) -> Sieve:
        """Return what takes progress out of one response."""
        return Sieve(self._burst)

    async def rest(self) -> None:
        """Let a flood wait, so that the cell has the processor."""
        if (seconds := self._burst.pause(asyncio.get_running_loop().time())) > 0:
            await asyncio.sleep(seconds)


class _Body(httpx2.AsyncByteStream):
    """The body of a response, bounded, without its progress."""

    def __init__(self, response: httpx2.Response, web: Web) -> None:
        self._inner: Any = response.stream
        self._web = web
        self._encoding = response.headers.get("content-encoding", "identity")
        self._events = _kind(response) == "text/event-stream"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._encoding != "identity":
            raise httpx2.StreamError(
                f"the body is {one_line(self._encoding, 20)}-encoded, which nobody asked for"
            )
        try:
            async for piece in self._from_events() if self._events else self._whole():
                yield piece
        except httpx2.TransportError as error:
            self._web.said = f"the connection broke: {_phrase(error)}"
            # Not as it is: the SDK would end the session.
            raise httpx2.StreamError(self._web.said) from error

    async def _from_events(self) -> AsyncIterator[bytes]:
        sieve = self._web.sieve()
        async for chunk in self._inner:
            for piece in sieve.feed(chunk):
                yield piece
            await self._web.rest()
        if rest := sieve.rest():
            yield rest

    async def _whole(self) -> AsyncIterator[bytes]:
        chunks = []
        size = 0
        async for chunk in self._inner:
            chunks.append(chunk)
            size += len(chunk)
            if size > LIMIT:
                raise httpx2.StreamError(f"a body of over {LIMIT >> 20} MiB")
        yield mended(b"".join(chunks))

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _trouble(response: httpx2.Response) -> str | None:
    """Return what is wrong with the answer to a POST, or None."""
    status, kind = response.status_code, _kind(response)
    name = f"HTTP {status} {_STATUSES[status].phrase if status in _STATUSES else ''}".strip()
    if (following := response.next_request) is not None:
        return None if _follows(response.request, following) else f"{name}: {_place(following.url)}"
    if status >= BAD:
        if kind == "application/json" and await _is_error(response):
            return None
        cure = CURES.get(_STATUSES.get(status, HTTPStatus.OK))
        return f"{name}; {cure}" if cure else name
    if status in (HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT):
        trouble = f"{name}, where a result was due"
    elif kind not in ("application/json", "text/event-stream"):
        trouble = f"{name} with {one_line(kind, 60) or 'no content type'}, which no MCP server answers"
    else:
        return None
    return trouble if _asks(response.request) is not None else None


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
    asked = _asks(request)
    if asked is None:
        return httpx2.Response(HTTPStatus.ACCEPTED, request=request)
    error = {"code": CONNECTION_CLOSED, "message": words, "data": UNHEARD if unheard else UNANSWERED}
    return httpx2.Response(
        HTTPStatus.OK, json={"jsonrpc": "2.0", "id": asked, "error": error}, request=request
    )


def _asks(request: httpx2.Request) -> int | str | None:
    """Return the id of the JSON-RPC request in *request*; None where it is none."""
    message = json.loads(request.content)
    asked = message.get("id") if isinstance(message, dict) and "method" in message else None
    return asked if isinstance(asked, int | str) else None


def _kind(response: httpx2.Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def _phrase(error: Exception) -> str:
    return one_line(str(error), 200) or type(error).__name__
