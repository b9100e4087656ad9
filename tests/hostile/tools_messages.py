"""Messages that are no line of text, and floods."""

from __future__ import annotations

import json

from .behaviours import misbehaves
from .protocol import Ask

MEGABYTE = 1_000_000


def _message(
    name: str, literal: str, shown: str | None, repaired: int = 1, says: str = "", **more: object
) -> None:
    def play(ask: Ask) -> None:
        ask.progress(5, total=10, message="five")
        ask.progress_literal(progress="6", total="10", message=literal)
        ask.answer()

    play.__doc__ = f"`message` is {says or literal}"
    repairs = (("messages", 1),) if repaired else ()
    wanted = {"progress": 6.0, "total": 10.0, "message": shown, "repairs": repairs}
    misbehaves(play, name=f"message_{name}", **wanted, **more)


_message("of_a_megabyte", json.dumps("x" * MEGABYTE), "x" * 1999 + "…", says="1 MB long")
_message(
    "of_three_megabytes",
    json.dumps("x" * 3 * MEGABYTE),
    "x" * 1999 + "…",
    says="3 MB long",
    over={
        "sse": {
            "end": "ConnectionLostError: ",
            "status": "failed",
            "progress": 5.0,
            "message": "five",
            "repairs": (),
            "state": "lost",
            "after": "ConnectionLostError",
        }
    },
)
_message("ansi", r'"\u001b[31mred\u001b[0m\u001b]0;title\u0007"', "red")
_message("control_characters", r'"a\u0007b\u0008c\u009bd"', "abcd")
_message("null_bytes", r'"a\u0000b"', "ab")
_message("bidi", r'"abc\u202edef\u2066\u200f"', "abcdef")
_message("html", '"<script>alert(1)</script><b>&amp;"', "<script>alert(1)</script><b>&amp;", 0)
_message("newlines", r'"a\nb\r\nc\u2028d\u0085e"', "a b c d e")
_message(
    "surrogates",
    r'"a\ud800b\udfffc"',
    "abc",
    over={
        "memory": {"progress": 5.0, "message": "five", "repairs": ()},
        "sse": {"progress": 5.0, "message": "five", "repairs": ()},
    },
)
_message("number", "7", "five")
_message("boolean", "true", "five")
_message("list", '["seven"]', "five")
_message("dict", '{"text":"seven"}', "five")
_message("null", "null", "five", 0)
_message("empty", '""', None, 0)
_message("only_controls", r'"\u001b[2J\u0000"', None)


@misbehaves(
    arguments={"n": 100_000},
    ways="stdio-2026",
    progress=100_000.0,
    total=100_000.0,
    message="step",
)
def flood_of_100_000(ask: Ask) -> None:
    """100,000 notifications in one go."""
    flood(ask)


@misbehaves(arguments={"n": 20_000}, ways="http-2026", progress=20_000.0, total=20_000.0, message="step")
def flood_of_20_000(ask: Ask) -> None:
    """20,000 notifications in one go."""
    flood(ask)


@misbehaves(arguments={"n": 5_000}, progress=5_000.0, total=5_000.0, message="step")
def flood_of_5_000(ask: Ask) -> None:
    """5,000 notifications in one go."""
    flood(ask)


def flood(ask: Ask) -> None:
    """Count to n, as fast as it goes."""
    n = ask.arguments["n"]
    head = f'{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":"{ask.token}",'
    ask.wire.messages(f'{head}"progress":{i},"total":{n},"message":"step"}}}}' for i in range(1, n + 1))
    ask.answer()


@misbehaves(progress=5.0, total=10.0, message="five", strays=2_000)
def flood_for_nobody(ask: Ask) -> None:
    """2,000 notifications for a token that nobody has."""
    ask.progress(5, total=10, message="five")
    line = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"no","progress":%d}}'
    ask.wire.messages(line % i for i in range(2_000))
    ask.answer()


@misbehaves
def flood_of_unknown_notifications(ask: Ask) -> None:
    """500 notifications that no revision knows."""
    ask.wire.messages(
        '{"jsonrpc":"2.0","method":"notifications/unheard_of","params":{"n":1}}' for _ in range(500)
    )
    ask.answer()


@misbehaves
def flood_of_log_messages(ask: Ask) -> None:
    """500 log messages with hostile data."""
    data = json.dumps(
        {"level": "error", "logger": "\u001b[2J", "data": {"html": "<script>", "deep": [[[[]]]]}}
    )
    line = f'{{"jsonrpc":"2.0","method":"notifications/message","params":{data}}}'
    ask.wire.messages(line for _ in range(500))
    ask.answer()


@misbehaves
def flood_of_list_changes(ask: Ask) -> None:
    """500 times: the tools have changed."""
    line = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'
    ask.wire.messages(line for _ in range(500))
    ask.answer()


@misbehaves
def flood_of_requests(ask: Ask) -> None:
    """50 requests to the client at once."""
    line = '{"jsonrpc":"2.0","id":"flood-%d","method":"ping"}'
    ask.wire.messages(line % i for i in range(50))
    ask.answer()
