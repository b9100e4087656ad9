"""What only an event stream can do: its lines, fields, charsets and ends."""

from __future__ import annotations

import random

from .behaviours import misbehaves
from .protocol import FOR_EVER, OPEN, Ask, envelope
from .tools_answers import MUTE, UNREADABLE
from .tools_numbers import SOLID

ENDED = {
    "end": "ConnectionLostError: .*SSE stream ended without a response",
    "status": "failed",
    "state": "lost",
}

BLANK = {"progress": 0.0, "total": None, "message": None}
FOREIGN = {**BLANK, "end": ".*Error: .*(content type|text/html)", "status": "failed", "state": "open|lost"}


def events(ask: Ask, end: str = "\n", text: str = "ok") -> str:
    """Return progress and answer as an event stream whose lines end in *end*."""
    return "".join(f"data: {message}{end}{end}" for message in messages(ask, text))


def messages(ask: Ask, text: str = "ok") -> tuple[str, str]:
    """Return progress and answer."""
    params = {"progressToken": ask.token, "progress": 5, "total": 10, "message": "five"}
    good = ask.server.stamped({"content": [{"type": "text", "text": text}]})
    return envelope(method="notifications/progress", params=params), envelope(id=ask.id, result=good)


def _stream(
    name: str, says: str, write: object, *, kind: str = "text/event-stream", **wanted: object
) -> None:
    def play(ask: Ask) -> None:
        ask.wire.kind = kind
        written = write(ask)  # type: ignore[operator]
        ask.wire.raw(written.encode() if isinstance(written, str) else written)

    play.__doc__ = says
    misbehaves(play, name=f"stream_{name}", ways="http", **{**SOLID, **wanted})


_stream("of_cr_lf", "lines end in CR LF", lambda a: events(a, "\r\n"))
_stream("of_cr", "lines end in CR", lambda a: events(a, "\r"))
_stream(
    "of_mixed_ends",
    "lines end in LF, CR, CR LF by turns",
    lambda a: "data: {}\n\rdata: {}\r\n\n".format(*messages(a)),
)
_stream(
    "of_comments",
    "comments between the lines",
    lambda a: ": ping\n\n:\n" + events(a).replace("\n\n", "\n: \u001b[2J\n\n"),
)
_stream(
    "of_unknown_events",
    "events of unknown names",
    lambda a: 'event: ping\ndata: {}\n\nevent: \ndata:\n\nevent: error\ndata: "x"\n\n' + events(a),
)
_stream("of_unknown_fields", "fields that nobody knows", lambda a: "mood: bad\ndata\nx\n\n" + events(a))
_stream(
    "of_named_events",
    "every event says it is a message",
    lambda a: events(a).replace("data:", "event: message\ndata:"),
)
_stream("without_spaces", "no space after the colon", lambda a: events(a).replace("data: ", "data:"))
_stream("of_many_lines", "the JSON is cut over lines of data", lambda a: events(a).replace(", ", ",\ndata: "))
_stream(
    "of_ids",
    "ids, one with a null byte",
    lambda a: "id: 1\u0000\n" + events(a).replace("data:", "id: e-1\ndata:"),
)
_stream(
    "of_retries",
    "retry fields of all kinds",
    lambda a: "retry: soon\nretry: -5\nretry: 1e9\nretry: " + "9" * 5000 + "\n\n" + events(a),
)
_stream("of_empty_events", "events without data", lambda a: "data:\n\ndata\n\nid: 7\n\n" + events(a))
_stream("with_a_mark_of_order", "a byte order mark first", lambda a: "\ufeff: mark\n\n" + events(a))
_stream("of_charset", "the content type names a charset", events, kind="text/event-stream; charset=utf-8")
_stream("of_a_loud_type", "the content type in capitals", events, kind='TEXT/Event-Stream;CHARSET="UTF-8"')
_stream(
    "of_an_unknown_charset", "a charset that nobody knows", events, kind="text/event-stream; charset=klingon"
)
_stream(
    "of_a_wrong_charset",
    "the charset says latin-1, the bytes are UTF-8",
    lambda a: events(a, text="caf\u00e9").encode().replace(b"\\u00e9", "\u00e9".encode()),
    kind="text/event-stream; charset=iso-8859-1",
    end="caf",
)
_stream(
    "of_bad_bytes",
    "bytes that are no UTF-8 inside the answer",
    lambda a: events(a, text="caf?").encode().replace(b"caf?", b"caf\xff\xe9!"),
    end="caf\ufffd+!",
)
_stream("of_another_type", "the content type is text/html", events, kind="text/html", **FOREIGN)
_stream("of_no_type", "there is no content type", events, kind="", **FOREIGN)
_stream("without_last_line", "the last event has no blank line", lambda a: events(a)[:-1], **ENDED)
_stream("cut_within_an_event", "the stream ends within the answer", lambda a: events(a)[:-30], **ENDED)
_stream("of_nothing", "an empty stream", lambda a: "", **{**ENDED, **BLANK})
_stream(
    "of_one_event",
    "two messages in one event",
    lambda a: "data: " + "\ndata: ".join(messages(a)) + "\n\n",
    **{**UNREADABLE["http"], **BLANK},
)
_stream("of_rubbish", "an event that is no JSON", lambda a: "data: <html>\n\n", **{**ENDED, **BLANK})


@misbehaves(ways="http", **SOLID, end="caf\u00e9 \U0001f600")
def stream_in_pieces(ask: Ask) -> None:
    """The events are split at random bytes."""
    data, dice = events(ask, text="caf\u00e9 \U0001f600").encode(), random.Random(7)
    while data:
        n = dice.randint(1, 9)
        ask.wire.raw(data[:n])
        data = data[n:]


@misbehaves(ways="http", end="ConnectionLostError: .*byte limit", status="failed", state="lost")
def stream_of_a_huge_event(ask: Ask) -> None:
    """An event of 40 MB."""
    ask.wire.raw(b"data: " + b"x" * 40_000_000 + b"\n\n")


@misbehaves(ways="http", end="x{60}")
def stream_of_2_megabytes(ask: Ask) -> None:
    """An answer of 2 MB in one event: an image, say."""
    ask.answer("x" * 2_000_000)


@misbehaves(ways="http", end=".*Error: .*over 32 MiB", status="failed", state="open|lost")
def answer_of_80_megabytes(ask: Ask) -> None:
    """A JSON answer with 80 MB of blanks."""
    ask.wire.kind = "application/json"
    ask.wire.raw(messages(ask)[1].encode())
    for _ in range(80):
        ask.wire.raw(b" " * 1_000_000)


@misbehaves(ways="http")
def answer_as_json(ask: Ask) -> None:
    """One JSON answer instead of a stream."""
    ask.wire.kind = "application/json; charset=utf-8"
    ask.wire.raw(messages(ask)[1].encode())


@misbehaves(
    ways="http", end=".*Error: .*HTTP 200 OK with what is no message", status="failed", state="open|lost"
)
def answer_as_bad_json(ask: Ask) -> None:
    """A JSON answer that is none."""
    ask.wire.kind = "application/json"
    ask.wire.raw(b"\xff\x00{")


@misbehaves(ways="http", **MUTE)
def answer_as_json_of_another(ask: Ask) -> str:
    """A JSON answer under another id."""
    ask.wire.kind = "application/json"
    ask.wire.raw(envelope(id=999_999, result={"content": []}).encode())
    ask.wire.end()
    return OPEN


@misbehaves(ways="http", **{**MUTE, **SOLID})
def answer_as_json_without_one(ask: Ask) -> str:
    """The JSON answer is a notification."""
    ask.wire.kind = "application/json"
    ask.wire.raw(messages(ask)[0].encode())
    ask.wire.end()
    return OPEN


@misbehaves(ways="http", **{**MUTE, **SOLID})
def stream_to_be_resumed_never(ask: Ask) -> None:
    """The stream ends, and is to be resumed in 31 years."""
    ask.wire.raw(f"id: e-1\nretry: 999999999999\ndata: {messages(ask)[0]}\n\n".encode())


@misbehaves(ways="http", **{**SOLID, "end": "ConnectionLostError: ", "status": "failed", "state": "lost"})
def stream_to_be_resumed_beyond_floats(ask: Ask) -> None:
    """The stream ends, and is to be resumed after 10**400 ms."""
    ask.wire.raw(f"id: e-1\nretry: 1{'0' * 400}\ndata: {messages(ask)[0]}\n\n".encode())


@misbehaves(
    ways="http",
    **{**SOLID, "end": "ConnectionLostError: .*reconnection attempts", "status": "failed", "state": "lost"},
)
def stream_to_be_resumed_nowhere(ask: Ask) -> None:
    """The stream ends, and cannot be resumed."""
    ask.wire.raw(f"id: e-1\nretry: 0\ndata: {messages(ask)[0]}\n\n".encode())


def stream_to_be_resumed_for_ever(ask: Ask) -> None:
    """The stream ends, can be resumed at once, and ends again, and again: see test_stuck.py."""
    ask.wire.raw(f"id: {FOR_EVER}\nretry: 0\ndata: {messages(ask)[0]}\n\n".encode())


def resumptions(ask: Ask) -> None:
    """Answer how often that stream was resumed."""
    ask.answer(str(ask.server.resumed))
