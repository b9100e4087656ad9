"""Make strict JSON of any Python value: what a tool returns goes over a wire.

Rules: NaN and infinity are null; keys are text; numpy's scalars and arrays, dates,
paths, enums, dataclasses and models are what they stand for; anything else is its
`repr`. Deep nesting and cycles end in words. Only a value of more than `NODES`
parts raises, `TooLargeError`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from uuid import UUID

from ...text import block
from .neighbours import is_missing, is_numpy

NODES = 100_000
DEPTH = 20
REPR_LIMIT = 2_000
_LINE = 100
_WORDS = (PurePath, UUID, Decimal, Fraction, dt.timedelta)
_MOMENTS = (dt.date, dt.time)  # a datetime is a date
_BYTES = (bytes, bytearray, memoryview)
_LONGEST_INT_BITS = 10_000  # below what Python refuses to print


class TooLargeError(ValueError):
    """A value has more parts than anybody reads."""


def plain(value: Any) -> Any:
    """Return *value* as what `json.dumps(…, allow_nan=False)` accepts."""
    return _Walk(NODES).of(value, DEPTH)


def text(value: str) -> str:
    """Return *value* without lone surrogates, which no wire carries."""
    return value.encode(errors="replace").decode()


def spoken(value: Any, limit: int = REPR_LIMIT) -> str:
    """Return the `repr` of *value*, or words for what can't say what it is."""
    try:
        return block(repr(value), limit)
    except Exception:  # whatever somebody's `__repr__` does
        return f"({type(value).__name__} that cannot show itself)"


def written(value: Any) -> str:
    """Return strict JSON as text: on one line where it is short."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return line if len(line) <= _LINE else json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)


class _Walk:
    """One walk through a value, and how many parts it may still have."""

    def __init__(self, left: int) -> None:
        self.left = left

    def of(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise TooLargeError(f"more than {NODES:,} parts")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self.of(value.value, depth)
        if isinstance(value, str):
            return text(str(value))
        if isinstance(value, int):
            return int(value) if value.bit_length() < _LONGEST_INT_BITS else spoken(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else None
        if depth <= 0:
            return f"({type(value).__name__}, nested too deep)"
        try:
            return self._compound(value, depth - 1)
        except TooLargeError:
            raise
        except Exception:  # somebody's property or iterator: its words will do
            return spoken(value)

    def _compound(self, value: Any, depth: int) -> Any:
        if is_missing(value):
            return None
        if isinstance(value, _WORDS):
            return str(value)
        if isinstance(value, _MOMENTS):
            return value.isoformat()
        if isinstance(value, Mapping):
            return {self._key(key): self.of(child, depth) for key, child in value.items()}
        if isinstance(value, Sequence | AbstractSet) and not isinstance(value, _BYTES):
            return [self.of(child, depth) for child in value]
        fields = fields_of(value)
        if fields is not None:
            return {name: self.of(child, depth) for name, child in fields.items()}
        if is_numpy(value):
            return self._numpy(value, depth)
        return spoken(value)

    def _numpy(self, value: Any, depth: int) -> Any:
        if value.size > self.left:
            raise TooLargeError(f"more than {NODES:,} parts")
        if value.dtype.kind in "mM":  # as nanoseconds they say nothing
            value = value.astype(str)
        return self.of(value.tolist(), depth)

    def _key(self, key: Any) -> str:
        if type(key) is str:
            return text(key)
        told = self.of(key, 1)
        return spoken(key) if isinstance(told, list | dict) else str(told)


def fields_of(value: Any) -> dict[str, Any] | None:
    """Return the fields of a dataclass or a pydantic model, or None for anything else."""
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if hasattr(type(value), "__pydantic_fields__"):
        return dict(value.model_dump(by_alias=True))
    return None
