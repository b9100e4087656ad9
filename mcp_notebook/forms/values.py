"""JSON values as a form compares, writes and reads them: exactly."""

from __future__ import annotations

import json
from typing import Any

from ..arguments.json_text import read_json

DIGITS = 4_000  # of an integer; Python refuses to write more than 4,300
_DEPTH = 200


def same(one: object, other: object, depth: int = _DEPTH) -> bool:
    """Return whether two JSON values are equal: a boolean is no number, 1 and 1.0 are one."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return (
            depth > 0
            and one.keys() == other.keys()
            and all(same(value, other[name], depth - 1) for name, value in one.items())
        )
    if isinstance(one, list) and isinstance(other, list):
        return (
            depth > 0
            and len(one) == len(other)
            and all(same(a, b, depth - 1) for a, b in zip(one, other, strict=True))
        )
    return one == other


def written(value: object, *, indent: int | None = None) -> str | None:
    """Return *value* as JSON text that reads back equal, None where it has none."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character: written as an escape
        return json.dumps(value, allow_nan=False, indent=indent)
    except (TypeError, ValueError, RecursionError):
        return None
    return text


def read(text: str) -> Any:
    """Return the value that *text* is the JSON of; raises `ValueError`."""
    return read_json(text)


def size(value: object) -> int:
    """Return how many characters of ASCII the JSON of *value* takes; too many to count is a lot."""
    try:
        return len(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return 1 << 40
