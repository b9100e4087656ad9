"""Show a schema as a person writes a signature, on one line.

Rules: `name: type (bounds) = default`; `?` marks what may be left out and has no
default. Every word of the server passes `one_line`; whatever its size or depth,
the line is short and ready at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..text import cut, one_line
from .json_text import short_json
from .schemas import (
    Schema,
    Steps,
    alternatives,
    as_schema,
    budget,
    choices,
    is_open,
    kind,
    members,
    required,
    resolve,
)

LINE_LIMIT = 1_000
_ROW_LIMIT = 300
_NAME_LIMIT = 80
_CHOICES = 8
_FIELDS = 6
_DEPTH = 3
_STEPS = 20_000


class _View(NamedTuple):
    """The schema that references point into, and the budget of the whole line."""

    root: Schema
    steps: Steps


def signature(schema: Schema) -> str:
    """Return all parameters of *schema* on one line, in its order."""
    root = as_schema(schema)
    view = _View(root, budget(_STEPS))
    needed = dict.fromkeys(required(root, root))
    known = members(root, root)
    rows: list[str] = []
    room = LINE_LIMIT
    for name in (*known, *(n for n in needed if n not in known)):
        rows.append(_row(name, known.get(name), view, required=name in needed))
        room -= len(rows[-1])
        if room < 0:
            break
    return cut(", ".join(rows), LINE_LIMIT)


def row(name: str, schema: object, root: Schema, required: bool) -> str:
    """Return one parameter: `delay: number (0 to 10) = 0.1`."""
    return _row(name, schema, _View(as_schema(root), budget(_STEPS)), required=required)


def _row(name: str, schema: object, view: _View, *, required: bool) -> str:
    resolved = resolve(schema, view.root, view.steps)
    has_default = "default" in resolved
    mark = "" if required or has_default else "?"
    default = f" = {short_json(resolved['default'])}" if has_default else ""
    return cut(f"{one_line(name, _NAME_LIMIT)}{mark}: {_type(resolved, view, _DEPTH)}{default}", _ROW_LIMIT)


def _type(schema: object, view: _View, depth: int) -> str:
    options = alternatives(schema, view.root, view.steps)
    names = dict.fromkeys(_option(option, view, depth) for option in options[:_CHOICES])
    return cut(" | ".join(names) + (" | …" if len(options) > _CHOICES else ""), _ROW_LIMIT)


def _option(option: Schema, view: _View, depth: int) -> str:
    wanted = kind(option)
    if wanted == "enum":
        values = choices(option)
        more = " | …" if len(values) > _CHOICES else ""
        return " | ".join(short_json(value) for value in values[:_CHOICES]) + more
    if wanted == "array":
        name = "array" + _elements(option, view, depth)
    elif wanted == "object":
        name = _fields(option, view, depth)
    else:
        name = wanted
    limits = _limits(option, wanted)
    return f"{name} ({limits})" if limits else name


def _elements(option: Schema, view: _View, depth: int) -> str:
    inner = option.get("prefixItems", option.get("items"))
    if not inner or depth <= 0:
        return ""
    kinds = inner[:_FIELDS] if isinstance(inner, list) else [inner]
    return f"[{', '.join(_type(k, view, depth - 1) for k in kinds)}]"


def _fields(option: Schema, view: _View, depth: int) -> str:
    known = as_schema(option.get("properties"))
    if depth <= 0:
        return "object"
    if not known:
        inner = option.get("additionalProperties")
        return (
            f"object[{_type(inner, view, depth - 1)}]" if is_open(option) and as_schema(inner) else "object"
        )
    needed = required(option, view.root)
    shown = [
        f"{one_line(name, _NAME_LIMIT)}{'' if name in needed else '?'}: {_type(inner, view, depth - 1)}"
        for name, inner in list(known.items())[:_FIELDS]
    ]
    return "{" + ", ".join(shown) + (", …}" if len(known) > _FIELDS else "}")


def _limits(option: Schema, wanted: str) -> str:
    """Return the bounds of a number, a text or a list, and its format, as words."""
    if wanted in ("integer", "number"):
        words = _between(option, "minimum", "maximum", "")
        words += _bound(option, "exclusiveMinimum", "above") + _bound(option, "exclusiveMaximum", "below")
        words += _bound(option, "multipleOf", "multiple of")
    elif wanted == "string":
        words = _text(option, "format", "") + _between(option, "minLength", "maxLength", " characters")
        words += _text(option, "pattern", "matches ")
    elif wanted == "array":
        words = _between(option, "minItems", "maxItems", " items")
    else:
        words = []
    return ", ".join(words)


def _between(option: Schema, low: str, high: str, unit: str) -> list[str]:
    if _is_number(option.get(low)) and _is_number(option.get(high)):
        return [f"{short_json(option[low])} to {short_json(option[high])}{unit}"]
    words = _bound(option, low, "at least") + _bound(option, high, "at most")
    return [word + unit for word in words]


def _bound(option: Schema, key: str, word: str) -> list[str]:
    return [f"{word} {short_json(option[key])}"] if _is_number(option.get(key)) else []


def _text(option: Schema, key: str, word: str) -> list[str]:
    value = option.get(key)
    return [word + one_line(value, _NAME_LIMIT)] if isinstance(value, str) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
