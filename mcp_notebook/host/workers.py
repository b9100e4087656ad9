"""Run a function beside the notebook, in a thread of its own.

Rules: the thread is a daemon, so the kernel's end never waits for it; a coroutine
gets an event loop of its own there, and cancelling its future cancels it. A plain
function can't be cancelled once it runs. No future ends in a bare interrupt.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from .interrupts import tamed

T = TypeVar("T")


def run_in_thread(
    fn: Callable[[], T | Coroutine[Any, Any, T]],
    context: contextvars.Context | None = None,
    *,
    is_async: bool | None = None,
    name: str = "function",
) -> concurrent.futures.Future[T]:
    """Call *fn* in a new thread, in a copy of *context* (the caller's unless given).

    *is_async* says that *fn* gives a coroutine, where it can't be seen from outside (a
    lambda). The future stays pending while a coroutine runs, so that it can be cancelled.
    """
    awaited = inspect.iscoroutinefunction(fn) if is_async is None else is_async
    copied = contextvars.copy_context() if context is None else context.copy()
    future: concurrent.futures.Future[T] = concurrent.futures.Future()
    thread = threading.Thread(
        target=copied.run,
        args=(_await if awaited else _call, fn, future),
        name=f"mcp_notebook-{name}",
        daemon=True,
    )
    thread.start()
    return future


def _call(fn: Callable[[], T], future: concurrent.futures.Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        value = fn()
    except BaseException as error:
        future.set_exception(tamed(error))
    else:
        future.set_result(value)


def _await(fn: Callable[[], Coroutine[Any, Any, T]], future: concurrent.futures.Future[T]) -> None:
    try:
        # Not asyncio.run: nest-asyncio's, once a user has applied it, leaves the loop unclosed.
        with asyncio.Runner() as runner:
            value = runner.run(_cancellable(fn(), future))
    except BaseException as error:
        if not future.cancelled() and future.set_running_or_notify_cancel():
            future.set_exception(tamed(error))
    else:
        if not future.cancelled() and future.set_running_or_notify_cancel():
            future.set_result(value)


async def _cancellable(work: Coroutine[Any, Any, T], future: concurrent.futures.Future[T]) -> T:
    """Await *work*, and cancel it when *future* is cancelled."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)

    def cancel(_: object) -> None:
        if future.cancelled():
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(task.cancel)

    future.add_done_callback(cancel)
    return await task
