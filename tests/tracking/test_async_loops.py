"""Loops of asyncio: `async for`, cancelling, tasks beside each other."""

# ruff: noqa: PERF401 - the loops themselves are what is tested

from __future__ import annotations

import asyncio
import sys
import weakref

import pytest

from mcp_notebook.errors import LoopStopped
from mcp_notebook.tracking import fold

from .scenes import Scene, numbers

OLD = sys.version_info < (3, 12)


async def counting(count, error=None):
    """Give *count* items, each after a turn of the loop; then raise *error*."""
    for n in range(count):
        await asyncio.sleep(0)
        yield n
    if error is not None:
        raise error


class Items:
    """An async iterator that is a class."""

    def __init__(self, count, error=None) -> None:
        self.left, self.error = iter(range(count)), error

    def __aiter__(self):
        return self

    async def __anext__(self):
        for item in self.left:
            await asyncio.sleep(0)
            return item
        raise self.error or StopAsyncIteration


WAYS = {"generator": counting, "class": Items}
ways = pytest.mark.parametrize("way", WAYS)
described = pytest.mark.parametrize("message", [None, str], ids=["plain", "described"])


def run(body):
    """Run *body*, a coroutine function of a scene; return the scene."""
    scene = Scene()
    asyncio.run(body(scene))
    return scene


@ways
@described
def test_an_async_loop_is_counted_to_its_end(way, message):
    async def body(scene):
        tracked = scene.track(WAYS[way](5), message=message)
        seen, read = [], []
        async for n in tracked:
            seen.append(n)
            read.append(tracked.loop.progress())
        assert (tracked.loop.status, tracked.loop.progress()) == ("done", 5)
        assert seen == read == [0, 1, 2, 3, 4]
        if message is not None:
            assert tracked.loop.message == "4"

    assert run(body).ends == [("work", "done", 5)]


@ways
def test_an_empty_async_loop_is_done_at_zero(way):
    async def body(scene):
        async for _ in scene.track(WAYS[way](0)):
            raise AssertionError

    assert run(body).ends == [("work", "done", 0)]


@ways
@described
def test_an_async_loop_that_is_left_has_counted_what_was_done(way, message):
    async def body(scene):
        async for n in scene.track(WAYS[way](9), message=message):
            if n == 3:
                break
        assert scene.ends == [("work", "stopped", 3)]

        async def find():
            async for n in scene.track(WAYS[way](9), message=message):
                if n == 4:
                    return n
            return None

        await find()

    assert run(body).ends == [("work", "stopped", 3), ("work", "stopped", 4)]


CLASS_GENEXP = (
    "an async class does not tell that it has run out, and the expression holds its iterator to the last"
)


@pytest.mark.parametrize(
    "way",
    [
        "generator",
        pytest.param(
            "class", marks=pytest.mark.xfail(sys.version_info < (3, 12), strict=True, reason=CLASS_GENEXP)
        ),
    ],
)
def test_a_comprehension_counts(way):
    async def body(scene):
        assert [n async for n in scene.track(WAYS[way](4))] == [0, 1, 2, 3]

    assert run(body).ends == [("work", "done", 4)]


@pytest.mark.parametrize(
    "way", ["generator", pytest.param("class", marks=pytest.mark.xfail(strict=True, reason=CLASS_GENEXP))]
)
def test_a_generator_expression_counts(way):
    """Its source is asked for outside of its frame."""

    async def body(scene):
        assert [n async for n in (n async for n in scene.track(WAYS[way](4)))] == [0, 1, 2, 3]

    assert run(body).ends == [("work", "done", 4)]


RAISED = [
    (ValueError, "failed"),
    (LoopStopped, "stopped"),
    (KeyboardInterrupt, "interrupted"),
    (asyncio.CancelledError, "cancelled"),
]


@ways
@pytest.mark.parametrize(("error", "status"), RAISED)
def test_an_exception_of_the_body_gives_its_status(way, error, status):
    async def body(scene):
        with pytest.raises(error):
            async for n in scene.track(WAYS[way](9)):
                if n == 3:
                    raise error("no")

    assert run(body).ends == [("work", status, 3)]


@ways
@pytest.mark.parametrize(("error", "status"), RAISED)
def test_an_exception_of_the_source_gives_its_status(way, error, status):
    """Three were done when the fourth was asked for."""

    async def body(scene):
        with pytest.raises(error):
            async for _ in scene.track(WAYS[way](3, error("no"))):
                pass

    assert run(body).ends == [("work", status, 3)]


@ways
def test_an_exception_of_the_source_leaves_an_exact_count(way):
    async def body(scene):
        with pytest.raises(ValueError, match="no"):
            async for _ in scene.track(WAYS[way](3, ValueError("no"))):
                pass

    assert run(body).last.progress() == 3


async def cancelled(scene, work):
    """Begin *work* in a task, cancel it where it waits, and wait for its end."""
    task = asyncio.create_task(work(scene))
    while not scene.loops.running():
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def forever():
    """Wait for what never comes."""
    await asyncio.get_running_loop().create_future()


def test_a_cancelled_body_is_cancelled():
    async def work(scene):
        for n in scene.track(range(5)):
            if n == 2:
                await forever()

    async def work_async(scene):
        async for n in scene.track(counting(5)):
            if n == 2:
                await forever()

    async def body(scene):
        await cancelled(scene, work)
        await cancelled(scene, work_async)

    assert run(body).ends == [("work", "cancelled", 2)] * 2


@pytest.mark.parametrize("wait", ["sleep", "event", "queue", "gather", "wait_for", "group"])
def test_a_body_that_is_cancelled_inside_of_asyncio_is_cancelled(wait):
    """Nearly every cancelled loop."""

    async def group():
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(forever())

    waits = {
        "sleep": lambda: asyncio.sleep(3600),
        "event": lambda: asyncio.Event().wait(),
        "queue": lambda: asyncio.Queue().get(),
        "gather": lambda: asyncio.gather(forever()),
        "wait_for": lambda: asyncio.wait_for(asyncio.Event().wait(), 3600),
        "group": group,
    }

    async def work(scene):
        for n in scene.track(range(5)):
            if n == 2:
                await waits[wait]()

    async def body(scene):
        await cancelled(scene, work)

    assert run(body).ends == [("work", "cancelled", 2)]


def test_a_loop_that_is_cancelled_while_it_waits_for_an_item_is_cancelled():
    async def slow():
        yield 0
        yield 1
        await forever()

    async def work(scene):
        async for _ in scene.track(slow()):
            pass

    async def body(scene):
        await cancelled(scene, work)

    assert run(body).ends == [("work", "cancelled", 2)]


@ways
def test_stop_ends_an_async_loop_at_its_next_item(way):
    async def body(scene):
        tracked, seen = scene.track(WAYS[way](9), "training"), []
        with pytest.raises(LoopStopped, match="training was asked to stop"):
            async for n in tracked:
                seen.append(n)
                if n == 3:
                    tracked.loop.stop()
        assert seen == [0, 1, 2, 3]

    assert run(body).ends == [("training", "stopped", 4)]


@ways
@described
def test_stop_ends_an_async_loop(way, message):
    async def body(scene):
        tracked, seen = scene.track(WAYS[way](9), message=message), []
        with pytest.raises(LoopStopped) as stopped:
            async for n in tracked:
                seen.append(n)
                if n == 3:
                    tracked.loop.stop()
        assert stopped.value.loop == "work"
        assert seen == [0, 1, 2, 3]

    assert run(body).last.status == "stopped"


def test_stop_before_the_first_item_gives_none():
    async def body(scene):
        tracked = scene.track(counting(9))
        iterator = aiter(tracked)
        tracked.loop.stop()
        with pytest.raises(LoopStopped):
            async for _ in iterator:
                raise AssertionError

    assert run(body).ends == [("work", "stopped", 0)]


def test_a_stop_while_an_item_is_awaited_lets_it_come():
    """The item that is on its way is not lost; the next is not asked for."""

    async def body(scene):
        go, seen = asyncio.Event(), []

        async def slow():
            yield 0
            await go.wait()
            yield 1
            yield 2

        tracked = scene.track(slow())

        async def work():
            with pytest.raises(LoopStopped):
                async for n in tracked:
                    seen.append(n)

        task = asyncio.create_task(work())
        while not seen:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        tracked.loop.stop()
        go.set()
        await task
        assert seen == [0, 1]

    assert run(body).last.status == "stopped"


def test_an_async_iterator_that_is_deleted_is_abandoned():
    async def body(scene):
        iterator = aiter(scene.track(counting(9)))
        await anext(iterator)
        await anext(iterator)
        del iterator

    assert run(body).ends == [("work", "abandoned", 1)]


def test_loops_that_run_beside_each_other_are_counted_apart():
    """`gather`: none is the inner loop of another, each is exact."""

    async def body(scene):
        async def work(number):
            async for _ in scene.track(counting(number), f"async {number}"):
                for _ in scene.track(range(2), f"in {number}"):
                    await asyncio.sleep(0)

        await asyncio.gather(*(work(n) for n in range(1, 8)))

    scene = run(body)
    assert sorted(end for end in scene.ends if end[0].startswith("async")) == [
        (f"async {n}", "done", n) for n in range(1, 8)
    ]
    for loop in scene.loops.finished():
        expected = loop.label.replace("in", "async") if loop.label.startswith("in") else None
        assert (loop.parent.label if loop.parent else None) == expected
    assert scene.loops.running() == ()


def test_tasks_begun_in_a_step_are_inside_of_it():
    async def body(scene):
        async def work():
            async for _ in scene.track(counting(4), "in"):
                pass

        outer = scene.track(range(2), "out")
        for n in outer:
            tasks = [asyncio.create_task(work()) for _ in range(3)]
            await asyncio.sleep(0)
            while any(not task.done() for task in tasks):
                assert n <= fold.read(outer.loop).progress <= n + 1
                await asyncio.sleep(0)
            assert fold.read(outer.loop).progress == n + 1

    assert [end for end in run(body).ends if end[0] == "out"] == [("out", "done", 2)]


def test_one_failing_task_leaves_the_others_alone():
    async def body(scene):
        async def work(number):
            for n in scene.track(range(5), f"task {number}"):
                await asyncio.sleep(0)
                if number == n == 1:
                    raise ValueError("no")

        await asyncio.gather(*(work(n) for n in range(3)), return_exceptions=True)

    assert sorted(run(body).ends) == [("task 0", "done", 5), ("task 1", "failed", 1), ("task 2", "done", 5)]


def test_the_async_source_is_freed_when_the_loop_ends():
    async def body(scene):
        for leave in (True, False):
            source = Items(3)
            freed = weakref.ref(source)
            async for _ in scene.track(source):
                if leave:
                    break
            del source
            assert freed() is None

    assert run(body).last.status == "done"


def test_a_sync_loop_in_a_task_is_told_from_the_one_around_it():
    """A generator that is driven by hand, between two loops."""

    async def body(scene):
        tracked = scene.track(numbers(3), "by hand")
        iterator = iter(tracked)
        next(iterator)
        async for _ in scene.track(counting(2), "async"):
            pass
        assert list(iterator) == [1, 2]

    assert run(body).ends == [("async", "done", 2), ("by hand", "done", 3)]
