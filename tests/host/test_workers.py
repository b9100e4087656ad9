"""Functions beside the notebook: threads of their own, loops of their own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import functools
import threading

import pytest

from mcp_notebook.errors import MCPNotebookError
from mcp_notebook.host.workers import run_in_thread

BOUND_S = 30

name = contextvars.ContextVar("name", default="none")


def test_a_function_runs_in_a_daemon_thread_with_its_context():
    """The kernel's end does not wait for it."""
    given = contextvars.copy_context()
    given.run(name.set, "given")
    thread, seen = run_in_thread(
        lambda: (threading.current_thread(), name.get()), given, name="train"
    ).result(BOUND_S)

    assert thread.daemon
    assert thread.name == "mcp_notebook-train"
    assert seen == "given"


def test_a_coroutine_gets_an_event_loop_of_its_own():
    """Seen from the function itself, or told."""

    async def work(n):
        await asyncio.sleep(0)
        return n, name.get()

    name_before = name.set("caller")
    seen = run_in_thread(functools.partial(work, 1)), run_in_thread(lambda: work(2), is_async=True)
    name.reset(name_before)

    assert [f.result(BOUND_S) for f in seen] == [(1, "caller"), (2, "caller")]


def test_cancelling_the_future_cancels_the_coroutine():
    """Which may put itself in order."""
    began, ended = threading.Event(), threading.Event()

    async def work():
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    future = run_in_thread(work)
    assert began.wait(BOUND_S)
    assert future.cancel()
    assert ended.wait(BOUND_S)
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(BOUND_S)


def test_a_plain_function_that_runs_cannot_be_cancelled():
    """Nobody can end a thread."""
    began, end = threading.Event(), threading.Event()

    def work():
        began.set()
        return end.wait(BOUND_S)

    future = run_in_thread(work)
    assert began.wait(BOUND_S)
    assert not future.cancel()
    end.set()
    assert future.result(BOUND_S) is True


async def raising(error):
    """Raise."""
    raise error


def raising_plainly(error):
    """Raise."""
    raise error


@pytest.mark.parametrize("work", [raising, raising_plainly])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_no_future_ends_in_what_would_end_an_event_loop(work, error):
    """Whoever awaits it keeps its loop."""
    ended = run_in_thread(functools.partial(work, error())).exception(BOUND_S)

    assert isinstance(ended, MCPNotebookError)
    assert isinstance(ended.__cause__, error)


@pytest.mark.parametrize("work", [raising, raising_plainly])
def test_an_error_is_the_futures(work):
    """As it was raised."""
    assert isinstance(run_in_thread(functools.partial(work, ValueError("x"))).exception(BOUND_S), ValueError)
