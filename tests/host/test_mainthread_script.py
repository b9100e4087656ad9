"""Jobs for a main thread that is never free by itself: a script, blocked in our own wait."""

from __future__ import annotations

import contextvars
import itertools
import threading

import pytest

from mcp_notebook.errors import MCPNotebookError
from mcp_notebook.host.mainthread import NESTED, MainThread

BOUND_S = 30


@pytest.fixture
def main():
    """The main thread of this process, as a script has it."""
    main = MainThread(None)
    yield main
    main.close()


def test_a_job_waits_until_the_script_blocks(main):
    """And says why."""
    done = main.submit(threading.current_thread)

    assert not done.done()
    assert main.busy == "the script is running"
    main.run_pending()
    assert done.result() is threading.main_thread()


def test_jobs_run_in_their_order_and_a_failure_stops_nobody(main):
    """Each future has its own end."""
    order: list[int] = []
    first = main.submit(lambda: order.append(1))
    second = main.submit(lambda: 1 / 0)
    third = main.submit(lambda: order.append(3))

    main.run_pending()
    assert order == [1, 3]
    assert (first.result(), third.result()) == (None, None)
    assert isinstance(second.exception(), ZeroDivisionError)


def test_only_the_main_thread_runs_jobs(main):
    """A wait in another thread calls the same function."""
    done = main.submit(lambda: 1)
    other = threading.Thread(target=main.run_pending)
    other.start()
    other.join()

    assert not done.done()


def test_a_job_has_the_context_of_who_submitted_it(main):
    """A copy: what it sets, it sets for itself."""
    name = contextvars.ContextVar("name", default="none")
    given = contextvars.copy_context()
    given.run(name.set, "given")

    def job():
        seen = name.get()
        name.set("changed")
        return seen

    futures = [main.submit(job, context=given), main.submit(job, context=given), main.submit(job)]
    main.run_pending()
    assert [f.result() for f in futures] == ["given", "given", "none"]
    assert given[name] == "given"


def test_a_cancelled_job_leaves_the_line(main):
    """Until it starts."""
    ran: list[int] = []
    waiting = main.submit(lambda: ran.append(1))

    assert waiting.cancel()
    main.run_pending()
    assert ran == []

    def job():
        return running.cancel()

    running = main.submit(job)
    main.run_pending()
    assert running.result() is False


def test_who_blocks_is_woken_at_each_submit():
    """In the thread that submits."""
    woken: list[int] = []
    main = MainThread(None, on_submit=lambda: woken.append(1))
    main.submit(lambda: 1)
    main.submit(lambda: 1)
    main.close()

    assert woken == [1, 1]


def test_a_job_that_blocks_lets_others_run(main):
    """Inside it; the newest is what a client waits for."""
    words: list[str | None] = []

    def outer():
        inner = main.submit(lambda: words.append(main.busy), name="inner")
        main.run_pending()
        return inner.done()

    done = main.submit(outer, name="outer")
    main.run_pending()
    assert done.result() is True
    assert words[0].startswith("the script is running inner for ")


def test_functions_that_wait_for_one_another_without_end_are_refused(main):
    """Nobody waits for ever, and the stack stays small."""
    depths: list[int] = []

    def call(depth):
        depths.append(depth)
        inner = main.submit(lambda: call(depth + 1), name="train")
        main.run_pending()
        return inner.result(0)

    done = main.submit(lambda: call(1))
    main.run_pending()
    with pytest.raises(
        MCPNotebookError, match=f"train cannot run: {NESTED} functions of this notebook are waiting"
    ):
        done.result(0)
    assert depths == list(range(1, NESTED + 1))


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_no_future_ends_in_what_would_end_an_event_loop(main, end):
    """An interrupt goes on to whoever blocked."""

    def job():
        raise end

    done = main.submit(job)
    if end is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            main.run_pending()
    else:
        main.run_pending()
    assert isinstance(done.exception(), MCPNotebookError)
    assert isinstance(done.exception().__cause__, end)


def test_the_words_count_the_seconds():
    """With the clock it is given."""
    seconds = itertools.count(100, 34)
    main = MainThread(None, clock=lambda: next(seconds))
    told = main.submit(lambda: main.busy, name="train")
    main.run_pending()
    main.close()

    assert told.result() == "the script is running train for 34 s"


def test_after_closing_nothing_is_taken(main):
    """What waits is cancelled."""
    waiting = main.submit(lambda: 1)
    main.close()

    assert waiting.cancelled()
    with pytest.raises(MCPNotebookError, match="runs no functions any more"):
        main.submit(lambda: 1)


def test_submitting_from_many_threads_loses_nothing(main):
    """While the main thread runs what is there."""
    threads = [
        threading.Thread(target=lambda: [main.submit(lambda: done.append(1)) for _ in range(200)])
        for _ in range(4)
    ]
    done: list[int] = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        main.run_pending()
    main.run_pending()
    assert len(done) == 800
