"""Answers that are none: ids, envelopes, errors."""

from __future__ import annotations

import json

from .behaviours import BUT_HTTP, EVERYWHERE, TIMED_OUT, misbehaves
from .protocol import OPEN, Ask

UNREADABLE = {
    "http": {"end": ".*Error: .*Failed to parse SSE message", "status": "failed", "state": "open|lost"},
}
"""over HTTP the SDK ends a call whose frame it cannot read; elsewhere nobody knows whose frame it was"""
MUTE = {**TIMED_OUT, "silent": EVERYWHERE}
UNREAD_ANSWER = {**TIMED_OUT, "silent": BUT_HTTP, "over": UNREADABLE}
REFUSED_ANSWER = {
    **UNREAD_ANSWER,
    "silent": ("memory", "sse"),
    "over": {
        **UNREADABLE,
        "stdio": {
            "end": "ToolError: .*the server's answer is no message",
            "status": "failed",
            "state": "open",
        },
    },
}
"""a pipe of ours: an answer that names its call ends it"""
DEEP = 100_000


@misbehaves(end="first")
def answer_twice(ask: Ask) -> None:
    """Two answers and an error."""
    ask.answer("first")
    ask.answer("second")
    ask.send(id=ask.id, error={"code": -1, "message": "third"})


@misbehaves(over={"http": {"end": "nobody's"}})
def answer_for_nobody(ask: Ask) -> None:
    """An answer for an id that was never asked comes first (over HTTP the stream says whose it is)."""
    ask.send(id=999_999, result=ask.server.stamped({"content": [{"type": "text", "text": "nobody's"}]}))
    ask.answer()


@misbehaves(
    pair=True,
    over={"stdio": {"end": "for b"}, "memory": {"end": "for b"}, "sse": {"end": "for b"}},
    end="for a",
)
def answers_swapped(ask: Ask) -> str | None:
    """Two calls get each other's id (over HTTP the stream says whose it is)."""
    first = ask.server.pair(ask)
    if first is None:
        return OPEN
    first.id, ask.id = ask.id, first.id
    first.answer("for a")
    first.wire.end()
    ask.answer("for b")
    return None


@misbehaves
def id_is_a_string_of_it(ask: Ask) -> None:
    """The id comes back as a string."""
    ask.send(id=str(ask.id), result=ask.server.stamped({"content": [{"type": "text", "text": "ok"}]}))


def _id(name: str, literal: str, says: str = "") -> None:
    def play(ask: Ask) -> str:
        ask.literal('{"content":[{"type":"text","text":"ok"}]}', number=literal.replace("N", str(ask.id)))
        return OPEN

    play.__doc__ = f"the answer's id is {says or literal}"
    misbehaves(play, name=f"id_{name}", **UNREAD_ANSWER)


_id("null", "null")
_id("float", "N.0", "the number as a float")
_id("boolean", "true")
_id("list", "[N]")
_id("dict", '{"id":N}')


def _decodes(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _envelope(name: str, text: str, says: str, **more: object) -> None:
    def play(ask: Ask) -> str:
        ask.wire.message(text.replace("$", str(ask.id)))
        return OPEN

    play.__doc__ = says
    readable = f"{text.replace('$', '1')} ".startswith("{") and _decodes(text.replace("$", "1"))
    misbehaves(play, name=f"envelope_{name}", **{**(REFUSED_ANSWER if readable else UNREAD_ANSWER), **more})


_CONTENT = '{"content":[{"type":"text","text":"ok"}],"resultType":"complete"}'
_envelope("empty", '{"jsonrpc":"2.0","id":$}', "neither result nor error")
_envelope("of_version_1", f'{{"jsonrpc":"1.0","id":$,"result":{_CONTENT}}}', "JSON-RPC 1.0")
_envelope("of_version_number", f'{{"jsonrpc":2.0,"id":$,"result":{_CONTENT}}}', "the version is a number")
_envelope("without_version", f'{{"id":$,"result":{_CONTENT}}}', "no JSON-RPC version")
_envelope("in_a_batch", f'[{{"jsonrpc":"2.0","id":$,"result":{_CONTENT}}}]', "the answer in a batch")
_envelope("that_is_text", '"done"', "a string instead of a message", silent=EVERYWHERE, over={})
_envelope("result_null", '{"jsonrpc":"2.0","id":$,"result":null}', "the result is null")
_envelope("result_list", '{"jsonrpc":"2.0","id":$,"result":[]}', "the result is a list")
_envelope("result_text", '{"jsonrpc":"2.0","id":$,"result":"ok"}', "the result is a string")
_envelope("error_text", '{"jsonrpc":"2.0","id":$,"error":"no"}', "the error is a string")
_envelope("error_null", '{"jsonrpc":"2.0","id":$,"error":null}', "the error is null")
_envelope("error_empty", '{"jsonrpc":"2.0","id":$,"error":{}}', "the error is empty")
_envelope(
    "error_code_text",
    '{"jsonrpc":"2.0","id":$,"error":{"code":"E1","message":"no"}}',
    "the error code is a word",
)
_envelope(
    "error_code_float",
    '{"jsonrpc":"2.0","id":$,"error":{"code":1.5,"message":"no"}}',
    "the error code is 1.5",
)
_envelope("error_without_message", '{"jsonrpc":"2.0","id":$,"error":{"code":-1}}', "an error without message")
_envelope(
    "error_message_null",
    '{"jsonrpc":"2.0","id":$,"error":{"code":-1,"message":null}}',
    "the error's message is null",
)
_envelope("cut_off", '{"jsonrpc":"2.0","id":$,"resu', "half a message")
_envelope(
    "deep",
    '{"jsonrpc":"2.0","id":$,"result":{"content":' + "[" * DEEP + "]" * DEEP + "}}",
    "100,000 levels deep",
)


@misbehaves
def envelope_doubled(ask: Ask) -> None:
    """The key `result` twice: the last one counts."""
    good = json.dumps(ask.server.stamped({"content": [{"type": "text", "text": "ok"}]}))
    ask.wire.message(f'{{"jsonrpc":"2.0","id":{ask.id},"result":5,"result":{good}}}')


@misbehaves(end="ToolError: envelope_both: both", status="failed")
def envelope_both(ask: Ask) -> None:
    """Result and error in one message: the error counts."""
    good = ask.server.stamped({"content": [{"type": "text", "text": "ok"}]})
    ask.send(id=ask.id, result=good, error={"code": -1, "message": "both"})


@misbehaves
def envelope_with_more(ask: Ask) -> None:
    """Fields that no revision knows."""
    good = ask.server.stamped(
        {"content": [{"type": "text", "text": "ok", "mood": 1}], "extra": {"a": [None]}}
    )
    ask.send(id=ask.id, result=good, method2="x", extra=[1, 2])


def _error(name: str, error: dict[str, object], end: str, says: str, **more: object) -> None:
    def play(ask: Ask) -> None:
        ask.send(id=ask.id, error=error)

    play.__doc__ = says
    misbehaves(play, name=f"error_{name}", end=end, status="failed", **more)


_error(
    "plain", {"code": -32050, "message": "quota used up"}, "ToolError: error_plain: quota used up", "an error"
)
_error(
    "of_code_32000",
    {"code": -32000, "message": "server error: out of paper"},
    "ToolError: error_of_code_32000: server error: out of paper",
    "the code the SDK uses for a lost connection",
)
_error(
    "of_code_32000_unheard",
    {"code": -32000, "message": "say that again", "data": "unheard"},
    "ToolError: error_of_code_32000_unheard: say that again",
    "the same, as our own transport says that a request was not heard",
)
_error(
    "of_code_32700",
    {"code": -32700, "message": "parse error"},
    "ToolError: error_of_code_32700: parse error",
    "the code the SDK uses for frames that it cannot read",
)
_error(
    "of_code_32001",
    {"code": -32001, "message": "timed out, says the server"},
    "ToolError: error_of_code_32001: timed out",
    "the code the SDK uses for a timeout",
)
_error(
    "of_code_32020",
    {"code": -32020, "message": "headers differ"},
    "ToolError: error_of_code_32020: headers differ",
    "the code that makes the SDK list the tools and ask again",
    over={"2026": {"stage": 1}},
)
_error(
    "of_code_32022",
    {"code": -32022, "message": "no such version", "data": {"supported": ["1999-01-01"]}},
    "ToolError: error_of_code_32022: no such version",
    "the version is not supported, suddenly",
)
_error(
    "of_code_32042",
    {"code": -32042, "message": "go to a URL", "data": {"elicitations": "javascript:alert(1)"}},
    "ToolError: error_of_code_32042: go to a URL",
    "an elicitation by URL, of a wrong shape",
)
_error(
    "of_a_huge_code",
    {"code": -(10**30), "message": "huge"},
    "ToolError: error_of_a_huge_code: huge",
    "the code is -10**30",
)
_error("empty_message", {"code": -1, "message": ""}, "ToolError: error_empty_message", "the message is empty")
_error(
    "hostile",
    {"code": -1, "message": "a\u001b[2J\u0000b\u202ec<script>\u0007", "data": {"x": "\u001b[2J"}},
    "ToolError: error_hostile: abc<script>",
    "control characters in the message",
)
_error(
    "of_half_a_megabyte",
    {"code": -1, "message": "x" * 500_000, "data": ["y"] * 1000},
    "ToolError: error_of_half_a_megabyte: x{200}",
    "a message of half a megabyte",
)


@misbehaves(**MUTE)
def silence(ask: Ask) -> str:
    """No answer at all."""
    return OPEN


@misbehaves(**MUTE)
def cancelled_by_the_server(ask: Ask) -> str:
    """The server cancels our request."""
    for n in (ask.id, str(ask.id), None, [], 1.5):
        ask.notify("notifications/cancelled", {"requestId": n, "reason": "I say so"})
    ask.notify("notifications/cancelled")
    return OPEN


@misbehaves(**MUTE)
def answer_too_late(ask: Ask) -> str:
    """The answer comes after the cancel: see `answer_at_last`."""
    ask.server.kept["late"] = ask
    return OPEN


@misbehaves(end="at last")
def answer_at_last(ask: Ask) -> None:
    """Answers a call that was cancelled before its own."""
    if (late := ask.server.kept.pop("late", None)) is not None:
        try:
            late.answer("late")
            late.wire.end()
        except OSError:
            pass  # the client closed that stream
    ask.answer("at last")
