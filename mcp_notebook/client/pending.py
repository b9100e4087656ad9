"""Something under way on the background loop that other threads and loops wait for.

Rules: it ends exactly once; waiting never needs the caller's event loop to
spin; a wait is made of short ones, so that an interrupt arrives; an
interrupted wait cancels what it waited for.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

import anyio

from ..errors import MCPNotebookError, shorten
from .edge import Edge

logger = logging.getLogger(__name__)

T = TypeVar("T")

HEARTBEAT_S = 0.1
ABANDON_S = 1.0
"""how long cancelled work may take to end before it is left to itself"""


class Pending(Generic[T]):
    """A result to come: block for it, await it in any event loop, or cancel it."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._gate = threading.Lock()
        self._gate.acquire()
        self._callbacks: list[Callable[[], None]] = []
        self._callbacks_lock = threading.Lock()
        self._finished = False
        self._value: T | None = None
        self._error: BaseException | None = None
        self._task: asyncio.Task[T] | None = None
        self._why: str | None = None

    def launch(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Start *work* on the background loop, in the caller's context."""
        self._edge.loop.call_soon_threadsafe(self._begin, work, context=contextvars.copy_context())

    def done(self) -> bool:
        """Return whether it has ended, whichever way."""
        return self._finished

    def cancel(self) -> bool:
        """Ask it to end, from any thread; returns False where it had ended already."""
        return self._abort("cancelled")

    def result(self, timeout: float | None = None) -> T:
        """Block until it has ended and return its result, or raise its error.

        Raises `TimeoutError` after *timeout* s; it goes on then.
        """
        try:
            if not self._finished:
                if self._on_the_loop():
                    raise MCPNotebookError(
                        "waiting here would block the loop that does the work; await it instead"
                    )
                if not self._edge.block(self._wait, self.interrupt, timeout):
                    raise TimeoutError(f"not done within {timeout:g} s; it goes on")
            return self._outcome()
        except KeyboardInterrupt as interrupt:
            self.interrupt()
            shorten(interrupt, str(self._error or "stopped"))
            raise

    def __await__(self) -> Generator[Any, None, T]:
        return self.join().__await__()

    async def join(self, why: Callable[[], str] = lambda: "interrupted") -> T:
        """Await it in any event loop; where the wait is cancelled it is ended, as *why* says."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # another library's event loop
            while not self._finished:
                await anyio.sleep(HEARTBEAT_S / 5)
            return self._outcome()
        ended = asyncio.Event()
        self.when_done(lambda: _call_soon(loop, ended.set))
        waiter = asyncio.ensure_future(ended.wait())
        try:
            while not waiter.done():
                await asyncio.wait([waiter], timeout=HEARTBEAT_S)
        except asyncio.CancelledError:
            self._abort(why())
            raise
        finally:
            if not loop.is_closed():
                waiter.cancel()
        return self._outcome()

    def when_done(self, callback: Callable[[], None]) -> None:
        """Call *callback* when it has ended, in the background thread; at once if it has."""
        with self._callbacks_lock:
            if not self._finished:
                self._callbacks.append(callback)
                return
        callback()

    def _begin(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        if self._finished:
            return
        self._task = self._edge.loop.create_task(self._carry(work))
        self._task.add_done_callback(self._ended)
        if self._why is not None:
            self._task.cancel()

    async def _carry(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do the work, and let the waiters go from within: a callback would cost a turn of the loop."""
        try:
            value = await work()
        except Exception as error:
            self._settle(error=error)
            raise
        self._settle(value=value)
        return value

    def _ended(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._settle(error=self._words_for_the_end())
        elif (error := task.exception()) is not None:
            self._settle(error=error)

    def _settle(self, value: T | None = None, error: BaseException | None = None) -> None:
        if self._finished:
            return
        self._value, self._error = value, error
        with self._callbacks_lock:
            self._finished = True
            callbacks, self._callbacks = self._callbacks, []
        self._gate.release()
        for callback in callbacks:
            callback()

    def _abort(self, why: str) -> bool:
        if self._finished:
            return False
        self._edge.loop.call_soon_threadsafe(self._abort_here, why)
        return True

    def _abort_here(self, why: str) -> None:
        if self._finished or self._why is not None:
            return
        self._why = why
        if self._task is None:
            return
        self._task.cancel()
        self._edge.loop.call_later(ABANDON_S, self._abandon)

    def _abandon(self) -> None:
        if not self._finished:
            self._settle(error=self._words_for_the_end())

    def _words_for_the_end(self) -> BaseException:
        try:
            return self._cancelled_error()
        except Exception:  # whatever goes wrong in between, nobody waits for ever
            logger.exception("cannot say how it ended")
            return asyncio.CancelledError()

    def _cancelled_error(self) -> BaseException:
        return asyncio.CancelledError()

    def _on_the_loop(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._edge.loop
        except RuntimeError:
            return False

    def interrupt(self) -> None:
        """End it as an interrupt of its waiter does; without effect where it has ended."""
        self._abort("interrupted")

    def _wait(self, seconds: float) -> bool:
        if not self._gate.acquire(timeout=seconds):
            return False
        self._gate.release()
        return True

    def _outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:  # that loop is closed: nobody waits any more
        return
