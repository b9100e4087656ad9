"""How a field is called and explained: clean words from what a stranger's schema says."""

from __future__ import annotations

import json
import math
from typing import Any

from ..arguments.schemas import Schema, as_schema, kind
from ..text import block, one_line

_LABEL = 80
_HELP = 2_000
_HINT = 40
_KIND = 40
_LONG = 200  # characters from which a text is long
_LONG_NAMES = frozenset({
    "body", "code", "content", "contents", "css", "diff", "html", "instructions", "json", "markdown",
    "patch", "prompt", "script", "source", "sql", "svg", "template", "xml", "yaml",
})  # fmt: skip
_LONG_WORDS = ("multi-line", "multiline", "several lines", "markdown", "source code")
_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "object",
    "null": "nothing",
    "enum": "one of a list",
    "any": "JSON",
}


def label_of(own: Schema, name: str | None) -> str:
    """Return the title, else the name, on one line; an item of a list (None) may have neither."""
    title = own.get("title")
    if isinstance(title, str) and (shown := one_line(title, _LABEL)):
        return shown
    return "" if name is None else one_line(name, _LABEL) or "(no name)"


def help_of(own: Schema) -> str:
    """Return the description, and that a field is deprecated."""
    told = own.get("description")
    words = block(told, _HELP).strip() if isinstance(told, str) else ""
    return f"{words}\n(deprecated)".strip() if own.get("deprecated") is True else words


def is_secret(own: Schema) -> bool:
    """Return whether a value must not be shown: `format: password`, or `writeOnly`."""
    return own.get("format") == "password" or own.get("writeOnly") is True


def is_long(own: Schema, name: str) -> bool:
    """Return whether a text wants an area of several lines: it says so, or sounds like it."""
    if own.get("format") in ("textarea", "multiline", "markdown", "html") or "contentMediaType" in own:
        return True
    longest = own.get("maxLength")
    if isinstance(longest, int):
        return longest > _LONG
    if "format" in own or "pattern" in own:
        return False
    told = own.get("description")
    words = told[:_HELP].lower() if isinstance(told, str) else ""
    last = name.lower().replace("-", "_").rpartition("_")[2]
    return last in _LONG_NAMES or any(word in words for word in _LONG_WORDS)


def variant_label(raw: Schema, whole: Schema) -> str:
    """Return how an alternative is called: title, the constant that marks it, its definition, its kind."""
    title = raw.get("title")
    if isinstance(title, str) and (shown := one_line(title, _LABEL)):
        return shown
    for inner in as_schema(raw.get("properties")).values():
        mark = as_schema(inner).get("const")
        if isinstance(mark, str) and (shown := one_line(mark, _LABEL)):
            return shown
    reference = raw.get("$ref")
    if isinstance(reference, str) and (shown := one_line(reference.rpartition("/")[2], _LABEL)):
        return shown
    return kind_label(whole)


def kind_label(whole: Schema) -> str:
    """Return what kind of value *whole* asks for, as a word or two."""
    found = kind(whole)
    if found == "string" and isinstance(whole.get("format"), str):
        return one_line(whole["format"], _LABEL) or "text"
    names = list(as_schema(whole.get("properties")))
    if found == "object" and names:
        return f"object: {one_line(', '.join(map(str, names[:3])), _KIND)}{', …' if len(names) > 3 else ''}"  # noqa: PLR2004
    inner = as_schema(whole.get("items"))
    if found == "array" and kind(inner) not in ("any", "array"):
        return f"list of {_KINDS[kind(inner)]}"
    return _KINDS.get(found, "JSON")


def numeral(value: Any) -> str | None:
    """Return a bound as JSON writes it, None where it is none or too long to show."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value.bit_length() > _HINT * 4 if isinstance(value, int) else not math.isfinite(value):
        return None
    text = json.dumps(value)
    return text if len(text) <= _HINT else None


def quantity(value: Any) -> int | None:
    """Return a length or a number of items, None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else None
