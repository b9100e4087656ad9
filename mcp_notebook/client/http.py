"""A server behind Streamable HTTP: the SDK's transport with our headers and clock.

The read timeout is ours (the silence of a call), so the HTTP client has none:
its default of 5 s would end the session of a tool that is silent for longer.
The last bad status is kept, because the SDK's error does not carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING

from ..loopback import address_of

if TYPE_CHECKING:
    import httpx2
    from mcp.client._transport import TransportStreams

CONNECT_TIMEOUT_S = 30.0
KEEP_ALIVE_S = 4.0
"""less than servers keep idle connections: uvicorn closes them after 5 s, and a request may cross that"""
BAD = 400


class HttpTransport:
    """Talks to *url* while entered; single use."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = dict(headers)
        self._status: int | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> TransportStreams:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                httpx2.AsyncClient(
                    headers=self._headers,
                    timeout=httpx2.Timeout(CONNECT_TIMEOUT_S, read=None, pool=None),
                    limits=httpx2.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_S),
                    trust_env=address_of(self._url) is None,  # no proxy learns what goes to this machine
                    event_hooks={"response": [self._note]},
                )
            )
            streams = await stack.enter_async_context(streamable_http_client(self._url, http_client=client))
            self._stack = stack.pop_all()
        return streams

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._stack.__aexit__(kind, error, trace)

    async def post_mortem(self) -> str:
        """Return the last status that was an error, with its cure where there is one."""
        if self._status is None:
            return ""
        cure = {
            HTTPStatus.UNAUTHORIZED: "; give the token: headers={'Authorization': 'Bearer …'}",
            HTTPStatus.FORBIDDEN: "; the server refused these credentials or this origin",
            HTTPStatus.NOT_FOUND: "; is the path right? Most servers use /mcp",
        }.get(HTTPStatus(self._status) if self._status in _KNOWN else HTTPStatus.OK, "")
        phrase = HTTPStatus(self._status).phrase if self._status in _KNOWN else ""
        return f"HTTP {self._status} {phrase}".strip() + cure

    async def _note(self, response: httpx2.Response) -> None:
        # 405 answers the optional GET stream of a server that has none.
        if response.status_code >= BAD and response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            self._status = response.status_code
        elif response.is_success:
            self._status = None


_KNOWN = frozenset(int(s) for s in HTTPStatus)
