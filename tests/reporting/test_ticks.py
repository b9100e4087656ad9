"""A heartbeat for many watchers, and an interpreter that is quick to answer while there are any."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

import pytest

from mcp_notebook.reporting import ticks
from mcp_notebook.reporting.ticks import NIMBLE_S, Ticks, nimble


@pytest.fixture(autouse=True)
def _interval() -> Iterator[None]:
    """Whatever a test does to the switch interval, it is undone."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(usual)
    assert ticks._watchers == 0


def interval():
    """Return the switch interval in ms."""
    return round(sys.getswitchinterval() * 1000, 3)


def test_the_switch_interval_is_short_while_somebody_watches():
    with nimble():
        assert interval() == 1
    assert interval() == 5


def test_the_last_watcher_puts_the_interval_back():
    first, second = nimble(), nimble()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert interval() == 1
    second.__exit__(None, None, None)

    assert interval() == 5


def test_the_interval_is_put_back_after_an_error():
    with pytest.raises(ValueError, match="no"), nimble():
        raise ValueError("no")
    assert interval() == 5


def test_a_shorter_interval_of_the_users_stays():
    sys.setswitchinterval(0.0001)
    with nimble():
        assert interval() == 0.1
    assert interval() == 0.1


def test_an_interval_that_the_user_sets_meanwhile_stays():
    with nimble():
        sys.setswitchinterval(0.02)
    assert interval() == 20


def test_a_second_round_learns_the_usual_interval_anew():
    with nimble():
        pass
    sys.setswitchinterval(0.01)
    with nimble():
        assert interval() == round(NIMBLE_S * 1000, 3)
    assert interval() == 10


def test_a_tick_wakes_everybody_once():
    async def body():
        heart, woken = Ticks(), []

        async def wait(name):
            await heart.next(60.0)
            woken.append(name)

        tasks = [asyncio.create_task(wait(n)) for n in range(5)]
        await asyncio.sleep(0)
        heart.tick()
        await asyncio.gather(*tasks)
        heart.tick()
        return woken

    assert sorted(asyncio.run(body())) == [0, 1, 2, 3, 4]


def test_a_tick_that_nobody_waits_for_is_not_kept():
    async def body():
        heart = Ticks()
        heart.tick()
        task = asyncio.create_task(heart.next(60.0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting = not task.done()
        heart.tick()
        await task
        return waiting

    assert asyncio.run(body())


def test_what_else_is_waited_for_wakes_too():
    async def body():
        heart, other = Ticks(), asyncio.get_running_loop().create_future()
        task = asyncio.create_task(heart.next(60.0, other))
        await asyncio.sleep(0)
        other.set_result(None)
        await task
        heart.tick()

    asyncio.run(body())


def test_a_watcher_that_is_cancelled_does_not_disturb_the_others():
    async def body():
        heart = Ticks()
        gone, stays = asyncio.create_task(heart.next(60.0)), asyncio.create_task(heart.next(60.0))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait((gone,))
        heart.tick()
        await stays

    asyncio.run(body())


def test_nobody_waits_for_no_time():
    async def body():
        await Ticks().next(0.0)

    asyncio.run(body())


def test_waiting_without_ticks_leaves_nothing_behind():
    """A request that waits for a busy kernel looks once a second, for hours; the sampler may be asleep."""

    async def body():
        heart = Ticks()
        for _ in range(100):
            await heart.next(0.0)
        return len(heart._waiting)

    assert asyncio.run(body()) <= 1
