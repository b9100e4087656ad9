"""Python objects → the JSON values that can be sent.

Rules: what is plain already is returned as it is. Libraries are recognised by
what their types offer, never imported. Nothing is guessed: NaN, cycles, keys that
are not text and objects without an obvious form are an `ArgumentError` that says
where and what to pass instead.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from ..errors import ArgumentError
from ..text import one_line
from .json_text import short

_BITS = 14_283  # Python refuses to write integers of more than 4,300 digits
_DEPTH = 200


def jsonable(value: object) -> Any:
    """Return *value* as JSON values; raises `ArgumentError` where it has none.

    Dates are ISO 8601, bytes base64, enums their value, dataclasses and pydantic
    models objects, data frames records, sets lists (sorted where they can be).
    """
    return value if _is_plain(value, _DEPTH) else _Conversion().convert(value, ())


def _is_plain(value: object, depth: int) -> bool:
    kind = type(value)
    if kind is str:
        return bool(value.isascii())  # type: ignore[attr-defined]
    if kind is bool or value is None:
        return True
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]
    if kind is int:
        return -(2**63) <= value < 2**64  # type: ignore[operator]
    if depth and kind is list:
        return all(_is_plain(inner, depth - 1) for inner in value)  # type: ignore[attr-defined]
    if depth and kind is dict:
        pairs = value.items()  # type: ignore[attr-defined]
        return all(type(name) is str and _is_plain(inner, depth - 1) for name, inner in pairs)
    return False


class _Conversion:
    """One conversion: remembers the objects it is inside of."""

    def __init__(self) -> None:
        self._open: set[int] = set()

    def convert(self, value: Any, path: tuple[object, ...]) -> Any:
        """Return *value*, found at *path*, as JSON values."""
        scalar = _scalar(value, path)
        if scalar is not _NONE:
            return scalar
        if id(value) in self._open:
            raise ArgumentError(f"{_where(path)} holds itself; JSON has no cycles, pass a copy without it")
        if len(path) >= _DEPTH:
            raise ArgumentError(f"{_where(path)} is nested too deeply for JSON; pass something flatter")
        self._open.add(id(value))
        try:
            return self._container(value, path)
        finally:
            self._open.discard(id(value))

    def _container(self, value: Any, path: tuple[object, ...]) -> Any:
        if isinstance(value, Mapping):
            return {_name(k, path): self.convert(v, (*path, k)) for k, v in value.items()}
        if isinstance(value, AbstractSet):
            value = _in_order(value)
        if isinstance(value, Sequence):
            return [self.convert(inner, (*path, index)) for index, inner in enumerate(value)]
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {
                f.name: self.convert(getattr(value, f.name), (*path, f.name))
                for f in dataclasses.fields(value)
            }
        other = _foreign(value, path)
        if type(other) is not type(value):
            return self.convert(other, path)
        raise ArgumentError(
            f"{_where(path)} is of type {type(value).__qualname__}, which JSON has no form for; "
            "pass text, numbers, lists or a dict made from it"
        )


_NONE: Any = object()


def _scalar(value: Any, path: tuple[object, ...]) -> Any:
    """Return the JSON of a single value, or _NONE for what is not one."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _scalar(value.value, path) if value.value is not value else _NONE
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _whole(value, path)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ArgumentError(
                f"{_where(path)} is {float(value)}, which JSON has no word for; pass None or a number"
            )
        return float(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.date | dt.time):
        if value != value:  # noqa: PLR0124  (pandas.NaT is a date, and unequal to itself)
            raise ArgumentError(f"{_where(path)} is not a time (NaT); pass None or a date")
        return value.isoformat()
    return str(value) if isinstance(value, PurePath | Decimal | UUID) else _NONE


def _text(value: str, path: tuple[object, ...]) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ArgumentError(
            f"{_where(path)} holds half a character (a lone surrogate); pass valid text"
        ) from None
    return value if type(value) is str else str.__str__(value)


def _whole(value: int, path: tuple[object, ...]) -> int:
    if value.bit_length() > _BITS:
        raise ArgumentError(f"{_where(path)} is an integer of {value.bit_length()} bits; pass it as text")
    return int(value)


def _name(key: object, path: tuple[object, ...]) -> str:
    if isinstance(key, str):
        return _text(key.value if isinstance(key, Enum) else key, path)
    raise ArgumentError(
        f"{_where(path)} has the key {short(key)}, a {type(key).__qualname__}; JSON keys are text, use str(key)"
    )


def _in_order(value: AbstractSet[Any]) -> list[Any]:
    try:
        return sorted(value)
    except TypeError:
        return list(value)


def _foreign(value: Any, path: tuple[object, ...]) -> Any:
    """Return what an object of pydantic, numpy, pandas or the like says it is; *value* if it says nothing."""
    if isinstance(value, type):
        return value
    if isinstance(value, Enum):
        return value.value
    try:
        if _offers(value, "model_dump"):
            return value.model_dump(mode="json")
        if _offers(value, "to_dicts"):
            return value.to_dicts()
        if _offers(value, "to_dict") and hasattr(value, "columns"):
            return value.to_dict(orient="records")
        return _array(value)
    except Exception as error:
        reason = f"{type(error).__name__}: {one_line(str(error))}"
        raise ArgumentError(
            f"{_where(path)}, a {type(value).__qualname__}, cannot be written as JSON: {reason}"
        ) from error


def _array(value: Any) -> Any:
    """Return the plain values of an array, a scalar of one, or a series."""
    data_type = getattr(value, "dtype", None)
    if getattr(data_type, "kind", "") == "M" and _offers(value, "astype"):
        value = value.astype(str)  # the plain form of a numpy time is a count of nanoseconds
    tries: list[str] = ["tolist", "to_list"] + (["item"] if data_type is not None else [])
    for method in tries:
        if _offers(value, method):
            convert: Callable[[], Any] = getattr(value, method)
            return convert()
    return value


def _offers(value: object, method: str) -> bool:
    return callable(getattr(type(value), method, None))


def _where(path: tuple[object, ...]) -> str:
    """Return the place of a value: `items[3].name`, or "the value" at the top."""
    if not path:
        return "the value"
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return one_line("".join(parts).removeprefix("."))
