"""What we send over stdio, where all requests share one channel: the bridge to a kernel, and the demo server."""

from __future__ import annotations

import os
import sys

import pytest

from .cells import loop, serving, working
from .listening import ERAS, PATIENCE_S
from .pipe import of, piped

COMMAND = [sys.executable, "-m", "mcp_notebook"]


@pytest.fixture(params=ERAS)
def era(request):
    """Which revision the client speaks: 2026-07-28, or 2025-11-25."""
    return request.param


@pytest.fixture
def bridge(era, tmp_path):
    """A raw client of a bridge to this process."""
    with serving(tmp_path):
        env = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
        with piped(era, [*COMMAND, "bridge", "--kernel", "spec"], env) as pipe:
            yield pipe


@pytest.mark.spec("stdio.shared", "progress.original-token", "progress.track", "progress.increase")
def test_two_watchers_of_one_bridge_are_told_apart_by_their_tokens(bridge):
    """Reports of both come as the loops move, each loop's under its own token."""
    with working(loop("left")) as left, working(loop("right")) as right:
        one = bridge.call("watch_loop", {"loop": "left", "wait_s": PATIENCE_S}, "l")
        bridge.reaches("l", 0)
        other = bridge.call("watch_loop", {"loop": "right", "wait_s": PATIENCE_S}, 2)
        bridge.reaches(2, 0)
        left.let()
        bridge.reaches("l", 1)
        right.let()
        bridge.reaches(2, 1)
        left.open()
        bridge.answer(one)
        right.open()
        bridge.answer(other)

    for token, label in (("l", "left"), (2, "right")):
        reports = [m["params"] for m in bridge.seen if of(m) == token]
        values = [report["progress"] for report in reports]
        assert all(report["message"].startswith(f"{label} ") for report in reports)
        assert values == sorted(set(values))
        assert values[-1] == 5


@pytest.mark.spec("progress.stop", "http.before-response")
def test_through_the_bridge_too_nothing_follows_the_response(bridge):
    """The last value comes before it; what is asked next is answered, and that is all."""
    with working(loop("short")) as gate:
        n = bridge.call("watch_loop", {"loop": "short", "wait_s": PATIENCE_S}, "token")
        bridge.reaches("token", 0)
        gate.open()
        bridge.answer(n)
    ended = len(bridge.seen)
    bridge.answer(bridge.call("list_loops", {}))

    assert [m["params"]["progress"] for m in bridge.seen[:ended] if of(m) == "token"][-1] == 5
    assert [m for m in bridge.seen[ended:] if of(m) is not None] == []


@pytest.mark.spec("cancel.nothing-further", "cancel.receivers-stop")
def test_what_was_cancelled_through_the_bridge_is_not_spoken_of_again(bridge):
    """No report, no answer; another request hears that the loop has moved on."""
    with working(loop("both")) as gate:
        n = bridge.call("watch_loop", {"loop": "both", "wait_s": PATIENCE_S}, "cancelled")
        bridge.reaches("cancelled", 0)
        bridge.tell("notifications/cancelled", {"requestId": n})
        other = bridge.call("watch_loop", {"loop": "both", "wait_s": PATIENCE_S}, "other")
        bridge.reaches("other", 0)
        gate.let()
        bridge.reaches("other", 1)
        gate.open()
        bridge.answer(other)

    assert [m["params"]["progress"] for m in bridge.seen if of(m) == "cancelled"] == [0]
    assert not any(m.get("id") == n for m in bridge.seen)


@pytest.mark.spec("cancel.nothing-further", "cancel.receivers-stop")
def test_what_was_cancelled_at_the_demo_server_is_not_spoken_of_again(era):
    """Its tool is stopped, as the server itself says; after that there is silence."""
    with piped(era, [*COMMAND, "demo"]) as demo:
        n = demo.call("count_slowly", {"to": 100_000, "delay": 0.001}, "token")
        demo.reaches("token", 3)
        demo.tell("notifications/cancelled", {"requestId": n})
        demo.answer(demo.call("last_cancelled", {"wait": PATIENCE_S}))
        stopped = len(demo.seen)
        demo.answer(demo.call("wait_silently", {"seconds": 0.1}))

    assert [m for m in demo.seen[stopped:] if of(m) is not None] == []
    assert not any(m.get("id") == n for m in demo.seen)
