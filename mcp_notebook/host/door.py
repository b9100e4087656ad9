"""The door of a kernel: its MCP application on a loopback port, behind a token.

Rules. A door lives on the loop that opened it, and leaves the process alone: no
signal handler, no root logger (uvicorn mutes its own), nothing of the context
in which it was opened. Closing takes calls in flight along: they get `GRACE_S`,
and after `BOUND_S` nobody waits for them.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import Context
from typing import TYPE_CHECKING

import uvicorn

from ..errors import MCPNotebookError
from ..loopback import LOOPBACK, listen, url_of
from .guard import Guard, Secret
from .strangers import BATCH, Line, Strangers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = LOOPBACK[0]
LOWEST, HIGHEST = 1024, 65535
GRACE_S = 1
KEEP_ALIVE_S = 75
"""more than clients keep an idle connection: else a request may cross its closing"""
QUEUE = 1024
"""who waits to be accepted; asyncio would take them all at once"""
BOUND_S = 1.7
LAST_WAIT_S = 0.2


class Door:
    """An application that is being served at `url`, for who sends `token`; made by `Door.open`."""

    def __init__(self, listening: socket.socket, app: ASGIApp) -> None:
        self.port: int = listening.getsockname()[1]
        self.url = url_of(HOST, listening)
        self.token = Secret(secrets.token_urlsafe(32))
        self._listening = listening
        strangers = Strangers(app)
        self._app = _Watched(Guard(strangers, self.token, self.port))
        self._server = _Server(self._app, strangers)
        # A request has nothing to do with the cell that happened to open the door.
        self._serving = asyncio.create_task(self._serve(), name=f"serve {self.url}", context=Context())
        self._closing: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"Door({self.url!r})"

    @classmethod
    async def open(cls, app: ASGIApp, *, port: int = 0) -> Door:
        """Serve *app* on *port* (0: a free one) and return once it answers.

        Raises `MCPNotebookError` where the port cannot be had or *app* does not start.
        """
        door = cls(_bind(port), app)
        try:
            await door._server.begun.wait()
        except BaseException:
            await door.close()
            raise
        if not door._server.started:
            await door.close()
            why = door._app.failure
            raise MCPNotebookError(f"the kernel's server did not start: {why or 'its loop ended'}") from why
        return door

    async def close(self) -> None:
        """Stop listening and hang up, in two seconds at most; on the loop that opened it, any number of times."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _serve(self) -> None:
        try:
            # That is uvicorn's word for an application that did not start; it would end the loop.
            with suppress(SystemExit):
                await self._server.serve(sockets=[self._listening])
        finally:
            self._stop_listening()
            for server in getattr(self._server, "servers", ()):
                server.close()
            self._listening.close()
            self._server.begun.set()

    async def _close(self) -> None:
        self._stop_listening()
        self._server.should_exit = True
        await asyncio.wait((self._serving,), timeout=BOUND_S if self._server.started else 0)
        state = self._server.server_state
        left = {
            t for t in (self._serving, self._app.lifespan, *state.tasks) if t is not None and not t.done()
        }
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=LAST_WAIT_S)
        for connection in tuple(state.connections):
            connection.transport.abort()

    def _stop_listening(self) -> None:
        """Refuse new connections, although a fork of this process may hold the socket, too."""
        with suppress(OSError, ValueError, NotImplementedError):
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.shutdown(socket.SHUT_RDWR)


class _Watched:
    """An application whose lifespan can be told about: how it failed, which task it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.lifespan: asyncio.Task[None] | None = None
        self.failure: Exception | None = None
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return await self._app(scope, receive, send)
        self.lifespan = asyncio.current_task()
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            self.failure = error
            raise


class _Server(uvicorn.Server):
    """uvicorn's server; says when it has begun, and leaves signals to the process."""

    def __init__(self, app: _Watched, strangers: Strangers) -> None:
        config = uvicorn.Config(
            app,
            interface="asgi3",
            http=Line,
            backlog=BATCH,
            lifespan="on",
            ws="none",
            workers=1,  # else read from the environment
            proxy_headers=False,
            server_header=False,
            log_config=None,
            log_level="critical",  # below that it shows a traceback for every call that the end cuts off
            access_log=False,
            timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        super().__init__(config)
        self.server_state = strangers
        self.begun = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            listening.listen(QUEUE)
        self.begun.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _bind(port: int) -> socket.socket:
    cure = f"give one from {LOWEST} to {HIGHEST}, or 0 for a free one"
    if port != 0 and not LOWEST <= port <= HIGHEST:
        raise MCPNotebookError(f"port {port} is not for users; {cure}")
    try:
        return listen(HOST, port)
    except OSError as error:
        raise MCPNotebookError(f"cannot listen on {HOST}:{port}: {error.strerror}; {cure}") from error
