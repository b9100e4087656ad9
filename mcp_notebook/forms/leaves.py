"""The fields that hold no other: made from what a part of a schema says, and begun with its default."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..arguments.schemas import Schema, kind
from .field import UNSET, Entry, Face, Field, Judge, Visit
from .formats import FORMATS
from .naming import is_long, numeral, quantity
from .options import ChoiceField, ChoicesField, Option
from .scalars import BooleanField, Bounds, IntegerField, JsonField, NullField, NumberField, TextField
from .shape import OPTIONS, Shape
from .values import same, size

_ENTRY = 4_000  # characters of a default that is shown
_NUMBERS = frozenset({"integer", "number"})


def leaf(own: Schema, face: Face) -> Field:
    """Return the field of one value; JSON where nothing says what it is."""
    found = kind(own)
    if "$ref" in own:
        return JsonField(face)
    if found == "string":
        return _text(own, face)
    if found == "number":
        return NumberField(face, bounds=_bounds(own))
    if found == "integer":
        return IntegerField(face, bounds=_bounds(own))
    if found == "boolean":
        return BooleanField(face)
    return NullField(face) if found == "null" else JsonField(face)


def choice(options: tuple[Option, ...], face: Face, *, room: bool) -> Field:
    """Return the field of listed values: of too many, a text that the judge compares."""
    if room and 0 < len(options) <= OPTIONS:
        return ChoiceField(face, options=options)
    if not options and face.nullable:
        return NullField(face)
    texts = options and all(isinstance(option.value, str) for option in options)
    return TextField(face) if texts else JsonField(face)


def choices(options: tuple[Option, ...], face: Face, least: int | None, most: int | None) -> Field:
    """Return the field of several listed values."""
    if len(options) > OPTIONS:
        return JsonField(face)
    return ChoicesField(face, options=options, min_items=least, max_items=most)


def joined(shape: Shape) -> Schema | None:
    """Return what alternatives of one kind have in common (two texts are a text), None if they differ."""
    wholes = [branch.whole for branch in shape.branches]
    kinds = {kind(whole) for whole in wholes}
    bare: dict[str, Any] = {
        name: shape.own[name] for name in ("title", "description", "writeOnly") if name in shape.own
    }
    if kinds == {"string"}:
        formats = {str(whole.get("format")) for whole in wholes}
        return {**bare, "type": "string", **({"format": formats.pop()} if len(formats) == 1 else {})}
    if kinds and kinds <= _NUMBERS:
        return {**bare, "type": "integer" if kinds == {"integer"} else "number"}
    return {**bare, "type": "boolean"} if kinds == {"boolean"} else None


def begun(made: Field, own: Schema, judge: Judge) -> Field:
    """Return *made* with the entry of the schema's default, where the field can hold that."""
    if (
        isinstance(made, ChoiceField)
        and len(made.options) == 1
        and made.face.required
        and kind(own) == "enum"
    ):
        return replace(made, default={"option": 0})
    if isinstance(made, NullField) and made.face.required:
        return replace(made, default={"null": True})
    if "default" not in own or (own["default"] is None and not made.face.required):
        return made
    entry = held(made, own["default"], judge)
    return replace(made, default=entry) if entry is not None and size(entry) <= _ENTRY else made


def held(made: Field, value: Any, judge: Judge) -> Entry | None:
    """Return the entry of *value* where it reads back as the same value."""
    try:
        entry = made.entry(value, judge)
        if entry is None:
            return None
        visit = Visit()
        back = made.read(entry, visit)
    except RecursionError:
        return None
    return entry if not visit.faults and back is not UNSET and same(back, value) else None


def _text(own: Schema, face: Face) -> TextField:
    given = own.get("format")
    format_name = "password" if face.secret else FORMATS.get(given, "") if isinstance(given, str) else ""
    pattern = own.get("pattern")
    return TextField(
        face,
        format=format_name,
        long=not format_name and is_long(own, face.name),
        min_length=quantity(own.get("minLength")),
        max_length=quantity(own.get("maxLength")),
        pattern=pattern if isinstance(pattern, str) else None,
    )


def _bounds(own: Schema) -> Bounds:
    return Bounds(
        minimum=numeral(own.get("minimum")),
        maximum=numeral(own.get("maximum")),
        exclusive_minimum=numeral(own.get("exclusiveMinimum")),
        exclusive_maximum=numeral(own.get("exclusiveMaximum")),
        step=numeral(own.get("multipleOf")),
    )
