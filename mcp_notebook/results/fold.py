"""Fold long text: its first lines stay in sight, the rest opens on a click.

Rules: every character is there once, so it copies as it came; the lines in sight
and the folded ones together are bounded by a limit, and what is beyond says
how much there is and where.
"""

from __future__ import annotations

from ..text import BLOCK_LIMIT, block
from .html import Html, details, join, muted, pre, tag
from .words import counted, more

LONG_LINES = 24
LONG_TEXT = 4_000
_KEPT_LINES = 12
_KEPT_TEXT = 2_000


def folded(text: str, whole: str, limit: int = BLOCK_LIMIT) -> Html:
    """Return *text* as preformatted HTML, folded where it is long; *whole* says how to get all of it."""
    shown = block(text, limit)
    end = _visible(shown)
    cut = (
        [tag("div", muted(f"{counted(len(text), 'character')} in all: {whole}"))] if len(text) > limit else []
    )
    if end == len(shown):
        return join([pre(shown), *cut])
    head, rest = shown[:end].removesuffix("\n"), shown[end:]
    return join([pre(head), details(muted(_rest(rest)), pre(rest), *cut)])


def is_long(text: str) -> bool:
    """Whether *text* is too long to stand unfolded."""
    return len(text) > LONG_TEXT or text.count("\n", 0, LONG_TEXT) >= LONG_LINES


def _visible(text: str) -> int:
    """Return how many characters stay in sight; the end of a line where one is near."""
    if not is_long(text):
        return len(text)
    end = 0
    for _ in range(_KEPT_LINES):
        line = text.find("\n", end) + 1
        if not line or line > _KEPT_TEXT:
            return end or _KEPT_TEXT
        end = line
    return end


def _rest(rest: str) -> str:
    lines = rest.rstrip("\n").count("\n") + 1
    return more(lines, "line") if lines > 1 else more(len(rest), "character")
