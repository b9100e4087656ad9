"""Connections that have not shown the token yet: few, and not for long.

Rules. Whoever is on this machine can connect, other users too. Until a request
with the token has come on it, a connection is a stranger's. It is hung up on
after `PATIENCE_S`, or when `room` newer ones are there: what strangers hold of
this process's memory and file handles is bounded, and a client that speaks at
once never waits for one that does not. Who has shown the token may be silent.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LINE = "mcp_notebook.line"
"""the connection of a request, in what uvicorn calls its state"""
PATIENCE_S = 10.0
ASKED = 4
"""times: where a cell holds the interpreter, what was said in time is read late, and a timer is late, too"""
MOST = 512
SHARE = 4
"""of the file handles that this process may have, strangers get one in so many"""
BATCH = 16
"""how many are accepted before the loop looks at what they say"""


def room() -> int:
    """Return how many strangers there may be: the notebook needs file handles, too."""
    if sys.platform == "win32":
        return MOST
    import resource

    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if handles == resource.RLIM_INFINITY else min(MOST, handles // SHARE)


class Strangers(ServerState):
    """The state of uvicorn's server, which knows its connections, and behind the guard an application."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app
        self._room = room()
        self._waiting: dict[Line, asyncio.TimerHandle] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Know the client from now on: the guard has let it in."""
        if scope["type"] == "http":
            self.forget(scope["state"].pop(LINE))
        await self._app(scope, receive, send)

    def meet(self, line: Line) -> None:
        """Wait for what a new connection has to say."""
        self._ask(line, ASKED)
        if len(self._waiting) > self._room:
            self._hang_up(next(iter(self._waiting)))

    def forget(self, line: Line) -> None:
        """Take that who is on *line* is known, or gone."""
        if (timer := self._waiting.pop(line, None)) is not None:
            timer.cancel()

    def _ask(self, line: Line, times: int) -> None:
        if times:
            loop = asyncio.get_running_loop()
            self._waiting[line] = loop.call_later(PATIENCE_S / ASKED, self._ask, line, times - 1)
        else:
            self._hang_up(line)

    def _hang_up(self, line: Line) -> None:
        self.forget(line)
        line.transport.abort()


class Line(H11Protocol):
    """One connection. h11 reads no more than 64 KiB of a request's head, and one request at a time."""

    server_state: Strangers

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin as a stranger's."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, LINE: self}
        self.server_state.meet(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind."""
        self.server_state.forget(self)
        super().connection_lost(exc)
