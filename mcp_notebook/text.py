"""Make a stranger's text safe to show.

Rules: a message is one line; ANSI sequences, control characters and bidi
controls never pass; what is cut says so with an ellipsis. Nothing here knows
HTML: escaping belongs to whoever writes HTML.
"""

from __future__ import annotations

import re

BAR_LIMIT = 200
HISTORY_LIMIT = 2_000
BLOCK_LIMIT = 100_000

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_].*?(?:\x1b\\|$)|[ -/]*[0-~])", re.DOTALL
)
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# C0 and C1 controls, line and paragraph separators, lone surrogates, the byte order mark.
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff{_BIDI}]")
_SPACE = re.compile(r"\s+")


def one_line(text: str, limit: int = BAR_LIMIT) -> str:
    """Return *text* as a single printable line of at most *limit* characters."""
    # A megabyte of message costs no more than the part of it that can be shown.
    head = text[: limit * 4]
    line = _SPACE.sub(
        " ", _CONTROL.sub("", _ANSI.sub("", head.replace("\u2028", " ").replace("\u2029", " ")))
    ).strip()
    return cut(line if len(text) <= len(head) else line + " …", limit)


def line_of(value: object, limit: int = BAR_LIMIT) -> str:
    """Return anything as one line of text; what cannot be shown says so."""
    if type(value) is str and len(value) <= limit and value.isprintable():
        return value
    try:
        return one_line(str(value), limit)
    except Exception:  # whatever somebody's `__str__` does
        return f"({type(value).__name__} that cannot be shown)"


def block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """Return *text* as printable lines (tabs and newlines stay) of at most *limit* characters."""
    head = text[: limit * 2].replace("\r\n", "\n").replace("\r", "\n")
    return cut(_CONTROL.sub("", _ANSI.sub("", head)), limit)


def cut(text: str, limit: int) -> str:
    """Return *text*, its end replaced by an ellipsis where it is longer than *limit*."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
