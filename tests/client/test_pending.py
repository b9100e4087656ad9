"""Waiting: it ends exactly once, from any thread and loop, and an interrupt cancels what was waited for."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from mcp_notebook.client.pending import Pending, _call_soon
from mcp_notebook.errors import MCPNotebookError
from mcp_notebook.notebook.waiting import block
from mcp_notebook.progress import Tracker

from .ways import in_a_thread

PATIENCE_S = 20.0


class Edge:
    """A background loop in a thread, and a way to wait; no notebook."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="edge")
        self.thread.start()
        self.block = block

    def group(self, *, shown_at_once):
        """Nothing is drawn."""

    def flush(self):
        """Nothing is drawn."""

    def stop(self):
        """End the thread; returns the tasks that were left."""
        left = asyncio.all_tasks(self.loop)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)
        for task in left:
            task.cancel()
        if left:
            self.loop.run_until_complete(asyncio.wait(left))
        self.loop.close()
        return left


@pytest.fixture
def edge():
    """A background loop on which no task is left behind."""
    edge = Edge()
    yield edge
    assert not edge.stop()


async def value():
    """Return at once."""
    return 42


async def error():
    """Fail at once."""
    raise KeyError("broken")


async def forever():
    """Wait."""
    await asyncio.Event().wait()


def begun(edge, work):
    """Return what is pending, launched."""
    pending = Pending(edge)
    pending.launch(work)
    return pending


def test_a_result_is_waited_for(edge):
    """And asked for again."""
    pending = begun(edge, value)

    assert (pending.result(), pending.result(0), pending.done()) == (42, 42, True)


def test_an_error_is_raised_as_often_as_it_is_asked_for(edge):
    """The same one."""
    pending = begun(edge, error)

    for _ in range(2):
        with pytest.raises(KeyError, match="broken"):
            pending.result()


def test_a_wait_that_is_too_short_leaves_the_work_alone(edge):
    """It goes on, and can be waited for again."""
    gate = threading.Event()

    async def work():
        while not gate.is_set():
            await asyncio.sleep(0.001)
        return "late"

    pending = begun(edge, work)
    for timeout in (0, 0.01, -1):
        with pytest.raises(TimeoutError, match="it goes on"):
            pending.result(timeout)
    assert not pending.done()
    gate.set()

    assert pending.result(PATIENCE_S) == "late"


def test_a_cancel_ends_it_once(edge):
    """The second one, and any later one, has nothing to do."""
    pending = begun(edge, forever)

    assert pending.cancel()
    with pytest.raises(asyncio.CancelledError):
        pending.result(PATIENCE_S)
    assert not pending.cancel()


def test_a_cancel_before_the_work_has_begun_counts(edge):
    """Launch and cancel in one breath."""
    ran = []

    async def work():
        ran.append(1)
        await forever()

    pending = begun(edge, work)
    pending.cancel()

    with pytest.raises(asyncio.CancelledError):
        pending.result(PATIENCE_S)


def test_work_that_swallows_its_cancel_is_left_to_itself(edge, monkeypatch):
    """After a bounded moment nobody waits for it any more."""
    monkeypatch.setattr("mcp_notebook.client.pending.ABANDON_S", 0.02)
    gate = threading.Event()
    begun_ = threading.Event()

    async def stubborn():
        begun_.set()
        while not gate.is_set():
            try:
                await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                continue
        return "too late"

    pending = begun(edge, stubborn)
    begun_.wait(PATIENCE_S)
    pending.cancel()

    with pytest.raises(asyncio.CancelledError):
        pending.result(PATIENCE_S)
    gate.set()
    asyncio.run_coroutine_threadsafe(all_others(), edge.loop).result(PATIENCE_S)
    with pytest.raises(asyncio.CancelledError):
        pending.result(0)


async def all_others():
    """Wait for the other tasks of this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(others) if others else None


def test_work_that_ends_in_spite_of_its_cancel_has_its_result(edge):
    """A cancel that comes as the answer does loses nothing."""
    started = threading.Event()

    async def work():
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "answered"

    pending = begun(edge, work)
    started.wait(PATIENCE_S)
    pending.cancel()

    assert pending.result(PATIENCE_S) == "answered"


def test_many_threads_may_wait_for_one_result(edge):
    """Each gets it."""
    gate = asyncio.Event()

    async def work():
        await gate.wait()
        return object()

    pending = begun(edge, work)
    results = []
    threads = [threading.Thread(target=lambda: results.append(pending.result())) for _ in range(8)]
    for thread in threads:
        thread.start()
    edge.loop.call_soon_threadsafe(gate.set)
    for thread in threads:
        thread.join(PATIENCE_S)

    assert len(results) == 8
    assert len(set(map(id, results))) == 1


def test_it_is_awaited_in_any_event_loop(edge):
    """The caller's, another thread's, and the background loop itself."""
    pending = begun(edge, value)

    async def wait():
        return await pending

    assert asyncio.run(wait()) == 42
    assert in_a_thread(lambda: asyncio.run(wait())) == 42
    assert asyncio.run_coroutine_threadsafe(wait(), edge.loop).result(PATIENCE_S) == 42


def test_it_is_awaited_in_another_librarys_event_loop(edge):
    """Trio, where it is installed."""
    trio = pytest.importorskip("trio")
    pending = begun(edge, value)

    async def wait():
        return await pending

    assert trio.run(wait) == 42


def test_an_await_that_is_cancelled_interrupts_the_work(edge):
    """Whoever leaves takes the work along."""
    pending = begun(edge, forever)

    async def wait():
        async with asyncio.timeout(0.01):
            await pending

    with pytest.raises(TimeoutError):
        asyncio.run(wait())
    with pytest.raises(asyncio.CancelledError):
        pending.result(PATIENCE_S)


def test_waiting_on_the_background_loop_is_refused(edge):
    """It would wait for itself; a result that is there is given."""
    done = begun(edge, value)
    done.result()
    pending = begun(edge, forever)

    async def ask(what):
        return what.result()

    with pytest.raises(MCPNotebookError, match="await it instead"):
        asyncio.run_coroutine_threadsafe(ask(pending), edge.loop).result(PATIENCE_S)
    assert asyncio.run_coroutine_threadsafe(ask(done), edge.loop).result(PATIENCE_S) == 42
    pending.cancel()
    with pytest.raises(asyncio.CancelledError):
        pending.result(PATIENCE_S)


def test_who_waits_in_a_loop_that_is_closed_is_forgotten(edge):
    """Its call back finds nobody, and the others hear it all the same."""
    gate = asyncio.Event()
    heard = []

    async def work():
        await gate.wait()
        return 1

    pending = begun(edge, work)
    loop = asyncio.new_event_loop()
    loop.close()
    pending.when_done(lambda: _call_soon(loop, never))
    pending.when_done(lambda: heard.append(1))
    edge.loop.call_soon_threadsafe(gate.set)

    assert pending.result(PATIENCE_S) == 1
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), edge.loop).result(PATIENCE_S)
    assert heard == [1]


def never():
    """Must not be called."""
    raise AssertionError


def test_callbacks_are_called_once_each(edge):
    """Those of the background thread, and at once where it has ended."""
    gate = asyncio.Event()
    heard = []

    async def work():
        await gate.wait()

    pending = begun(edge, work)
    pending.when_done(lambda: heard.append(threading.current_thread().name))
    edge.loop.call_soon_threadsafe(gate.set)
    pending.result(PATIENCE_S)
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), edge.loop).result(PATIENCE_S)
    pending.when_done(lambda: heard.append("now"))

    assert heard == ["edge", "now"]


def test_the_work_runs_in_the_context_of_who_began_it(edge):
    """What it displays belongs to that cell."""
    cell = contextvars.ContextVar("cell", default="none")
    cell.set("mine")

    async def work():
        return cell.get()

    assert begun(edge, work).result(PATIENCE_S) == "mine"


def test_an_interrupt_cancels_and_is_shown_as_one_line(edge):
    """The KeyboardInterrupt stays what it is; the work has ended when it is raised."""
    pending = begun(edge, forever)

    def interrupted(wait, cancel, timeout):
        return block(lambda seconds: interrupt() if seconds < 1 else wait(seconds), cancel, timeout)

    def interrupt():
        raise KeyboardInterrupt

    edge.block = interrupted
    with pytest.raises(KeyboardInterrupt) as caught:
        pending.result()

    assert pending.done()
    assert len(caught.value._render_traceback_()) == 1
    assert pending._why == "interrupted"


def test_it_ends_although_the_words_for_its_end_cannot_be_found(edge):
    """Whatever goes wrong in between, nobody waits for ever."""

    class Broken(Pending):
        def _cancelled_error(self):
            raise OverflowError("no words")

    logged = []
    edge.loop.set_exception_handler(lambda _, context: logged.append(context))
    pending = Broken(edge)
    pending.launch(forever)
    pending.cancel()

    with pytest.raises((OverflowError, asyncio.CancelledError, MCPNotebookError)):
        pending.result(1.5)
