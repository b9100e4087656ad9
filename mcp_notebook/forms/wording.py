"""What a judge found wrong → a few words for the person who entered it.

Rules: the words follow the name of the field ("must be at most 16"); the value
is not repeated, for it stands beside them; a stranger's text in them is short and clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..arguments.json_text import short_json
from ..arguments.judge import Fault as Found
from ..arguments.schemas import as_schema
from ..text import one_line
from .field import REQUIRED, Fault

_CHOICES = 8
_TYPES = {
    "null": "null",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "string": "text",
}


def faults_of(found: Found) -> Iterator[Fault]:
    """Yield the faults to show for what a judge *found*: one for each field that lacks or is too many."""
    value, wanted = found.value, found.wanted
    if found.keyword == "required" and isinstance(value, dict) and isinstance(wanted, list):
        for name in wanted:
            if isinstance(name, str) and name not in value:
                yield Fault((*found.path, name), REQUIRED)
    elif found.keyword == "additionalProperties" and wanted is False and isinstance(value, dict):
        known = as_schema(as_schema(found.schema).get("properties"))
        for name in value:
            if name not in known:
                yield Fault((*found.path, name), "is not a name that is known here")
    else:
        yield Fault(found.path, words_of(found))


def words_of(found: Found) -> str:
    """Return what is wrong, after the name of the field."""
    wording = _WORDS.get(found.keyword)
    return wording(found.wanted) if wording is not None else "is not what is asked for here"


def _types(wanted: Any) -> str:
    names = wanted if isinstance(wanted, list) else [wanted]
    return "must be " + (" or ".join(_TYPES.get(str(name), "of another kind") for name in names))


def _listed(wanted: Any) -> str:
    values = list(wanted) if isinstance(wanted, list) else []
    if len(values) == 1:
        return f"must be {_said(values[0])}"
    more = ", …" if len(values) > _CHOICES else ""
    return "must be one of " + ", ".join(_said(value) for value in values[:_CHOICES]) + more


def _said(value: Any) -> str:
    return (one_line(value, 60) if isinstance(value, str) else short_json(value)) or '""'


def _counted(bound: str, noun: str, nouns: str) -> Callable[[Any], str]:
    def words(wanted: Any) -> str:
        if wanted == 1 and bound == "at least" and noun == "character":
            return "must not be empty"
        return f"must have {bound} {_said(wanted)} {noun if wanted == 1 else nouns}"

    return words


def _bound(phrase: str) -> Callable[[Any], str]:
    return lambda wanted: f"must be {phrase} {_said(wanted)}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "type": _types,
    "enum": _listed,
    "const": lambda wanted: f"must be {_said(wanted)}",
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("above"),
    "exclusiveMaximum": _bound("below"),
    "multipleOf": _bound("a multiple of"),
    "minLength": _counted("at least", "character", "characters"),
    "maxLength": _counted("at most", "character", "characters"),
    "minItems": _counted("at least", "item", "items"),
    "maxItems": _counted("at most", "item", "items"),
    "minProperties": _counted("at least", "entry", "entries"),
    "maxProperties": _counted("at most", "entry", "entries"),
    "uniqueItems": lambda _: "must not have an item twice",
    "contains": lambda _: "must have an item of another kind",
    "pattern": lambda wanted: f"must match {one_line(str(wanted), 80)}",
    "anyOf": lambda _: "fits none of the allowed forms",
    "oneOf": lambda _: "must fit exactly one of the allowed forms",
    "not": lambda _: "is not allowed",
    "dependentRequired": lambda _: "needs another field to be filled in, too",
    "dependencies": lambda _: "needs another field to be filled in, too",
    "additionalItems": lambda _: "has too many items",
    "items": lambda _: "has too many items",
    "propertyNames": lambda _: "has a name that is not allowed",
    "": lambda _: "is not allowed",
}
