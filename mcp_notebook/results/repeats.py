"""Tell whether text only repeats a structured value, and decode JSON text.

Rules: a server may send the value as one JSON text, as one bare string, or (the
Python SDK, for a list) as one block for each innermost item.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

_WRAPPER = "result"
MISSING = object()


def repeats(texts: Sequence[str], value: Any) -> bool:
    """Whether *texts* say *value* and nothing else."""
    if not texts:
        return False
    said = "\n".join(texts)
    return _says(said, value) or _says_items(texts, value)


def unwrapped(structured: Any) -> Any:
    """Return what the SDK wrapped as `{"result": value}` for want of an object, else *structured*."""
    if isinstance(structured, dict) and list(structured) == [_WRAPPER]:
        return structured[_WRAPPER]
    return structured


def decoded(text: str) -> Any:
    """Return *text* decoded where all of it is strict JSON, else `MISSING`."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return MISSING


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _says(text: str, value: Any) -> bool:
    if isinstance(value, str) and text == value:
        return True
    try:
        return bool(unwrapped(decoded(text)) == value)
    except RecursionError:
        return False


def _says_items(texts: Sequence[str], value: Any) -> bool:
    if not isinstance(value, list):
        return False
    items = list(islice(_innermost(value), len(texts) + 1))
    return len(items) == len(texts) and all(
        _says(text, item) for text, item in zip(texts, items, strict=True)
    )


def _innermost(values: list[Any]) -> Iterator[Any]:
    """Yield the items of *values*, lists within it opened."""
    waiting = [iter(values)]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            yield item
        else:
            waiting.pop()
