"""Carrying one request's progress: order, the moment before the response, and the ends."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from mcp_notebook.bridge import relay
from mcp_notebook.bridge.relay import relayed


@pytest.fixture
def sent(monkeypatch):
    """What went out, in order: reports, and the moments waited."""
    out = []

    async def wait(seconds):
        out.append(f"waits {seconds}")

    waiting = SimpleNamespace(
        sleep=wait,
        Queue=asyncio.Queue,
        create_task=asyncio.create_task,
        CancelledError=asyncio.CancelledError,
    )
    monkeypatch.setattr(relay, "asyncio", waiting)
    return out


def slowly_to(out):
    """Return a way to the client that suspends for every report, the earlier the longer."""

    async def report(progress, total, message):
        for _ in range(10 - int(progress)):
            await asyncio.sleep(0)
        out.append((progress, total, message))

    return report


def test_reports_keep_their_order_and_are_followed_by_a_moment(sent):
    """The last before the response, whatever each of them waits for."""

    async def work(hear):
        for n in range(5):
            await hear(n, None, f"{n}")
        return "answer"

    assert asyncio.run(relayed(slowly_to(sent), work)) == "answer"
    assert sent == [*[(n, None, f"{n}") for n in range(5)], f"waits {relay.GAP_S}"]
    assert 0.010 <= relay.GAP_S <= 0.020


def test_a_silent_request_waits_for_nothing(sent):
    """Most clients always ask for progress, and most tools report none."""

    async def work(_hear):
        return "answer"

    assert asyncio.run(relayed(slowly_to(sent), work)) == "answer"
    assert sent == []


def test_a_failure_comes_after_the_reports_too(sent):
    """An error is a response."""

    async def work(hear):
        await hear(1, 2, None)
        raise KeyError("no")

    with pytest.raises(KeyError):
        asyncio.run(relayed(slowly_to(sent), work))

    assert sent == [(1, 2, None), f"waits {relay.GAP_S}"]


def test_after_a_cancel_nothing_is_sent(sent):
    """The specification forbids it; reports that wait are dropped."""
    begun = asyncio.Event()

    async def work(hear):
        await hear(1, None, None)
        begun.set()
        await asyncio.Event().wait()

    async def visit():
        task = asyncio.create_task(relayed(slowly_to(sent), work))
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        await asyncio.wait({t for t in asyncio.all_tasks() if t is not asyncio.current_task()} or [task])
        return task.cancelled()

    assert asyncio.run(visit())
    assert sent == []
