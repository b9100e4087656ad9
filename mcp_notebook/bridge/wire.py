"""The HTTP transport to a kernel's server: loopback, a bearer token, no proxy.

Rules. Proxies of the environment are for the internet: one of them would be
handed the token. Once connected there is no timeout, as a loop may be silent
for hours, and no limit of size, as a result may be a picture.
What a bare status said is remembered, because the SDK's error does not carry it.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING

from ..client.wire.http import opened

if TYPE_CHECKING:
    import httpx2
    from mcp.client._transport import TransportStreams

CONNECT_S = 5.0
IDLE_S = 2.0
"""how long an unused connection is kept: less than any server does, so that no request meets a closing one"""


class Wire:
    """Talks to *url* while entered; single use."""

    def __init__(self, url: str, token: str) -> None:
        self.refused = False
        """whether the server turned the token down"""
        self.cut = False
        """whether the HTTP server failed a request itself: it does so with what is open when it ends"""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> TransportStreams:
        import httpx2

        client = httpx2.AsyncClient(
            headers=self._headers,
            timeout=httpx2.Timeout(None, connect=CONNECT_S),
            limits=httpx2.Limits(keepalive_expiry=IDLE_S),
            event_hooks={"response": [self._note]},
            trust_env=False,
        )
        streams, self._stack = await opened(client, self._url, None)
        return streams

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._stack.__aexit__(kind, error, trace)

    async def _note(self, response: httpx2.Response) -> None:
        self.refused = response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        answered = response.headers.get("content-type", "").startswith("application/json")
        self.cut = self.cut or (response.is_server_error and not answered)
