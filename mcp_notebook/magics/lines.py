"""What the lines of all magics have in common: options, quotes, numbers. Plain values out, no side effects."""

from __future__ import annotations

import shlex
from typing import Any

from IPython.core.error import UsageError


def silenced(line: str) -> tuple[str, bool]:
    """Return *line* without a trailing semicolon, and whether it had one: it silences the output."""
    bare = line.rstrip()
    return (bare[:-1], True) if bare.endswith(";") else (line, False)


def options(parser: Any, line: str) -> Any:
    """Read a line that is all options; whatever is wrong with it is a `UsageError`."""
    try:
        return parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"cannot read the line: {error}") from None


def plain(word: str) -> str:
    """Return *word* without its quotes."""
    from ..arguments import unquote

    return unquote(word)


def name(word: str) -> str:
    """Return *word* if it can be a variable's name."""
    if not word.isidentifier():
        raise UsageError(f"{word!r} is not a name that a result can be assigned to")
    return word


def seconds(word: str) -> float | None:
    """Return a number of seconds, or None for `none`."""
    if word.lower() in ("none", "off"):
        return None
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not value > 0:
        raise UsageError(f"{word!r} is not a number of seconds above 0, or none")
    return value


def whole(word: str) -> int:
    """Return a whole number of at least 1."""
    if not (word.isascii() and word.isdecimal() and word.strip("0") and len(word) <= 18):  # noqa: PLR2004
        raise UsageError(f"{word!r} is not a whole number of at least 1")
    return int(word)
