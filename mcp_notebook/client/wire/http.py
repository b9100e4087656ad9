"""A server behind Streamable HTTP: the SDK's transport over our HTTP client.

The read timeout is ours (the silence of a call), so the HTTP client has none:
its default of 5 s would end the session of a tool that is silent for longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ...loopback import address_of
from .events import LIMIT
from .tap import Routes

if TYPE_CHECKING:
    import httpx2
    from mcp.client._transport import TransportStreams

    from .web import Web

CONNECT_TIMEOUT_S = 30.0
KEEP_ALIVE_S = 4.0
"""less than servers keep idle connections: uvicorn closes them after 5 s, and a request may cross that"""


class HttpTransport:
    """Talks to *url* while entered; single use."""

    def __init__(
        self, url: str, headers: Mapping[str, str], routes: Routes | None = None, auth: Any = None
    ) -> None:
        self._url = url
        self._auth = auth
        self._headers = dict(headers)
        self._routes = routes or Routes()
        self._web: Web | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> TransportStreams:
        import httpx2

        from .web import Web

        self._web = Web(
            self._routes,
            self._auth,
            headers=self._headers,
            timeout=httpx2.Timeout(CONNECT_TIMEOUT_S, read=None, pool=None),
            limits=httpx2.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_S),
            trust_env=address_of(self._url) is None,  # no proxy learns what goes to this machine
        )
        streams, self._stack = await opened(self._web, self._url, LIMIT)
        return streams

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._stack.__aexit__(kind, error, trace)

    def stand(self) -> None:
        """Notice that the session has been opened: from now on a request may fail by itself."""
        if self._web is not None:
            self._web.standing = True

    async def post_mortem(self) -> str:
        """Return what HTTP said last, where it was trouble."""
        return self._web.said if self._web is not None else ""


async def opened(
    client: httpx2.AsyncClient, url: str, limit: int | None
) -> tuple[TransportStreams, AsyncExitStack]:
    """Enter *client* and the SDK's transport to *url* over it; returns its streams, and what leaves both.

    *limit* is how many bytes an event of a stream may have.
    """
    from mcp.client.streamable_http import streamable_http_client

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(client)
        wire = streamable_http_client(url, http_client=client, max_sse_event_size=limit)
        return await stack.enter_async_context(wire), stack.pop_all()
