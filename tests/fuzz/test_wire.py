"""The tap on a wire: several calls at once, what a server may say to them, cut into any chunks.

What holds after every step, by bytes (stdio) and by messages (every other transport):

- what is not progress passes untouched and in order, as often as it was said;
- progress goes to the call whose request is open under its token when it is said, in order,
  and everything that was said before a response counts, however close the response follows;
- what is said after the response changes nothing: it is a stray, like all that names no open token;
- strays are counted exactly;
- a request sent again under its token begins a new round;
- what is sent passes untouched; the end is told exactly once.
"""

from __future__ import annotations

import json
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest

from mcp_notebook.client.wire import burst as burst_module
from mcp_notebook.client.wire.tap import Routes
from mcp_notebook.progress import Tracker

from .lines import (
    HANDS,
    Line,
    chunks,
    compact,
    is_valid_text,
    nothing,
    other,
    progress,
    progress_lines,
    rubbish,
    slashed,
    strangers,
    talk,
)
from .reference import Expected, facts
from .values import effort
from .wires import Messages, Unhosted, Wire

TOKENS = ("mcpn-a-1", "mcpn-a-2", "é-3")
tokens = st.sampled_from(TOKENS)
ANSWERS = ("result", "error", "text id")


def answer(number: int, kind: str, hand=compact) -> Line:
    """Return a response to request *number*."""
    body = {"error": {"code": -1, "message": "no"}} if kind == "error" else {"result": {"content": []}}
    return other({"jsonrpc": "2.0", "id": str(number) if kind == "text id" else number, **body}, hand)


def request(number: int, token: str) -> SessionMessage:
    """Return an outgoing call."""
    params = {"name": "work", "_meta": {"progressToken": token}}
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=number, method="tools/call", params=params))


answers = st.tuples(tokens, st.sampled_from(ANSWERS), st.sampled_from(HANDS))
utterances = st.one_of(
    progress_lines(tokens, (*HANDS, slashed)).filter(is_valid_text),
    progress_lines(tokens, (*HANDS, slashed)).filter(is_valid_text),
    progress_lines(strangers).filter(is_valid_text),
    answers,
    talk,
    rubbish,
    nothing,
)


class Taps(RuleBasedStateMachine):
    """A server and a session with a tap between them."""

    transport: type[Unhosted | Messages] = Unhosted

    @initialize()
    def begin(self):
        self.ends = 0
        self.routes = Routes(on_end=self.end_is_told)
        self.wire = Wire(self.transport, self.routes)
        self.tracker = Tracker(lambda: 0.0)
        self.operations, self.expected = {}, {}
        self.asked: dict[str, int] = {}
        """token → its newest request"""
        self.open: set[str] = set()
        self.numbers = 2
        self.passed: list[Line] = []
        self.strays = 0
        self.over = False

    def end_is_told(self):
        self.ends += 1

    # the session

    @rule(token=tokens)
    def call(self, token):
        if token not in self.expected and not self.over:
            self.operations[token] = self.tracker.open(token)
            self.expected[token] = Expected()
            self.routes.add(token, self.operations[token])
            self.send(token)

    @rule(token=tokens)
    def send_again(self, token):
        if token in self.expected and not self.over:
            self.send(token)
            self.expected[token].restart()

    def send(self, token):
        self.numbers += 1
        self.asked[token] = self.numbers
        self.open.add(token)
        item = request(self.numbers, token)
        assert self.wire.send(item) is item

    @rule(token=tokens, status=st.sampled_from(["done", "failed", "cancelled", "timed out"]))
    def leave(self, token, status):
        if token in self.expected:
            self.routes.remove(token)
            self.operations[token].finish(status)
            self.expected[token].finish(status)
            self.check()
            del self.operations[token], self.expected[token]
            self.open.discard(token)

    # the server

    @precondition(lambda self: not self.over)
    @rule(said=st.lists(utterances, max_size=12), cuts=st.lists(st.integers(1, 120), max_size=12))
    def say(self, said, cuts):
        lines = [self.answer(*one) if isinstance(one, tuple) else one for one in said]
        for line in lines:
            self.expect(line)
        self.wire.say(*chunks(b"".join(line.data + b"\n" for line in lines), cuts))

    @precondition(lambda self: not self.over)
    @rule(token=tokens, count=st.integers(1, 300), kind=st.sampled_from(ANSWERS))
    def flood_and_answer(self, token, count, kind):
        lines = [progress(token, {"progress": n, "total": count}) for n in range(count + 1)]
        lines += [self.answer(token, kind), progress(token, {"progress": 10**6})]
        for line in lines:
            self.expect(line)
        self.wire.say(b"".join(line.data + b"\n" for line in lines))

    @precondition(lambda self: not self.over and self.numbers > 2)
    @rule(number=st.integers(3, 12), kind=st.sampled_from(ANSWERS), token=tokens)
    def answer_late(self, number, kind, token):
        lines = [answer(min(number, self.numbers), kind), progress(token, {"progress": number})]
        for line in lines:
            self.expect(line)
        self.wire.say(b"".join(line.data + b"\n" for line in lines))

    @precondition(lambda self: not self.over)
    @rule(half=st.sampled_from([b"", b'{"jsonrpc"', progress(TOKENS[0], {"progress": 21}).data]))
    def vanish(self, half):
        self.wire.say(half, b"")  # half a line is no message
        self.over = True

    def answer(self, token, kind, hand=compact):
        return answer(self.asked.get(token, 1_000), kind, hand)

    def expect(self, line):
        """Do what *line* must lead to."""
        if line.kind == "progress":
            token = line.content["progressToken"]
            if isinstance(token, str) and token in self.open:
                values = line.content
                self.expected[token].report(
                    values.get("progress"), values.get("total"), values.get("message")
                )
            else:
                self.strays += 1
        elif line.kind != "nothing":
            self.passed.append(line)
            if line.kind == "other" and "method" not in line.content:
                number = str(line.content["id"])
                self.open -= {token for token in self.open if str(self.asked[token]) == number}

    @invariant()
    def check(self):
        for token, expected in self.expected.items():
            assert facts(self.operations[token]) == expected.facts()
        assert self.routes.strays == self.strays
        assert len(self.wire.passed) == len(self.passed)
        assert self.ends == self.over

    def teardown(self):
        if not hasattr(self, "wire"):
            return
        assert self.wire.close() is self.over
        for item, line in zip(self.wire.passed, self.passed, strict=True):
            assert isinstance(item, Exception) is (line.kind == "rubbish")
            if line.kind == "other":
                passed = item.message.model_dump_json(by_alias=True, exclude_unset=True)
                assert json.loads(passed) == line.content


class MessageTaps(Taps):
    """The same where messages come instead of bytes."""

    transport = Messages


@pytest.mark.parametrize("depth", [0, burst_module.DEPTH])
def test_bytes_pass_or_are_counted_and_nothing_is_lost_before_a_response(depth):
    """stdio: any interleaving of calls, any chunks, whether or not a flood is weighed."""
    with patch.object(burst_module, "DEPTH", depth):
        run_machine(Taps, settings=effort(20, 25))


def test_messages_pass_or_are_counted_and_nothing_is_lost_before_a_response():
    """The same rules hold for transports that we have not written."""
    run_machine(MessageTaps, settings=effort(20, 25))


@pytest.fixture
def conversation():
    """One call on a wire by bytes, its request sent."""
    routes = Routes()
    wire = Wire(Unhosted, routes)
    operation = Tracker(lambda: 0.0).open("work")
    routes.add(TOKENS[0], operation)
    wire.send(request(5, TOKENS[0]))
    yield wire, routes, operation
    wire.close()


@pytest.mark.parametrize(
    "last",
    [
        progress(TOKENS[0], {"progress": 10}, slashed).data,
        progress(TOKENS[0], {"progress": 10, "message": "?"}).data.replace(b"?", b"\xff"),
    ],
    ids=["an escaped slash", "a byte that is not UTF-8"],
)
def test_the_last_value_counts_in_whatever_hand_it_is_written(conversation, last):
    """PHP's `json_encode` escapes slashes: nothing wrong with that."""
    wire, routes, operation = conversation
    wire.say(last + b"\n" + answer(5, "result").data + b"\n")

    assert (operation.snapshot().progress, routes.strays) == (10, 0)


def test_a_late_answer_to_the_round_before_does_not_end_the_new_one(conversation):
    """The token is that of the newest request."""
    wire, routes, operation = conversation
    wire.send(request(6, TOKENS[0]))
    late, now = answer(5, "error").data, progress(TOKENS[0], {"progress": 3}).data
    wire.say(late + b"\n" + now + b"\n")

    assert (operation.snapshot().progress, routes.strays) == (3, 0)
