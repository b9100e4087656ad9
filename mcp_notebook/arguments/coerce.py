"""Read text as the value a schema wants.

Rules: of the readings a schema allows, the most specific that fits wins: a
listed value, null, integer, number, boolean, array, object, anything; text comes
last. Where text is allowed too, only JSON's own booleans and numbers are such ("no"
is a country, "007" a name). A
comma list is an array one level deep; whatever is deeper is written as JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import ArgumentError, suggest
from ..text import one_line
from .json_text import is_json, read_json, short, short_json, why_not_json
from .judge import fits
from .schemas import Schema, alternatives, choices, item, kind
from .signature import row

_INTEGER = re.compile(r"[+-]?\d+(?:_\d+)*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)
_EXACT = 2**53  # up to here every integer is a float
_ORDER = ("enum", "null", "integer", "number", "boolean", "array", "object", "any", "string")
_WANTED = {
    "null": "null",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a JSON object",
}
_UNJUDGED = frozenset({"type", "title", "description", "default", "examples"})


class _UnreadableError(ValueError):
    """The text has no such reading: the element at fault, what was wanted, and why."""

    def __init__(self, text: str, wanted: str, *, place: str = "", why: str = "") -> None:
        super().__init__(text)
        self.text, self.wanted, self.place, self.why = text, wanted, place, why


def coerce(name: str, text: str, schema: object, root: Schema, *, required: bool = True) -> Any:
    """Return the value of *text* for the parameter *name*; raises `ArgumentError` with its row."""
    try:
        return _read(text, alternatives(schema, root), root)
    except _UnreadableError as error:
        why = f" ({error.why})" if error.why else ""
        raise ArgumentError(
            f"{one_line(name)}{error.place}={short(error.text)} is not {error.wanted}{why}; "
            f"the tool wants {row(name, schema, root, required)}"
        ) from None


def _read(text: str, options: Sequence[Schema], root: Schema, *, nested: bool = False) -> Any:
    options = sorted(options, key=lambda option: _ORDER.index(kind(option)))
    beside_text = any(kind(option) in ("string", "any") for option in options)
    readings: list[tuple[Any, Schema]] = []
    errors: list[_UnreadableError] = []
    for option in options:
        try:
            readings.append((_reading(text, option, root, nested=nested, beside_text=beside_text), option))
        except _UnreadableError as error:
            errors.append(error)
    if not readings:
        raise _joined(text, errors)
    for value, option in readings[:-1]:
        if option.keys() <= _UNJUDGED or fits(value, option, root):
            return value
    return readings[-1][0]


def _joined(text: str, errors: list[_UnreadableError]) -> _UnreadableError:
    if len(errors) == 1:
        return errors[0]
    wanted = " or ".join(dict.fromkeys(e.wanted for e in errors))
    return _UnreadableError(text, wanted, why=next((e.why for e in errors if e.why), ""))


def _reading(text: str, option: Schema, root: Schema, *, nested: bool, beside_text: bool) -> Any:
    wanted = kind(option)
    if wanted == "string":
        return text
    if wanted == "any":
        return _anything(text)
    if wanted == "enum":
        return _listed(text, choices(option))
    if beside_text and wanted in ("boolean", "integer", "number") and not is_json(text.strip().lower()):
        raise _UnreadableError(text, _WANTED[wanted])
    if wanted == "array":
        return _array(text, option, root, nested=nested)
    return _PLAIN[wanted](text)


def _anything(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text


def _null(text: str) -> None:
    if text != "null":
        raise _UnreadableError(text, _WANTED["null"])


def _integer(text: str) -> int:
    try:
        if _INTEGER.fullmatch(text.strip()):
            return int(text)
        value = _number(text)
    except ValueError:
        value = math.inf
    if math.isfinite(value) and value == int(value) and abs(value) <= _EXACT:
        return int(value)
    raise _UnreadableError(text, _WANTED["integer"])


def _number(text: str) -> int | float:
    bare = text.strip()
    try:
        if _INTEGER.fullmatch(bare):
            return int(bare)
        value = float(bare) if _NUMBER.fullmatch(bare) else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    raise _UnreadableError(text, _WANTED["number"])


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.strip().lower())
    if value is None:
        raise _UnreadableError(text, _WANTED["boolean"])
    return value


def _listed(text: str, allowed: Sequence[Any]) -> Any:
    """Return the allowed value whose text this is; the value itself before its JSON."""
    for value in allowed:
        if isinstance(value, str) and value == text:
            return value
    given = _anything(text)
    for value in allowed:
        if (
            not isinstance(value, str)
            and isinstance(value, bool) == isinstance(given, bool)
            and value == given
        ):
            return value
    shown = ", ".join(short_json(v) for v in allowed[:12]) + (", …" if len(allowed) > 12 else "")  # noqa: PLR2004
    names = [one_line(v) for v in allowed[:1000] if isinstance(v, str)]
    near = suggest(text[:200], names)
    wanted = shown if len(allowed) == 1 else f"one of {shown}"
    raise _UnreadableError(text, wanted, why=near if near.startswith("did you mean") else "")


def _array(text: str, option: Schema, root: Schema, *, nested: bool) -> list[Any]:
    try:
        return _json_array(text)
    except ValueError as error:
        if nested or text.lstrip()[:1] in ("[", "{"):
            raise _UnreadableError(text, _WANTED["array"], why=why_not_json(error)) from None
    words = [word.strip() for word in text.split(",")]
    if words[-1] == "":
        words.pop()
    return _elements(words, option, root)


def _json_array(text: str) -> list[Any]:
    """Read a JSON array, its outer brackets left out where the elements have their own."""
    begins = text.lstrip()[:1]
    if begins not in ("[", "{"):
        raise ValueError("no bracket")
    try:
        value = read_json(text)
    except ValueError as error:
        try:
            return list(read_json(f"[{text}]"))
        except ValueError:
            raise error from None
    return value if isinstance(value, list) else [value]


def _elements(words: Sequence[str], option: Schema, root: Schema) -> list[Any]:
    fixed = option.get("prefixItems", option.get("items"))
    count = len(fixed) if isinstance(fixed, list) else 0
    rest = alternatives(item(option, count), root)
    values: list[Any] = []
    for index, word in enumerate(words):
        readings = alternatives(item(option, index), root) if index < count else rest
        try:
            values.append(_read(word, readings, root, nested=True))
        except _UnreadableError as error:
            raise _UnreadableError(word, error.wanted, place=f"[{index}]", why=error.why) from None
    return values


def _object(text: str) -> dict[str, Any]:
    try:
        value = read_json(text)
    except ValueError as error:
        raise _UnreadableError(text, _WANTED["object"], why=why_not_json(error)) from None
    if isinstance(value, dict):
        return value
    raise _UnreadableError(text, _WANTED["object"])


_PLAIN: dict[str, Callable[[str], Any]] = {
    "null": _null,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "object": _object,
}
