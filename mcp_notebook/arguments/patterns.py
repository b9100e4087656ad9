"""Match a stranger's regular expressions without the risk of never coming back.

Rules: Python's engine backtracks and cannot be interrupted, so a pattern runs
only where a rough upper bound of its steps is small. What is not run counts as
matched: the server knows its own pattern.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STEPS = 10_000_000
_PATTERN_LIMIT = 1_000
_CHOICES = 20
_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape or a […] is one character
_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_GROUP_START = re.compile(r"\(\?(?:[:=!]|<[=!]|P?<\w+>)")


def may_match(pattern: str, text: str) -> bool:
    """Return whether *text* matches, or may: False only for a pattern that was tried and failed."""
    compiled, loops, choices = _cost(pattern)
    if compiled is None or choices > _CHOICES:
        return True
    if (len(text) + 1) ** (loops + 1) << choices > _STEPS:
        return True
    return compiled.search(text) is not None


@lru_cache(maxsize=512)
def _cost(pattern: str) -> tuple[re.Pattern[str] | None, int, int]:
    """Return the pattern, its repeats and its choices; None where it is wrong or repeats a repeat."""
    bare = _GROUP_START.sub("(", _CLASS.sub("x", pattern[: _PATTERN_LIMIT + 1]))
    if len(pattern) > _PATTERN_LIMIT or _repeats_a_choice(bare):
        return None, 0, 0
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None, 0, 0
    quantifiers = _QUANTIFIER.findall(bare)
    optional = quantifiers.count("?") + bare.count("|")
    return compiled, len(quantifiers) - quantifiers.count("?"), optional


def _repeats_a_choice(bare: str) -> bool:
    """Return whether a group that holds a repeat or an alternative is itself repeated."""
    open_groups: list[int] = []
    for at, char in enumerate(bare):
        if char == "(":
            open_groups.append(at)
        elif char == ")" and open_groups:
            inside = bare[open_groups.pop() + 1 : at]
            if _QUANTIFIER.match(bare, at + 1) and ("|" in inside or _QUANTIFIER.search(inside)):
                return True
    return False
