"""A reader of `text/event-stream`, as the WHATWG has it and as simple as can be; and a writer of odd ones."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from hypothesis import strategies as st
from mcp.shared.message import SessionMessage

from .lines import HANDS, METHOD, other, progress, strangers, talk, values
from .wires import delivered


class Sent(NamedTuple):
    """An event that a reader would hand over."""

    kind: str
    data: str
    id: str


class Heard(NamedTuple):
    """What a reader has learnt of a stream."""

    events: list[Sent]
    last_id: str
    retry: list[str]
    comments: list[str]


def read(stream: bytes) -> Heard:
    """Read a whole stream."""
    text = stream.decode(errors="replace").removeprefix("\ufeff")
    lines = re.split("\r\n|\n|\r", text)[:-1]  # what has no end is no line
    events, comments, retry, last_id = [], [], [], ""
    kind, data = "", []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(Sent(kind or "message", "\n".join(data), last_id))
            kind, data = "", []
        elif not name:
            comments.append(value)
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and value.isdigit():
            retry.append(value)
    return Heard(events, last_id, retry, comments)


def is_progress(event: Sent) -> bool:
    """Say whether *event* is a progress notification."""
    try:
        message = json.loads(event.data)
    except (ValueError, RecursionError):
        return False
    return (
        event.kind == "message"
        and isinstance(message, dict)
        and message.get("method") == METHOD
        and "id" not in message
    )


def is_owed(event: Sent) -> bool:
    """Say whether *event* must pass: it is no progress, and a message, or perhaps an answer."""
    if is_progress(event):
        return False
    return (
        event.kind != "message"
        or '"id"' in event.data
        or isinstance(delivered(event.data.encode()), SessionMessage)
    )


def owed(events: list[Sent]) -> list[Sent]:
    """Return what must pass of *events*, halves of characters replaced."""
    return [event._replace(data=whole(event.data)) for event in events if is_owed(event)]


def whole(data: str) -> str:
    """Return *data* in one handwriting where it holds halves of characters."""
    if "\\ud" not in data.lower():
        return data
    try:
        return json.dumps(json.loads(data), ensure_ascii=False).encode(errors="replace").decode()
    except (ValueError, RecursionError):
        return data


# A writer's habits

ENDS = (b"\r\n", b"\n", b"\r")
tokens = st.sampled_from(["mcpn-a-1", "mcpn-a-2"])
sayings = st.one_of(
    st.builds(progress, tokens, values, st.sampled_from(HANDS)),
    st.builds(progress, tokens, st.builds(lambda n: {"progress": n}, st.integers(0, 9))),
    st.builds(progress, strangers, values),
    talk,
    st.builds(
        lambda text, hand: other({"jsonrpc": "2.0", "id": 4, "result": {"a": text}}, hand),
        st.sampled_from(["\ud83d", "\u2028", "a\nb", "\ud83d\ude00", "\\ud83d"]),
        st.sampled_from(HANDS),
    ),
).map(lambda line: line.data.replace(b"\r", b" "))
odd_data = st.sampled_from([b"", b"hello", METHOD.encode(), b"\xff" + METHOD.encode(), b"a\x00b", b"{"])
fields = st.one_of(
    st.sampled_from(
        [b"event: message", b"event:message", b"event: message", b"event: ping", b"event", b"event: messages"]
    ),
    st.sampled_from(
        [b"id: 7", b"id:8", b"id:  9", b"id", b"id:", b"id: a\x00", b"id: \xff", b"retry: 20", b"retry: x"]
    ),
    st.sampled_from([b": ping", b":", b"unheard: of", b"data", b" data: x", b"\xef\xbb\xbfdata: y"]),
)
speech = st.builds(
    lambda words, space: b"data:" + space + words, sayings, st.sampled_from([b" ", b"", b"  "])
)
usual = st.builds(
    lambda before, words: [*before, words],
    st.lists(st.sampled_from([b"event: message", b"id: 1", b"id:2", b"id: 33"]), max_size=2),
    speech,
)
odd = st.lists(st.one_of(fields, speech, odd_data.map(lambda data: b"data: " + data)), max_size=5)


@st.composite
def halved(draw):
    """Generate an event whose message goes over two lines of data."""
    words = draw(speech)
    at = words.find(b",") + 1
    return [words[:at], b"data: " + words[at:]] if at else [words]


@st.composite
def streams(draw) -> bytes:
    """Generate a stream: usual events, odd ones, all kinds of line ends, perhaps no end."""
    events = draw(st.lists(st.one_of(usual, usual, odd, halved()), max_size=12))
    ends = draw(st.sampled_from([[b"\r\n"], [b"\n"], list(ENDS)]))
    written = b"".join(
        b"".join(line + draw(st.sampled_from(ends)) for line in (*lines, b"")) for lines in events
    )
    if draw(st.booleans()):
        written = b"\xef\xbb\xbf" + written
    return written[: len(written) - draw(st.integers(0, 6))] if draw(st.booleans()) else written
