"""Text as matplotlib can draw it: one line, of characters that its own font has, and never a formula."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...text import cut, one_line

FAMILY = "DejaVu Sans"
"""comes with matplotlib, so that the picture is the same everywhere"""
EM = 0.56
"""the mean width of a letter, as a share of the size"""
_MISSING = "▯"


def drawable(text: str, limit: int) -> str:
    """Return *text* as at most *limit* characters that the font has."""
    known = _characters()
    line = cut(one_line(text, limit), limit)
    return "".join(char if ord(char) in known else _MISSING for char in line)


def style(size: float, color: str, **more: Any) -> dict[str, Any]:
    """Return what `text` and `annotate` are to be told: a stranger's `$` begins no formula."""
    return {
        "fontsize": size,
        "color": color,
        "fontfamily": FAMILY,
        "parse_math": False,
        "usetex": False,
        **more,
    }


def width(text: str, size: float) -> float:
    """Return about how many points *text* takes."""
    return len(text) * size * EM


@cache
def _characters() -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    font = ft2font.FT2Font(font_manager.findfont(FAMILY))
    return frozenset(font.get_charmap()) - frozenset(range(32))
