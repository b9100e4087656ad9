"""The loopback address that the browser is sent back to: open while a person signs in, for one answer.

Rules: 127.0.0.1 only; one path, GET only, the Host header checked, the state
checked; whatever else comes is answered with an error and does not end the
wait; strangers are few, brief, and the oldest goes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from ...loopback import listen
from . import redirect
from .redirect import PATH, Redirect

HOST = "127.0.0.1"
STRANGERS = 32
STRANGER_S = 5.0
NOT_HERE = redirect.answer("404 Not Found", "Not found", "There is nothing here.")
NOT_THIS = redirect.answer("400 Bad Request", "Not expected", "Nobody waits for this answer.")


class Listener:
    """Waits for the browser; use it as an asynchronous context manager."""

    def __init__(self, port: int | None = None) -> None:
        self._socket = listen(HOST, port or 0)  # raises OSError where the port is taken
        self.port: int = self._socket.getsockname()[1]
        self.redirect_uri = f"http://{HOST}:{self.port}{PATH}"
        self._state: str | None = None
        self._server: asyncio.Server | None = None
        self._loop = asyncio.get_running_loop()
        self._found: asyncio.Future[Redirect] = self._loop.create_future()
        self._visitors: dict[asyncio.Task[None], None] = {}

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._visit, sock=self._socket, limit=redirect.LIMIT)
        except BaseException:
            self._socket.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._visitors):
            task.cancel()

    def expect(self, state: str) -> None:
        """Take an answer that carries *state* from now on."""
        self._state = state

    async def answer(self) -> Redirect:
        """Wait for the answer."""
        return await self._found

    def paste(self, address: str) -> str:
        """Take the *address* that the browser was sent to, where it did not arrive; from any thread.

        Returns why it is not that, or nothing where it is.
        """
        found = self._read(address)
        if found is None:
            return (
                f"this is not the address that the browser was sent to: it begins with {self.redirect_uri}?"
            )
        self._loop.call_soon_threadsafe(self._take, found)
        return ""

    def _read(self, address: str) -> Redirect | None:
        return redirect.read(address, self._state) if self._state else None

    def _take(self, found: Redirect) -> None:
        if not self._found.done():
            self._found.set_result(found)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        while len(self._visitors) >= STRANGERS:
            oldest = next(iter(self._visitors))
            del self._visitors[oldest]
            oldest.cancel()
        self._visitors[task] = None
        try:
            async with asyncio.timeout(STRANGER_S):
                await self._converse(reader, writer)
        except (TimeoutError, OSError, asyncio.CancelledError):
            return
        finally:
            self._visitors.pop(task, None)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; the right one ends the wait once its page is on its way."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = b""
        path = self._path(head)
        found = self._read(path) if path is not None else None
        page = NOT_HERE if path is None else NOT_THIS if found is None else redirect.answer_to(found)
        with suppress(OSError):
            writer.write(page)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        if found is not None:
            self._take(found)

    def _path(self, head: bytes) -> str | None:
        """Return path and query of a request that is meant for us, or None."""
        first, *fields = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        pairs = (field.partition(":") for field in fields if field)
        hosts = [value.strip() for name, _, value in pairs if name.lower() == "host"]
        meant = len(words) == 3 and words[0] == "GET" and hosts == [f"{HOST}:{self.port}"]  # noqa: PLR2004
        return words[1] if meant and words[1].partition("?")[0] == PATH else None
