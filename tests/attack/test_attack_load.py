"""Slow ones, many of them, and those that never end: what they hold is bounded, and others are answered."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from mcp_notebook.host.app import MOST_SESSIONS
from mcp_notebook.host.strangers import room

from .kernels import ACCEPT, JSON
from .raw import HELLO, Wire, call, message, request

ROOM_KIB = 20_000
STOP_S = 10.0
SESSION_KIB = 100
SLOW = ("Content-Length", "1000")


@pytest.fixture
def many():
    """Open connections that end with the test."""
    with ExitStack() as stack:
        yield lambda victim, count, **options: [
            stack.enter_context(victim.wire(**options)) for _ in range(count)
        ]


def state(victim) -> dict:
    """Return what the victim holds."""
    return victim.ask(do="state")


def is_as_it_was(victim, before: dict) -> bool:
    """Return whether nothing is left: of handles, threads, tasks and connections."""
    now = victim.comes_to(lambda now: now["fds"] <= before["fds"] and now["tasks"] <= before["tasks"])
    return all(now[key] <= before[key] for key in ("fds", "tasks", "connections")) and (
        now["threads"] == before["threads"]
    )


def works_again(victim) -> bool:
    """Stop, see that nothing is left but the loop, serve and be answered."""
    took = victim.ask(do="stop")["took"]
    stopped = victim.comes_to(lambda now: now["tasks"] <= 1 and not now["connections"])
    released = stopped["tasks"] <= 1 and (stopped["connections"], stopped["sessions"]) == (0, 0)
    victim.serve()
    return took < STOP_S and released and victim.list_loops().status == 200


def test_strangers_that_hold_connections_open_hold_no_more_than_some(hasty, many):
    """They say nothing, and take handles that a kernel's own work needs."""
    assert hasty.list_loops().status == 200
    before = state(hasty)
    many(hasty, room() + 200)

    assert hasty.list_loops().status == 200
    assert hasty.comes_to(lambda now: now["fds"] <= before["fds"] + room())["kib"] - before["kib"] < ROOM_KIB
    assert is_as_it_was(hasty, before)


def test_a_stranger_that_speaks_slowly_is_hung_up_on(hasty, many):
    """A byte now and then, in the head and in the body, sixty of each: the good are answered, and all is released."""
    assert hasty.list_loops().status == 200
    before = state(hasty)
    heads, bodies = many(hasty, 60), many(hasty, 60)
    for wire in heads:
        wire.send(b"POST /mcp HTTP/1.1\r\nHost: ")
    for wire in bodies:
        wire.send(request(hasty.host, ACCEPT, JSON, SLOW, body=None))
    for _ in range(30):
        for wire in (*heads, *bodies):
            wire.send(b"1")
        assert hasty.list_loops().status == 200
        time.sleep(0.1)  # what it is to be slow

    assert all(wire.ended() for wire in (*heads, *bodies))
    assert is_as_it_was(hasty, before)


def test_a_stranger_that_keeps_asking_is_hung_up_on(hasty):
    """A connection on which only wrong tokens come does not last."""
    wrong = request(hasty.host, ("Authorization", "Bearer wrong"), body=b"")
    with hasty.wire() as wire:
        asked = 0
        while wire.send(wrong) and wire.answer().status == 401:
            asked += 1
            time.sleep(0.05)  # what it is to keep asking

    assert asked > 0


def test_a_client_with_the_token_may_take_its_time(hasty, many):
    """It is silent between two requests, and its body comes slowly, and in pieces; others don't wait for it."""
    wires = many(hasty, 20)
    for wire in wires:
        wire.send(hasty.calling("list_loops"))
        assert wire.answer().status == 200
    body = hasty.calling("list_loops")
    for piece in range(0, len(body), 100):
        for wire in wires:
            assert wire.send(body[piece : piece + 100])
        assert hasty.list_loops().status == 200
        time.sleep(0.3)  # longer than a stranger may take, all in all

    assert {wire.answer().status for wire in wires} == {200}


def test_two_hundred_good_clients_at_once_are_all_answered(hasty):
    """They connect, and then speak, as one program with many calls does."""
    assert hasty.list_loops().status == 200
    before = state(hasty)
    with ExitStack() as stack:
        wires = [stack.enter_context(hasty.wire()) for _ in range(200)]
        for wire in wires:
            wire.send(hasty.calling("list_loops"))
        assert [wire.answer().status for wire in wires] == [200] * 200
        assert state(hasty)["connections"] >= 200

    assert is_as_it_was(hasty, before)


def test_clients_that_never_read_hold_up_nobody(hasty, many):
    """Neither the loop that they watch, nor other watchers, nor the end; answers of a megabyte are not read either."""
    watch = hasty.calling("watch_loop", {"wait_s": 3600}, token="deaf")
    listen = hasty.modern(
        message("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["notebook://loops"]}}),
        "subscriptions/listen",
    )
    large = hasty.calling("echo", {"text": "x" * 1_000_000})
    for data in (watch, listen, large):
        for wire in many(hasty, 10, receive_buffer=2048):
            wire.send(data)
    session = hasty.session()
    (stream,) = many(hasty, 1, receive_buffer=2048)
    stream.send(hasty.good(b"", ("Mcp-Session-Id", session), method="GET"))

    assert hasty.ask(do="loop", label="work", steps=100, seconds=0.01) == {"began": True}
    assert reports(hasty, hasty.calling("watch_loop", {"wait_s": 3600, "loop": "work"}, token="good")) == (
        True,
        "done",
    )
    assert hasty.heard() == {"done": 100}
    assert works_again(hasty)


def reports(victim, watch: bytes) -> tuple[bool, str]:
    """Watch to the end; return whether the reports were as they must be, and the loop's status."""
    with victim.wire() as wire:
        wire.send(watch)
        answer = wire.answer()
    events = answer.events
    told = [one["params"]["progress"] for one in events[:-1]]
    return (
        answer.status == 200 and told == sorted(set(told)) and len(told) > 1,
        events[-1]["result"]["structuredContent"]["status"],
    )


def test_a_thousand_handshakes_without_an_end_cost_little_each(hasty):
    """An older client that never says that it leaves: at some point it is refused; others go on, a stop releases all."""
    first = hasty.session()
    before = state(hasty)
    hello = hasty.good(message("initialize", HELLO, era="legacy"))
    with hasty.wire() as wire:
        statuses = []
        for _ in range(MOST_SESSIONS + 10):
            wire.send(hello)
            statuses.append(wire.answer().status)
    after = state(hasty)
    free = MOST_SESSIONS - before["sessions"]

    assert statuses == [200] * free + [503] * (MOST_SESSIONS + 10 - free)

    assert (after["kib"] - before["kib"]) / MOST_SESSIONS < SESSION_KIB
    assert hasty.list_loops().status == 200
    assert hasty.hear(hasty.older(first, message("tools/list", era="legacy"))).status == 200
    assert works_again(hasty)


def test_a_session_cannot_subscribe_to_everything(hasty):
    """Addresses of a megabyte, and thousands of them: what no loop can have is not kept."""
    session = hasty.session()
    before = state(hasty)
    with hasty.wire() as wire:
        for number in range(30):
            uri = f"notebook://loops/{number}-{'x' * 1_000_000}"
            wire.send(hasty.older(session, message("resources/subscribe", {"uri": uri}, era="legacy")))
            assert wire.answer().status == 200
        for number in range(300):
            uri = {"uri": f"notebook://loops/{number}"}
            wire.send(hasty.older(session, message("resources/subscribe", uri, era="legacy")))
            assert wire.answer().status == 200

    assert state(hasty)["kib"] - before["kib"] < ROOM_KIB


def test_listeners_without_number_are_refused_and_released(hasty, many):
    """The newer protocol's: 128 at most, three tasks each, and with its connection each goes."""
    assert hasty.list_loops().status == 200
    before = state(hasty)
    wanted = {
        "notifications": {"toolsListChanged": True, "resourceSubscriptions": ["notebook://loops"] * 100}
    }
    with ExitStack() as stack:
        for _ in range(300):
            wire = stack.enter_context(hasty.wire())
            wire.send(hasty.modern(message("subscriptions/listen", wanted), "subscriptions/listen"))
        now = hasty.comes_to(lambda now: now["tasks"] >= before["tasks"] + 350)
        assert 350 <= now["tasks"] - before["tasks"] < 900
        assert hasty.list_loops().status == 200

    assert is_as_it_was(hasty, before)


def test_five_hundred_watchers_that_hang_leave_the_loop_and_the_end_alone(hasty, many):
    """The loop comes to its exact end, another client is answered, and a stop hangs up on them all."""
    watchers = []
    for number in range(500):
        (wire,) = many(hasty, 1)
        watchers.append(wire)
        wire.send(hasty.calling("watch_loop", {"wait_s": 3600, "cursor": 2}, token=number))
    assert hasty.list_loops().status == 200
    assert hasty.comes_to(lambda now: now["connections"] >= 500)["connections"] >= 500

    assert hasty.ask(do="loop", label="work", steps=100, seconds=0.01) == {"began": True}
    assert hasty.list_loops().status == 200
    assert hasty.heard() == {"done": 100}
    for wire in many(hasty, 100):
        wire.send(hasty.calling("watch_loop", {"wait_s": 3600, "loop": None}, token="more"))

    assert works_again(hasty)
    assert all(wire.ended() for wire in watchers)


def flood(port: int, attack, over: threading.Event) -> None:
    """Attack until it is over."""
    while not over.is_set():
        try:
            with Wire(port) as wire:
                attack(wire)
        except OSError:
            pass


def test_floods_of_strangers_leave_a_good_client_and_the_loop_alone(hasty):
    """Wrong tokens, foreign pages, noise and mere connections, as fast as they go, while a loop is watched."""
    wrong = request(hasty.host, ("Authorization", "Bearer wrong"), body=call("list_loops"))
    page = request(("Host", f"evil.example:{hasty.port}"), hasty.bearer, ("Origin", "https://evil.example"))

    def asks(wire: Wire) -> None:
        for _ in range(20):
            wire.send(wrong)
            wire.answer()

    attacks = [asks, lambda wire: wire.send(page), lambda wire: wire.send(bytes(1000)), lambda _: None]
    assert hasty.list_loops().status == 200
    before = state(hasty)
    over = threading.Event()
    floods = [threading.Thread(target=flood, args=(hasty.port, one, over)) for one in attacks]
    for one in floods:
        one.start()
    try:
        assert hasty.ask(do="loop", label="work", steps=300, seconds=0.01) == {"began": True}
        watch = hasty.calling("watch_loop", {"wait_s": 3600, "loop": "work"}, token="good")
        assert reports(hasty, watch) == (True, "done")
        assert hasty.heard() == {"done": 300}
        assert hasty.list_loops().status == 200
        assert hasty.ask(do="loops")["loops"].count(["work", "done", 300]) == 1
    finally:
        over.set()
        for one in floods:
            one.join()

    assert is_as_it_was(hasty, before)
    assert works_again(hasty)
