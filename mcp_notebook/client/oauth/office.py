"""Requests to authorization servers, apart from the MCP server's own: bounded, and only where they may go.

Rules: https, or http on this machine where the MCP server is on this machine
too; nothing of the MCP connection (its headers, cookies, pooled connections)
goes there; a refusal is told here, in words without secrets, because the SDK would
log what came.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken

from ...loopback import LOOPBACK, address_of
from ...text import one_line
from .errors import AccessError

TIMEOUT_S = 30.0
WHOLE_S = 60.0
LIMIT = 1 << 20
BAD, BUSY, TOO_MANY = 400, 500, 429
FORM = "application/x-www-form-urlencoded"
SECRETS = ("client_secret", "refresh_token", "code", "code_verifier", "assertion")


class Office:
    """An HTTP client for one sign-in at *server*; use it as an asynchronous context manager."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._client = httpx2.AsyncClient(
            timeout=TIMEOUT_S, trust_env=address_of(server) is None, follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def fetch(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer to *request*, read; raises `AccessError`."""
        refuse_unsafe(str(request.url), self._server)
        request.headers["accept-encoding"] = "identity"  # a body that unfolds has no bound
        request.extensions = {**request.extensions, "timeout": httpx2.Timeout(TIMEOUT_S).as_dict()}
        place = one_line(request.url.host, 100)
        try:
            async with asyncio.timeout(WHOLE_S):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _body(response)
                finally:
                    await response.aclose()
        except AccessError:
            raise
        except TimeoutError:
            raise AccessError(f"{place} did not answer within {WHOLE_S:g} s, to sign in there") from None
        except httpx2.TransportError as error:
            words = one_line(str(error), 200) or type(error).__name__
            raise AccessError(f"cannot reach {place} to sign in: {words}") from None
        kept = [
            (k, v) for k, v in response.headers.items() if k not in ("content-length", "transfer-encoding")
        ]
        whole = httpx2.Response(response.status_code, headers=kept, content=body, request=request)
        whole.next_request = response.next_request
        return whole


def refuse_unsafe(url: str, server: str) -> None:
    """Raise `AccessError` unless secrets may go to *url* for the sake of *server*."""
    if not is_safe(url, server):
        shown = one_line(url.partition("?")[0].partition("#")[0], 120)
        raise AccessError(f"the server sends us to {shown!r} to sign in; only https addresses are visited")


def is_safe(url: str, server: str) -> bool:
    """Return whether *url* is https, or on this machine as *server* is."""
    try:
        parts = urlsplit(url)
        here, home = parts.hostname in LOOPBACK, urlsplit(server).hostname in LOOPBACK
    except ValueError:
        return False
    if "@" in parts.netloc or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and here and home)


def refuse_bad(response: httpx2.Response) -> None:
    """Raise `AccessError` where the answer to a posted request is none, in words without secrets."""
    request = response.request
    if request.method != "POST" or response.is_redirect:
        return
    trading = request.headers.get("content-type", "").startswith(FORM)
    place, status = one_line(request.url.host, 100), response.status_code
    if status >= BAD:
        words = f"{place} refused the {'code' if trading else 'registration'}: {_reason(response)}"
        raise AccessError(words if trading else f"{words}; {by_hand()}")
    model = OAuthToken if trading else OAuthClientInformationFull
    try:
        model.model_validate_json(response.content)
    except ValueError:  # its words hold what came
        raise AccessError(
            f"{place} answered what is no {'token' if trading else 'registration'} (HTTP {status})"
        ) from None


def by_hand() -> str:
    """Return the cure where a server registers no clients."""
    return (
        "register a client there by hand, for http://127.0.0.1:8765/callback, "
        "and give auth=mcpn.OAuth(client_id='…', port=8765)"
    )


def is_passing(status: int) -> bool:
    """Return whether *status* says that the server may answer well later."""
    return status >= BUSY or status == TOO_MANY


def masked(words: str, secrets: Iterable[str | None]) -> str:
    """Return *words* as one line, without *secrets*."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "•••")
    return one_line(words, 300)


def _reason(response: httpx2.Response) -> str:
    """Return what the server says of its refusal (RFC 6749, 5.2), without what was sent."""
    name = f"HTTP {response.status_code}"
    try:
        said = json.loads(response.content)
    except (ValueError, RecursionError):
        return name
    if not isinstance(said, dict):
        return name
    words = [said[part] for part in ("error", "error_description") if isinstance(said.get(part), str)]
    return masked(": ".join([name, *words]), _sent(response.request))


def _sent(request: httpx2.Request) -> list[str]:
    fields: dict[str, Any] = parse_qs(request.content.decode(errors="replace"))
    return [value for name in SECRETS for value in fields.get(name, ())]


async def _body(response: httpx2.Response) -> bytes:
    encoding = response.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise AccessError(
            f"{response.request.url.host} sends a body that is {one_line(encoding, 20)}-encoded"
        )
    chunks, size = [], 0
    async for chunk in response.aiter_raw():
        chunks.append(chunk)
        size += len(chunk)
        if size > LIMIT:
            raise AccessError(f"{one_line(response.request.url.host, 100)} sends more than {LIMIT >> 20} MiB")
    return b"".join(chunks)
