"""Progress that comes at once, weighed instead of reported line by line.

What holds for any lines, in any handwriting, cut into any bursts:

- what is taken is a progress notification; what is passed on is none, or written oddly;
- every token's state is the one that line by line would have led to: all but its times;
- so are the strays, and the first and the last of its events;
- what comes between, a response or the end of a call, stands between the same values;
- below the rate nothing waits, above it a wait is short.
"""

from __future__ import annotations

import json
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mcp_types import JSONRPCRequest, JSONRPCResponse

from mcp_notebook.client.wire import burst as burst_module
from mcp_notebook.client.wire.burst import DEPTH, PAUSE_S, RATE, Burst
from mcp_notebook.client.wire.tap import Routes
from mcp_notebook.progress import Tracker

from .lines import (
    HANDS,
    METHOD,
    Line,
    compact,
    nothing,
    notification,
    progress,
    progress_lines,
    rubbish,
    slashed,
    strangers,
    talk,
)
from .values import effort

TOKENS = ("mcpn-a-1", "mcpn-a-2", "é", "with space", 'quo"ted', "")
tokens = st.sampled_from(TOKENS)
RESPONSE = Line(b'{"jsonrpc":"2.0","id":1,"result":{}}', "other")


class Receiver:
    """One way to take lines, and what came of it."""

    def __init__(self) -> None:
        self.routes = Routes()
        self.tracker = Tracker(lambda: 0.0)
        self.operations = {token: self.tracker.open(token) for token in TOKENS}
        for number, (token, operation) in enumerate(self.operations.items()):
            self.routes.add(token, operation)
            params = {"_meta": {"progressToken": token}}
            self.routes.sent(JSONRPCRequest(jsonrpc="2.0", id=number, method="tools/call", params=params))
        self.others: list[bytes] = []

    def usual(self, line: bytes) -> None:
        """Take *line* where it is progress, as the tap does; else it passes."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict) and message.get("method") == METHOD and "id" not in message:
            self.routes.take(message.get("params"))
        else:
            self.others.append(line)

    def outcome(self):
        """Return all but the times."""
        return (
            {token: replace(one.snapshot(), gap=None) for token, one in self.operations.items()},
            self.routes.strays,
            self.others,
            {
                token: [(e.progress, e.total, e.message) for e in ends(one)]
                for token, one in self.operations.items()
            },
        )


class OneByOne(Receiver):
    """Each line by itself."""

    def line(self, line: bytes) -> None:
        """Take *line*."""
        self.usual(line)

    def flush(self) -> None:
        """Nothing waits."""


class AtOnce(Receiver):
    """Whole bursts."""

    def __init__(self) -> None:
        super().__init__()
        self.burst = Burst(self.routes)
        self.flush = self.burst.flush

    def line(self, line: bytes) -> None:
        """Take *line*, as a transport does."""
        if not self.burst.takes(line):
            self.flush()
            self.usual(line)


def ends(operation):
    """Return the first and the last event."""
    return operation.events[:1] + operation.events[-1:]


def assert_alike(steps) -> None:
    """Fail where weighing every line leads elsewhere than reporting each."""
    with patch.object(burst_module, "DEPTH", 0):
        at_once = told(AtOnce(), steps).outcome()
    assert at_once == told(OneByOne(), steps).outcome()


def told(receiver: Receiver, steps) -> Receiver:
    """Let *receiver* take the lines, and what happens between them."""
    for step in steps:
        if isinstance(step, Line):
            receiver.line(step.data)
        elif step == "flush":
            receiver.flush()
        else:
            receiver.flush()  # it comes from elsewhere: between two bursts
            token, what = step
            number = TOKENS.index(token)
            if what == "response":
                receiver.routes.received(JSONRPCResponse(jsonrpc="2.0", id=number, result={}))
            elif what == "restart":
                receiver.operations[token].restart()
            elif what == "finish":
                receiver.operations[token].finish("cancelled")
            else:
                receiver.routes.remove(token)
    receiver.flush()
    return receiver


@st.composite
def runs(draw):
    """Generate what most servers send: a count under one token, sometimes with a flaw."""
    token, hand = draw(tokens), draw(st.sampled_from(HANDS))
    start, step = draw(st.sampled_from([0, 1, 2.5, 10**14])), draw(st.sampled_from([1, 0.1, 1e-9, 0, -1]))
    total = draw(st.sampled_from([None, 10, 10.5, 0, "10", 10**15, 2.0]))
    words = draw(st.sampled_from([None, "step", "a  b", "é", "\x1b[1m", "x" * 2_100, "", " a", "a\\b"]))
    spoken = draw(st.sampled_from(["always", "first", "last", "odd"]))
    count = draw(st.integers(1, 12))
    lines = []
    for n in range(count):
        values = {"progress": start + n * step}
        if total is not None:
            values["total"] = total
        says = {"always": True, "first": n == 0, "last": n == count - 1, "odd": n % 2 == 1}[spoken]
        if words is not None and says:
            values["message"] = f"{words} {n}" if words == "step" else words
        lines.append(progress(token, values, hand))
    return lines


singles = st.one_of(
    progress_lines(tokens, (*HANDS, slashed)), progress_lines(strangers), talk, rubbish, nothing
)
between = st.just("flush") | st.tuples(tokens, st.sampled_from(["response", "restart", "finish", "remove"]))
conversations = st.lists(
    st.one_of(runs(), runs(), st.lists(singles, max_size=3), between.map(lambda b: [b])), max_size=12
)


@st.composite
def mixed(draw):
    """Generate conversations whose runs are mixed with each other."""
    parts = [list(part) for part in draw(conversations)]
    if draw(st.booleans()):
        return [step for part in parts for step in part]
    steps = []
    while parts:
        part = parts[draw(st.integers(0, len(parts) - 1))]
        if part:
            steps.append(part.pop(0))
        else:
            parts.remove(part)
    return steps


@effort(200)
@given(mixed(), st.sampled_from([0, 0, 3, DEPTH]))
def test_what_comes_at_once_leads_to_what_line_by_line_does(steps, depth):
    """Values, totals, messages, stages, counts, repairs, strays, and what is passed on."""
    with patch.object(burst_module, "DEPTH", depth):
        assert told(AtOnce(), steps).outcome() == told(OneByOne(), steps).outcome()


def altered(line: bytes, edits) -> bytes:
    """Return *line* with bytes replaced, doubled or left out."""
    for place, byte, kind in edits:
        at = place % (len(line) + 1)
        line = line[:at] + (b"" if kind == "out" else bytes([byte])) + line[at + (kind != "in") :]
    return line


edits = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(list(b' \t\r\\"{}[],:.-+eE0123456789azA_\x00\x1f\x7f\xc3\xff')),
        st.sampled_from(["in", "out", "over"]),
    ),
    max_size=4,
)
plain = st.builds(
    progress,
    st.sampled_from(TOKENS[:2]),
    st.fixed_dictionaries(
        {"progress": st.integers(0, 20) | st.sampled_from([0.5, 1e15, 123456789.25])},
        optional={"total": st.sampled_from([10, 10.5]), "message": st.sampled_from(["a", "one two"])},
    ),
    st.sampled_from([compact, json.dumps]),
)


@effort(200)
@given(st.lists(st.tuples(plain, edits), max_size=6))
def test_a_line_with_a_slip_of_the_pen_is_what_json_says_it_is(lines):
    """Nothing is taken that the usual reader would refuse, and no number is read otherwise."""
    steps = [Line(altered(line.data, slips), "?") for line, slips in lines]

    assert_alike(steps)


digits = st.text("0123456789", min_size=1, max_size=18)
written = st.builds(
    lambda sign, whole, part, power: f"{sign}{int(whole)}{part}{power}",
    st.sampled_from(["", "", "", "-"]),
    digits,
    st.just("") | digits.map(lambda part: f".{part}"),
    st.sampled_from(["", "", "", "e0", "E-3", "e+2", "e300", "e400"]),
)


@effort(150)
@given(st.lists(st.tuples(written, st.none() | written), min_size=1, max_size=8))
@example([("0.1", None), ("0.10000000000000001", None), ("0.2", None)])
@example([("1", "10"), ("2", "10.0"), ("3", "10.00"), ("2", "1e1")])
@example([("999999999999999", None), ("999999999999999.9", None), ("9999999999999999", None)])
def test_numbers_mean_the_same_however_they_are_written(numbers):
    """Digits that a float cannot hold, exponents, zeros."""
    steps = []
    for value, total in numbers:
        line = compact(
            notification(TOKENS[0], {"progress": "?", **({} if total is None else {"total": "!"})})
        )
        steps.append(Line(line.replace('"?"', value).replace('"!"', total or "").encode(), "progress"))

    assert_alike(steps)


@pytest.mark.parametrize("space", ["\x0b", "\x0c"])
def test_a_space_that_json_does_not_know_makes_it_no_message(space):
    """It passes, and the session learns that it is none."""
    steps = [Line(space.encode() + progress(TOKENS[0], {"progress": 1}).data, "rubbish")]

    assert_alike(steps)


@effort(30)
@given(st.lists(st.tuples(st.integers(0, 3 * DEPTH), st.sampled_from([0.0, 0.001, 0.1, 10.0])), max_size=12))
def test_a_flood_waits_in_short_breaths_and_a_trickle_never(bursts):
    """What is within the rate is never held back, and what was a flood is soon forgotten."""
    burst, now, line = Burst(Routes()), 0.0, progress("nobody's", {"progress": 1}).data
    allowed = float(DEPTH)
    for count, pause in bursts:
        now += pause
        allowed = min(DEPTH, allowed + pause * RATE) - count
        for _ in range(count):
            burst.takes(line)
        waits = burst.pause(now)
        assert waits == 0.0 if allowed >= 0 else waits in (0.0, PAUSE_S)
    burst.flush()
    assert burst.pause(now + 2.0 * DEPTH / RATE) == 0.0
