r"""A message with halves of characters (`\ud83d` alone) is read as if they were question marks.

What holds for any message: nothing else in it changes, and what is no message is none afterwards.
"""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from mcp_notebook.client.wire import frames

from .values import effort

HALVES = (r"\ud83d", r"\uDE00", r"\ud83dx", r"\udbff\ud83d")
pieces = st.sampled_from([*HALVES, r"\ud83d\ude00", r"\\ud83d", r"\\\ud83d", r"\n", r"\u2028", "é", "a", "/"])
numbers = st.sampled_from(
    [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1e2",
        "1E400",
        "-1e400",
        "0.1",
        "9" * 30,
        "9" * 4_000,
        "1e-400",
        "12345678901234567890.5",
    ]
)
texts = st.lists(pieces, max_size=4).map("".join)


@effort(150)
@given(texts, numbers, st.booleans())
@example(r"\ud83d", "9" * 5_000, False)
def test_only_halves_of_characters_are_changed(text, number, twice):
    """Numbers stay as large, as exact and as negative as they were."""
    rest = f'"n":{number},"n":{number}' if twice else f'"n":{number}'
    line = f'{{"jsonrpc":"2.0","id":1,"result":{{"a":"{text}",{rest}}}}}'.encode()

    assert heard(line) == heard(asked(line))


def heard(line: bytes) -> str | None:
    """Return what is read of *line*, in one handwriting."""
    try:
        return frames.read(line).model_dump_json(by_alias=True)
    except ValueError:
        return None


def asked(line: bytes) -> bytes:
    """Return *line* with a question mark for each half."""
    text = line.decode()
    start = text.index('"a":') + 4
    value, end = json.JSONDecoder().raw_decode(text, start)
    return (text[:start] + json.dumps(value.encode(errors="replace").decode()) + text[end:]).encode()
