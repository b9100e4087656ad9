"""A server as a child process: our own stdio transport, because the SDK's hides the process.

Rules: one JSON-RPC message a line; a byte that is not UTF-8 is replaced, a
line that is not a message is passed on as an exception, a line over
`LINE_LIMIT` ends the connection. Shutdown as the specification has it
("Lifecycle", stdio): close stdin, wait, terminate the group, kill it.
The tail of stderr and the exit status are kept for errors.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import anyio

from ...text import one_line
from . import frames
from .burst import Burst
from .process import KILL, exited, send_signal, signal_name, spawn
from .tap import Routes

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.client._transport import TransportStreams
    from mcp.client.stdio import StdioServerParameters
    from mcp.shared.message import SessionMessage

logger = logging.getLogger(__name__)

T = TypeVar("T")

LINE_LIMIT = 32 * 1024 * 1024
TAIL_LINES = 20
EXIT_GRACE_S = 2.0
LAST_WORDS_S = 0.3
WATCH_S = 0.5
CHUNK = 1 << 16


class StdioTransport:
    """Runs the command while entered; single use."""

    def __init__(self, parameters: StdioServerParameters, routes: Routes | None = None) -> None:
        self._parameters = parameters
        self._routes = routes
        self._burst = None if routes is None else Burst(routes)
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._trouble: str | None = None
        self._heard_at = 0.0
        self._leaving = False
        self.ended_by_itself = False
        """whether the process closed its stdout before it was asked to end"""

    async def __aenter__(self) -> TransportStreams:
        self._process = await spawn(self._parameters)
        to_session, read = anyio.create_memory_object_stream["SessionMessage | Exception"](0)
        write, from_session = anyio.create_memory_object_stream["SessionMessage"](0)
        self._streams = (to_session, read, write, from_session)
        self._tasks = [
            asyncio.ensure_future(self._read(to_session)),
            asyncio.ensure_future(self._write(from_session, to_session)),
            asyncio.ensure_future(self._listen()),
            asyncio.ensure_future(self._watch()),
        ]
        return read, write

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving = True
        with anyio.CancelScope(shield=True):
            for stream in self._streams:
                stream.close()
            await self._stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def post_mortem(self) -> str:
        """Return what is known of the process's end: exit status, the last words of stderr."""
        parts = []
        if self._process is not None:
            await exited(self._process, LAST_WORDS_S)
            await asyncio.wait(self._tasks[2:3], timeout=LAST_WORDS_S)
            status = self._process.returncode
            if status is not None:
                parts.append(f"killed by {signal_name(-status)}" if status < 0 else f"exit status {status}")
        if self._trouble:
            parts.append(self._trouble)
        if self._tail:
            parts.append("stderr ends: " + " | ".join(list(self._tail)[-5:]))
        return "; ".join(parts)

    def stderr(self) -> tuple[str, ...]:
        """Return the last lines the server wrote to stderr."""
        return tuple(self._tail)

    async def _read(self, out: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        stdout = _required(_required(self._process).stdout)
        parts: list[bytes] = []
        size = 0
        try:
            async with out:
                while chunk := await stdout.read(CHUNK):
                    self._heard_at = asyncio.get_running_loop().time()
                    *lines, rest = chunk.split(b"\n")
                    if lines:
                        lines[0] = b"".join((*parts, lines[0]))
                        parts, size = [], 0
                        await self._deliver(lines, out)
                    parts.append(rest)
                    size += len(rest)
                    if size > LINE_LIMIT:
                        self._trouble = f"a line of over {LINE_LIMIT >> 20} MiB on stdout"
                        return
                self.ended_by_itself = not self._leaving
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            return
        finally:
            await self._drain()

    async def _deliver(
        self, lines: list[bytes], out: MemoryObjectSendStream[SessionMessage | Exception]
    ) -> None:
        burst = self._burst
        if burst is None:
            for line in lines:
                await self._pass(line, out)
            return
        for line in lines:
            if not burst.takes(line):
                burst.flush()
                await self._pass(line, out)
        burst.flush()
        if (seconds := burst.pause(asyncio.get_running_loop().time())) > 0:
            await asyncio.sleep(seconds)

    async def _pass(self, line: bytes, out: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        from mcp.shared.message import SessionMessage

        if not line.strip():
            return
        try:
            message = frames.read(line)
        except ValueError as error:
            self._trouble = (
                f"stdout holds what is not a message: {one_line(line[:200].decode(errors='replace'), 80)!r}"
            )
            await out.send(
                SessionMessage(refusal) if (refusal := frames.refusal(line)) is not None else error
            )
        else:
            self._trouble = None
            # In wire order, because the session hears of it later.
            if self._routes is None or not self._routes.takes(message):
                await out.send(SessionMessage(message))

    async def _drain(self) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while await _required(_required(self._process).stdout).read(CHUNK):
                pass

    async def _write(
        self,
        messages: MemoryObjectReceiveStream[SessionMessage],
        out: MemoryObjectSendStream[SessionMessage | Exception],
    ) -> None:
        stdin = _required(_required(self._process).stdin)
        try:
            async for item in messages:
                stdin.write(item.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
                await stdin.drain()
        except (OSError, anyio.ClosedResourceError):
            out.close()  # the session sees the end instead of waiting for ever

    async def _watch(self) -> None:
        """End the reading when the process has ended and a survivor of it holds its stdout open."""
        process, clock = _required(self._process), asyncio.get_running_loop().time
        while process.returncode is None or clock() - self._heard_at < LAST_WORDS_S:
            await asyncio.sleep(WATCH_S)
        reading = self._tasks[0]
        if not reading.done():
            self.ended_by_itself = not self._leaving
            reading.cancel()

    async def _listen(self) -> None:
        stderr = _required(_required(self._process).stderr)
        rest = b""
        while chunk := await stderr.read(CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-CHUNK:]
            for line in lines[-TAIL_LINES:]:
                self._note(line)
        self._note(rest)

    def _note(self, line: bytes) -> None:
        if words := one_line(line.decode(errors="replace"), 300):
            self._tail.append(words)
            if self._routes is not None and self._routes.on_stderr is not None:
                self._routes.on_stderr(words)

    async def _stop(self) -> None:
        process = _required(self._process)
        if process.stdin is not None:
            process.stdin.close()
        # The group at last in any case: what the server started ends with it.
        for number in (None, signal.SIGTERM, KILL):
            if number is not None:
                send_signal(process, number)
            if await exited(process, EXIT_GRACE_S):
                break
        send_signal(process, KILL)
        # A survivor of the group may hold a pipe open; nothing public closes asyncio's side of it.
        if (transport := getattr(process, "_transport", None)) is not None:
            with suppress(PermissionError):
                transport.close()


def _required(value: T | None) -> T:
    if value is None:
        raise RuntimeError("the transport is not entered")
    return value
