"""What a raw value of the line stands for: text, or an object of the notebook.

Rules: `{expr}` or `$name` alone, outside quotes, is the Python object itself;
inside longer text or double quotes it is formatted with `str()`. `$$`, `{{` and
`}}` are the characters; a `$` before anything but a name is text. A {…} or […]
that is JSON is JSON: nothing in it expands. A {…} that only reads as Python
with its braces ({'a': x}) is that dict or set.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import ArgumentError
from .json_text import is_json, short
from .words import BARE, LITERAL, bracket_end, shell

Evaluate = Callable[[str], object]

_NAME = re.compile(r"\$([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class Given:
    """A Python object that is passed as it is."""

    value: object


def read_value(raw: str, evaluate: Evaluate) -> str | Given:
    """Return the text of *raw*, expanded, or the object it stands for."""
    if raw[:1] in ("[", "{") and is_json(raw):
        return raw
    text, marks = shell(raw)
    parts: list[str] = []
    at = 0
    while at < len(text):
        end, source, plain = _part(text, at) if marks[at] != LITERAL else (at + 1, None, text[at])
        if source is not None:
            value = run(source, text[at:end], evaluate)
            if at == 0 and end == len(text) and set(marks) == {BARE}:
                return Given(value)
            plain = _as_text(value, source)
        parts.append(plain)
        at = end
    return "".join(parts)


def run(source: str, written: str, evaluate: Evaluate) -> object:
    """Return what *evaluate* makes of *source*; its errors become `ArgumentError`."""
    try:
        return evaluate(source)
    except NameError as error:
        name = getattr(error, "name", None) or source
        escaped = f"${written}" if written.startswith("$") else f"{{{written}}}"
        raise ArgumentError(
            f"no variable {short(name)} in this notebook; write {escaped} for the text"
        ) from error
    except Exception as error:
        raise ArgumentError(f"the expression {short(source)} failed: {_said(error)}") from error


def source_of(span: str) -> str:
    """Return the expression that a {…} span holds: what is inside, or the whole dict or set."""
    inner = span[1:-1].strip()
    return span if not _is_expression(inner) and _is_expression(span) else inner


def _part(text: str, at: int) -> tuple[int, str | None, str]:
    """Return the end of the part at *at*, the expression it holds if any, and else its text."""
    doubled = text[at : at + 2]
    if doubled in ("$$", "{{", "}}"):
        return at + 2, None, doubled[0]
    name = _NAME.match(text, at)
    if name:
        return name.end(), name[1], ""
    if text[at] == "{":
        end = bracket_end(text, at)
        span = text[at:end]
        return (end, None, span) if is_json(span) else (end, source_of(span), "")
    return at + 1, None, text[at]


def _is_expression(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _as_text(value: object, source: str) -> str:
    try:
        return str(value)
    except Exception as error:
        raise ArgumentError(f"{short(source)} cannot be written as text: {_said(error)}") from error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {short(error) if not str(error) else str(error).splitlines()[0][:200]}"
