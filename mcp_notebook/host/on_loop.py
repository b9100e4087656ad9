"""Run an async function of the notebook on the kernel's own event loop, among the user's tasks.

Rules: cancelling its future cancels it; no future ends in a bare interrupt.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from .interrupts import tamed

T = TypeVar("T")


def run_on_loop(
    loop: asyncio.AbstractEventLoop,
    fn: Callable[[], Coroutine[Any, Any, T]],
    context: contextvars.Context,
) -> concurrent.futures.Future[T]:
    """Await what *fn* gives on *loop*, in a copy of *context*; from any thread."""
    future: concurrent.futures.Future[T] = concurrent.futures.Future()
    copied = context.copy()

    def begin() -> None:
        if future.cancelled():
            return
        task = loop.create_task(_carry(fn, future), context=copied)
        future.add_done_callback(lambda _: _call_soon(loop, task.cancel) if future.cancelled() else None)

    _call_soon(loop, begin)
    return future


async def _carry(fn: Callable[[], Coroutine[Any, Any, T]], future: concurrent.futures.Future[T]) -> None:
    try:
        value = await fn()
    except BaseException as error:
        if future.set_running_or_notify_cancel():
            future.set_exception(tamed(error))
    else:
        if future.set_running_or_notify_cancel():
            future.set_result(value)


def _call_soon(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # the loop is closed: the process is ending
        loop.call_soon_threadsafe(work)
