"""Read and show JSON: strictly in, shortly out.

Rules: `NaN` and `Infinity` are not JSON; what cannot be read is a `ValueError`
whatever the reason (syntax, depth, an integer of a million digits); what is
shown is short whatever the size of the value.
"""

from __future__ import annotations

import json
import reprlib
from typing import Any

from ..text import one_line

VALUE_LIMIT = 60
_FEW = 6

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = VALUE_LIMIT
_repr.maxlist = _repr.maxdict = _repr.maxtuple = _repr.maxset = 4
_repr.maxlevel = 3


def read_json(text: str) -> Any:
    """Return the value that *text* is the JSON of; raises `ValueError`."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_json(text: str) -> bool:
    """Return whether *text* is JSON."""
    try:
        read_json(text)
    except ValueError:
        return False
    return True


def why_not_json(error: ValueError) -> str:
    """Return where and why the text was not JSON, as a phrase."""
    if not isinstance(error, json.JSONDecodeError):
        return one_line(str(error))
    line = f"line {error.lineno}, " if error.lineno > 1 else ""
    return f"{line}column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"


def short(value: object) -> str:
    """Return *value* as Python shows it, on one line of a few dozen characters."""
    try:
        shown = _repr.repr(value)
    except Exception:
        shown = f"<{type(value).__name__}>"
    return one_line(shown, VALUE_LIMIT * 2)


def short_json(value: object) -> str:
    """Return *value* as JSON, containers of more than a few plain values as `[…]` or `{…}`."""
    if isinstance(value, list | dict) and not _is_small(value):
        return "[…]" if isinstance(value, list) else "{…}"
    if isinstance(value, str):
        value = one_line(value, VALUE_LIMIT)
    try:
        return one_line(json.dumps(value, ensure_ascii=False), VALUE_LIMIT)
    except (TypeError, ValueError):
        return "…"


def _is_small(value: list[Any] | dict[str, Any]) -> bool:
    inner = [*value, *value.values()] if isinstance(value, dict) and len(value) <= _FEW else value
    return len(value) <= _FEW and not any(isinstance(v, list | dict) for v in inner)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
