"""The tap: progress is taken out in order, everything else passes untouched."""

from __future__ import annotations

import asyncio

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from mcp_notebook.client.wire.tap import Routes, Tap
from mcp_notebook.progress import Tracker


def note(token, value=1, **more):
    """A progress notification as a transport delivers it."""
    params = {"progressToken": token, "progress": value, **more}
    return SessionMessage(JSONRPCNotification(jsonrpc="2.0", method="notifications/progress", params=params))


def other(n):
    """Something that is no progress: a response, a notification, a request, or what could not be read."""
    return [
        SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=n, result={"progress": n})),
        SessionMessage(JSONRPCNotification(jsonrpc="2.0", method="notifications/message", params={"n": n})),
        SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=n, method="notifications/progress", params={})),
        SessionMessage(JSONRPCNotification(jsonrpc="2.0", method="notifications/progress/x")),
        ValueError(f"line {n} is no message"),
    ][n % 5]


def request(token, method="tools/call", **meta):
    """An outgoing request that carries *token*."""
    params = {"name": "work", "_meta": {"progressToken": token, **meta}}
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method=method, params=params))


class Wire:
    """A transport of two in-memory streams, filled beforehand."""

    def __init__(self, items=()) -> None:
        self.items = list(items)
        self.sent = []
        self.left = None

    async def __aenter__(self):
        send, self.read = anyio.create_memory_object_stream(len(self.items) + 1)
        write, self.out = anyio.create_memory_object_stream(100)
        for item in self.items:
            send.send_nowait(item)
        send.close()
        return self.read, write

    async def __aexit__(self, kind, error, trace):
        self.left = kind
        while True:
            try:
                self.sent.append(self.out.receive_nowait())
            except (anyio.WouldBlock, anyio.EndOfStream):
                break
        self.out.close()
        self.read.close()


def through(items, routes):
    """Return what comes out of the tap for *items*."""

    async def visit():
        async with Tap(Wire(items), routes) as (read, write), read, write:
            return [item async for item in read]

    return asyncio.run(visit())


ITEMS = st.lists(
    st.one_of(
        st.integers(0, 1000).map(other),
        st.builds(note, st.sampled_from(["mine", "yours", "mine-2", 0, None, 1.5]), st.integers(0, 1000)),
    ),
    max_size=60,
)


@given(ITEMS)
def test_everything_that_is_not_progress_passes_untouched_and_in_order(items):
    """The same objects, not copies; and no progress among them."""
    expected = [i for i in items if not is_progress(i)]

    passed = through(items, Routes())

    assert len(passed) == len(expected)
    assert all(a is b for a, b in zip(passed, expected, strict=True))


@pytest.mark.spec("progress.original-token", "progress.active-request", "progress.track")
@given(ITEMS)
def test_every_progress_goes_to_its_operation_or_is_counted(items):
    """The routed and the stray ones are all there are."""
    tracker, routes = Tracker(), Routes()
    operation = tracker.open("work")
    routes.add("mine", operation)

    through(items, routes)

    sent = [i.message.params for i in items if is_progress(i)]
    mine = [p["progress"] for p in sent if p["progressToken"] == "mine"]
    assert operation.snapshot().updates == len(mine)
    assert operation.snapshot().progress == max(mine, default=0)
    assert routes.strays == len(sent) - len(mine)


def is_progress(item):
    """Say whether *item* is a progress notification."""
    message = getattr(item, "message", None)
    return (
        isinstance(message, JSONRPCNotification)
        and getattr(message, "method", "") == "notifications/progress"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(token=JSON, progress=JSON, total=JSON, message=JSON)
def test_nothing_in_a_progress_is_believed(token, progress, total, message):
    """Any JSON in any field: taken out, never raised, never a number that is none."""
    tracker, routes = Tracker(), Routes()
    operation = tracker.open("work")
    routes.add("mine", operation)

    assert through([note(token, progress, total=total, message=message)], routes) == []
    assert through([note("mine", progress, total=total, message=message)], routes) == []

    state = operation.snapshot()
    assert 0 <= state.progress < float("inf")
    assert state.total is None or 0 < state.total < float("inf")


def test_progress_comes_before_the_response_that_follows_it():
    """When the response is read, the last value is already there."""
    tracker, routes = Tracker(), Routes()
    operation = tracker.open("work")
    routes.add("mine", operation)
    seen = []

    async def visit():
        wire = Wire([note("mine", 1), note("mine", 2), other(0), note("mine", 3)])
        async with Tap(wire, routes) as (read, write), read, write:
            seen.append(await read.receive())
            seen.append(operation.snapshot().progress)

    asyncio.run(visit())

    assert seen[1] == 2


@pytest.mark.spec("progress.stop")
def test_a_forgotten_token_takes_nothing_more():
    """What comes after the response is a stray."""
    routes = Routes()
    operation = Tracker().open("work")
    routes.add("mine", operation)
    through([note("mine", 1)], routes)
    routes.remove("mine")
    routes.remove("mine")

    through([note("mine", 2)], routes)

    assert (operation.snapshot().progress, routes.strays) == (1, 1)


@pytest.mark.spec("rounds.new-request")
def test_a_request_sent_again_under_its_token_is_a_new_round():
    """Several rounds of one call: the count begins again, the stage says so."""
    routes = Routes()
    operation = Tracker().open("work")
    routes.add("mine", operation)
    routes.sent(request("mine").message)
    routes.takes(note("mine", 80, total=100).message)
    routes.sent(request("mine").message)
    routes.takes(note("mine", 10, total=100).message)

    state = operation.snapshot()

    assert (state.progress, state.stage, state.repairs.held) == (10, 1, 0)


def test_only_requests_with_a_known_token_begin_a_round():
    """A notification, a number, a stranger's token, no parameters at all: nothing happens."""
    routes = Routes()
    operation = Tracker().open("work")
    routes.add("mine", operation)
    routes.takes(note("mine", 5).message)
    for message in (
        note("mine").message,
        request(7).message,
        request("yours").message,
        JSONRPCRequest(jsonrpc="2.0", id=1, method="ping"),
        JSONRPCResponse(jsonrpc="2.0", id=1, result={}),
    ):
        routes.sent(message)
        routes.sent(message)

    assert (operation.snapshot().stage, operation.snapshot().progress) == (0, 5)


def test_what_is_written_passes_untouched():
    """The very objects, in order; closing the tap's stream closes the wire's."""
    wire = Wire()
    items = [request("a"), request("b"), other(1)]

    async def visit():
        async with Tap(wire, Routes()) as (read, write):
            async with read, write:
                for item in items:
                    await write.send(item)
            with pytest.raises(anyio.ClosedResourceError):
                await write.send(items[0])

    asyncio.run(visit())

    assert all(a is b for a, b in zip(wire.sent, items, strict=True))


def test_the_end_of_the_wire_is_told_once():
    """So that a session learns of its loss without a call."""
    ends = []

    through([note("mine"), other(0)], Routes(on_end=lambda: ends.append(1)))

    assert ends == [1]


def test_leaving_the_tap_leaves_the_transport_with_its_error():
    """What happened inside is the transport's to know."""
    wire = Wire()

    async def visit():
        async with Tap(wire, Routes()) as (read, write), read, write:
            raise KeyError("inside")

    with pytest.raises(KeyError):
        asyncio.run(visit())

    assert wire.left is KeyError
