"""Lines as servers write them: progress in many handwritings, and all that looks like it and is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .values import messages, progresses, totals

METHOD = "notifications/progress"


@dataclass(frozen=True)
class Line:
    """One line of a server's output, without its end, and what it is."""

    data: bytes
    kind: str
    """`progress`, `other`, `rubbish` or `nothing`"""
    content: Any = None
    """the parameters of a progress; another message as it must come out"""


def compact(message: object) -> str:
    """Write as pydantic does: no spaces, characters as they are."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def turned(message: dict[str, Any]) -> str:
    """Write as the TypeScript SDK does: the method first, the version last."""
    return compact({key: message[key] for key in sorted(message, key="jsonrpc".__eq__)})


def doubled(message: dict[str, Any]) -> str:
    """Say one thing twice: what is said last counts."""
    params = message.get("params")
    if isinstance(params, dict) and "progress" in params:
        first, rest = compact(params)[:-1], compact({"progress": params["progress"]})[1:]
        first = first.replace('"progress":', '"progress":-7,"progress":', 1)
        return compact({**message, "params": "?"}).replace('"?"', f"{first},{rest}")
    return compact(message)


def spaced(message: object) -> str:
    """Write with spaces, and a carriage return at the end."""
    return f" {json.dumps(message)} \r"


HANDS = (json.dumps, compact, turned, doubled, spaced)


def slashed(message: object) -> str:
    """Write as PHP does: the slash of the method is escaped."""
    return compact(message).replace("s/p", r"s\/p")


def encoded(text: str) -> bytes:
    """Return *text* on the wire; lone surrogates were never characters."""
    return text.encode(errors="surrogatepass")


def notification(token: object, values: dict[str, Any]) -> dict[str, Any]:
    """Return a progress notification."""
    return {"jsonrpc": "2.0", "method": METHOD, "params": {"progressToken": token, **values}}


def progress(token: object, values: dict[str, Any], hand=compact) -> Line:
    """Return a progress line."""
    message = notification(token, values)
    return Line(encoded(hand(message)), "progress", message["params"])


def other(message: dict[str, Any], hand=compact) -> Line:
    """Return the line of a message that is no progress."""
    return Line(encoded(hand(message)), "other", message)


values = st.fixed_dictionaries(
    {"progress": progresses}, optional={"total": totals, "message": messages, "extra": st.integers()}
)
strangers = st.sampled_from(["nobody's", "", 0, 7, None, 1.5, True, ["mine"], {"a": 1}])


def progress_lines(tokens: st.SearchStrategy[object], hands=HANDS) -> st.SearchStrategy[Line]:
    """Generate progress under *tokens*, decent and hostile, in every handwriting."""
    return st.builds(progress, tokens, values, st.sampled_from(hands))


def is_valid_text(line: Line) -> bool:
    """Say whether *line* is UTF-8: a lone surrogate is not."""
    try:
        line.data.decode()
    except UnicodeDecodeError:
        return False
    return True


talk = st.builds(
    other,
    st.sampled_from(
        [
            {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": METHOD}},
            {"jsonrpc": "2.0", "method": METHOD + "/x", "params": {"progressToken": "a", "progress": 9}},
            {"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": "a:\n\u2028"}},
            {"jsonrpc": "2.0", "id": 1, "method": METHOD, "params": {"progressToken": "a", "progress": 9}},
            {"jsonrpc": "2.0", "id": "é", "method": "ping"},
            {"jsonrpc": "2.0", "id": 999_999, "result": {"method": METHOD}},
        ]
    ),
    st.sampled_from(HANDS),
)
rubbish = st.sampled_from(
    [
        Line(data, "rubbish")
        for data in (
            b"hello",
            b"{",
            b"[]",
            b"7",
            b'"notifications/progress"',
            b'["notifications/progress"]',
            b'{"method": "notifications/progress", "params": {',
            b"\xff\xfe",
            b"\x00",
            b'{"jsonrpc": "2.0"}',
            b"[" * 2_000 + b'"notifications/progress"',
        )
    ]
)
nothing = st.sampled_from([Line(data, "nothing") for data in (b"", b" ", b"\r", b"\t ")])


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut *data* at *cuts*, each a number of bytes from the cut before."""
    pieces = []
    for cut in cuts:
        if not data:
            break
        pieces.append(data[:cut])
        data = data[cut:]
    return [piece for piece in (*pieces, data) if piece]
