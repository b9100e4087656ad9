"""An event stream without its progress, cut into any chunks.

What holds for any stream, however it is written:

- a reader of what has passed hears all that is no progress, in order: kinds, data, ids, retries, comments
  (but for what is no message at all and nobody waits for, and for halves of characters, which are replaced);
- it ends at the same last id, so that it can resume there;
- each progress is either taken or passed on, never both, never neither;
- when a response passes, all progress before it has been taken, and none after it.
"""

from __future__ import annotations

import httpx2
from hypothesis import example, given
from hypothesis import strategies as st
from mcp_types import JSONRPCRequest, JSONRPCResponse

from mcp_notebook.client.wire import events as events_module
from mcp_notebook.client.wire.burst import Burst
from mcp_notebook.client.wire.events import Sieve
from mcp_notebook.client.wire.tap import Routes
from mcp_notebook.progress import Tracker

from .lines import chunks, compact, notification
from .sse import Sent, is_owed, is_progress, owed, read, streams
from .values import effort

cuts = st.lists(st.integers(1, 150), max_size=30) | st.just([1] * 5_000)


class Client:
    """What stands around a sieve."""

    def __init__(self) -> None:
        self.routes = Routes()
        tracker = Tracker(lambda: 0.0)
        self.operations = {token: tracker.open(token) for token in ("mcpn-a-1", "mcpn-a-2")}
        for number, (token, operation) in enumerate(self.operations.items()):
            self.routes.add(token, operation)
            params = {"_meta": {"progressToken": token}}
            self.routes.sent(JSONRPCRequest(jsonrpc="2.0", id=number, method="tools/call", params=params))
        self.sieve = Sieve(Burst(self.routes))

    @property
    def taken(self) -> int:
        """How many progress notifications did not pass."""
        states = [operation.snapshot() for operation in self.operations.values()]
        return self.routes.strays + sum(state.updates + state.repairs.rejected for state in states)

    def hears(self, pieces: list[bytes]) -> bytes:
        """Return what passes of *pieces*."""
        passed = [piece for chunk in pieces for piece in self.sieve.feed(chunk)]
        return b"".join((*passed, self.sieve.rest()))


@effort(150)
@given(streams(), cuts)
@example(b"data: a\r\rdata: b\n\n", [1])
@example(b"id: 1\r\ndata: x\r\n\r", [])
def test_all_that_is_no_progress_passes_and_every_progress_is_told_once(stream, cuts):
    """To a reader that knows the standard."""
    client = Client()
    passed = read(client.hears(chunks(stream, cuts)))
    sent = read(stream)

    assert owed(passed.events) == owed(sent.events)
    assert (passed.last_id, passed.retry, passed.comments) == (sent.last_id, sent.retry, sent.comments)
    left = sum(map(is_progress, passed.events))
    assert client.taken + left == sum(map(is_progress, sent.events))


def test_an_id_with_a_nul_does_not_hide_the_one_before_it():
    """The standard: such an id is none."""
    words = compact(notification("mcpn-a-1", {"progress": 1})).encode()
    stream = b"id: 7\nid: a\x00\ndata: " + words + b"\n\n"

    assert read(Client().hears([stream])).last_id == read(stream).last_id == "7"


@effort(50)
@given(streams(), cuts)
def test_a_stream_without_progress_passes_byte_for_byte(stream, cuts):
    """Where all of it can be read."""
    stream = stream.replace(b"notifications/progress", b"notifications/message").replace(b"\\ud", b"")
    if all(map(is_owed, read(stream).events)):
        assert Client().hears(chunks(stream, cuts)) == stream


@effort(80)
@given(streams(), cuts)
def test_the_reader_of_the_sdk_hears_the_same(stream, cuts):
    """It is kinder than the standard: an id alone is an event to it."""
    passed = Client().hears(chunks(stream, cuts))

    assert owed(heard(passed)) == owed(heard(stream))


def heard(stream: bytes) -> list[Sent]:
    """Return what the SDK's reader hands over."""
    request = httpx2.Request("POST", "http://127.0.0.1/mcp")
    head = {"content-type": "text/event-stream"}
    response = httpx2.Response(200, headers=head, content=stream, request=request)
    return [Sent(one.event, one.data, one.id) for one in httpx2.EventSource(response)]


usual = st.lists(
    st.one_of(
        st.tuples(st.just("progress"), st.sampled_from(["mcpn-a-1", "mcpn-a-2"])),
        st.tuples(st.just("response"), st.integers(0, 1)),
        st.just(("ping", None)),
    ),
    max_size=30,
)


@effort(100)
@given(usual, cuts, st.sampled_from([b"\r\n", b"\n"]), st.booleans())
def test_a_response_comes_after_its_progress_and_ends_it(said, cuts, end, named):
    """The SDK's servers: what is before the response counts, what is behind it is a stray."""
    client, stream, expected, answered = Client(), b"", {"mcpn-a-1": 0, "mcpn-a-2": 0}, set()
    counts, strays, moments = dict(expected), 0, []
    for number, (kind, whose) in enumerate(said):
        head = b"event: message" + end + b"id: %d" % number + end if named else b""
        if kind == "progress":
            counts[whose] += 1
            values = {"progress": counts[whose], "total": 1_000, "message": f"step {number}"}
            stream += head + b"data: " + compact(notification(whose, values)).encode() + end * 2
            if whose in answered:
                strays += 1
            else:
                expected[whose] += 1
        elif kind == "response":
            answer = JSONRPCResponse(jsonrpc="2.0", id=whose, result={}).model_dump_json(by_alias=True)
            stream += head + b"data: " + answer.encode() + end * 2
            moments.append((tuple(expected.values()), strays))
            answered.add(("mcpn-a-1", "mcpn-a-2")[whose])
        else:
            stream += b": ping" + end * 2

    seen, heard = [], 0
    passed = b""
    for chunk in chunks(stream, cuts):
        for piece in client.sieve.feed(chunk):
            passed += piece
            for event in read(passed).events[heard:]:
                heard += 1
                answer = JSONRPCResponse.model_validate_json(event.data)
                seen.append(
                    (tuple(o.snapshot().updates for o in client.operations.values()), client.routes.strays)
                )
                client.routes.received(answer)

    assert [o.snapshot().progress for o in client.operations.values()] == [*expected.values()]
    assert client.routes.strays == strays
    assert seen == moments


@effort(40)
@given(streams(), cuts, st.integers(10, 400))
def test_an_event_beyond_the_limit_passes_as_it_is(stream, cuts, limit):
    """From there on nothing is taken, and nothing is lost."""
    before, events_module.LIMIT = events_module.LIMIT, limit
    try:
        client = Client()
        passed, sent = read(client.hears(chunks(stream, cuts))), read(stream)
    finally:
        events_module.LIMIT = before

    assert owed(passed.events) == owed(sent.events)
    assert client.taken + sum(map(is_progress, passed.events)) == sum(map(is_progress, sent.events))
