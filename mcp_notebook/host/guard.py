"""Who may speak to a kernel: requests to this very address, from no foreign page, that carry the token.

Rules. The Host is ours to the port: a web page that made its own name point
here says another one (421). The Origin, where there is one, is a page of this
machine (403). The token is right (401). A header that is there twice is wrong.
A refusal names the cure, never the token. Web sockets are nobody's.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

Headers = Iterable[tuple[bytes, bytes]]
Refusal = tuple[HTTPStatus, str]

_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LOCAL_ORIGIN = re.compile(rb"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_POLICY_VIOLATION = 1008


class Secret(str):
    """Text that is not shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class Guard:
    """The ASGI application *app*, for those who know *token* and mean *port*."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = Secret(token)
        self._hosts = frozenset(f"{host}:{port}".encode() for host in _HOSTS)
        self._url = f"http://127.0.0.1:{port}/mcp"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request, and pass any other on."""
        if scope["type"] not in ("http", "lifespan"):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        elif scope["type"] == "http" and (refusal := self._judge(tuple(scope["headers"]))):
            await _answer(send, *refusal)
        else:
            await self._app(scope, receive, send)

    def _judge(self, headers: Headers) -> Refusal | None:
        """Return why these headers are refused, or `None`."""
        if not self._is_meant(_values(headers, b"host")):
            return HTTPStatus.MISDIRECTED_REQUEST, f"this is another host; use {self._url}"
        if not _is_local(_values(headers, b"origin")):
            return (
                HTTPStatus.FORBIDDEN,
                "a page of another origin may not speak to a kernel; use a local client",
            )
        if not self._is_known(_values(headers, b"authorization")):
            cure = "send 'Authorization: Bearer TOKEN', or start 'mcp-notebook bridge', which knows it"
            return HTTPStatus.UNAUTHORIZED, f"the token is missing or wrong; {cure}"
        return None

    def _is_meant(self, hosts: tuple[bytes, ...]) -> bool:
        return len(hosts) == 1 and hosts[0].lower() in self._hosts

    def _is_known(self, credentials: tuple[bytes, ...]) -> bool:
        if len(credentials) != 1:
            return False
        scheme, _, given = credentials[0].partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(b" "), self._token.encode())


def _values(headers: Headers, name: bytes) -> tuple[bytes, ...]:
    return tuple(value for key, value in headers if key.lower() == name)


def _is_local(origins: tuple[bytes, ...]) -> bool:
    return not origins or (len(origins) == 1 and _LOCAL_ORIGIN.fullmatch(origins[0]) is not None)


async def _answer(send: Send, status: HTTPStatus, words: str) -> None:
    body = f"{words}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status is HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
