"""A server behind Streamable HTTP: the SDK's transport over our HTTP client.

The read timeout is ours (the silence of a call), so the HTTP client has none:
its default of 5 s would end the session of a tool that is silent for longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from ...loopback import address_of
from .events import LIMIT
from .tap import Routes

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

    from .web import Web

CONNECT_TIMEOUT_S = 30.0
KEEP_ALIVE_S = 4.0
"""less than servers keep idle connections: uvicorn closes them after 5 s, and a request may cross that"""


class HttpTransport:
    """Talks to *url* while entered; single use."""

    def __init__(self, url: str, headers: Mapping[str, str], routes: Routes | None = None) -> None:
        self._url = url
        self._headers = dict(headers)
        self._routes = routes or Routes()
        self._web: Web | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> TransportStreams:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        from .web import Web

        self._web = Web(
            self._routes,
            headers=self._headers,
            timeout=httpx2.Timeout(CONNECT_TIMEOUT_S, read=None, pool=None),
            limits=httpx2.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_S),
            trust_env=address_of(self._url) is None,  # no proxy learns what goes to this machine
        )
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(self._web)
            wire = streamable_http_client(self._url, http_client=client, max_sse_event_size=LIMIT)
            streams = await stack.enter_async_context(wire)
            self._stack = stack.pop_all()
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
