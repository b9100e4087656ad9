"""A schema → the fields of its form.

Rules: whatever the schema, a form has at most `FIELDS` fields, none deeper than
`DEPTH`; what is larger, recursive or says nothing is a JSON field. A property of
one's own name is offered where the schema says that it takes some.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..arguments.schemas import Schema, as_schema, budget, kind, required, resolve
from . import leaves
from .containers import ListField, ObjectField, TupleField, VariantsField
from .faces import face_of, references_of
from .field import Face, Field, Judge
from .naming import help_of, label_of, quantity, variant_label
from .scalars import JsonField
from .shape import Branch, Shape, kind_of, options_of, properties_of, shape_of

FIELDS = 300
DEPTH = 6
_PART = 120  # fields of one property of the form
_LISTED = 1_500  # options of a whole form
_VARIANTS = 20
_ITEMS = 12  # of a tuple
_NAME = 200
_STEPS = 100_000
_JUDGED = 20_000  # steps of judging the defaults: a form is drawn at once


class _TooLargeError(Exception):
    """A property has more fields than a person would fill in."""


class _Place(NamedTuple):
    """How deep a part is, and which references lead to it."""

    depth: int = 0
    references: frozenset[str] = frozenset()


def root_field(schema: Schema) -> ObjectField:
    """Return the root of the form of *schema*."""
    return _Builder(schema).form()


def bare_root(schema: Schema) -> ObjectField:
    """Return a form that takes any name: for a schema that no form can be made of."""
    return ObjectField(Face(schema=as_schema(schema)), extra=JsonField(Face(label="value")))


class _Builder:
    """One building: the schema that references point into, and what may still be drawn."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.steps = budget(_STEPS)
        self.judge = Judge(root, [_JUDGED])
        self.left = FIELDS
        self.listed = _LISTED

    def form(self) -> ObjectField:
        """Return the root, an object whatever the schema says it is."""
        own = resolve(self.root, self.root, self.steps)
        needed = frozenset(required(self.root, self.root))
        parts = self._properties(own, needed)
        fields = _thinned(
            [self._property(name, part, needed) for name, part in list(parts.items())[: FIELDS - 2]]
        )
        self.left = FIELDS - 1 - sum(one.count for one in fields)
        extra = self._extra(own, _Place(1))
        if extra is None and (len(fields) < len(parts) or kind_of(own) != "object"):
            extra = JsonField(Face(label="value"))
        face = Face(label=label_of(own, None), help=help_of(own), schema=self.root)
        return ObjectField(face, fields=fields, extra=extra)

    def _property(self, name: str, part: object, needed: frozenset[str]) -> tuple[Field, Field]:
        """Return the field of a property of the form, and the JSON field that could stand for it."""
        shape = shape_of(part, self.root, self.steps)
        face = face_of(shape, part, name, name in needed)
        plain = self._begun(JsonField(face), shape)
        self.left = _PART
        try:
            return self._field(part, name, needed=name in needed, place=_Place()), plain
        except _TooLargeError:
            return plain, plain

    def _field(self, part: object, name: str | None, *, needed: bool, place: _Place) -> Field:
        """Return the field of *part*; a name of None is an item, which has none."""
        self.left -= 1
        if self.left < 0:
            raise _TooLargeError
        references = references_of(part)
        shape = shape_of(part, self.root, self.steps)
        ends = place.depth >= DEPTH or bool(references & place.references)
        inside = None if ends else _Place(place.depth + 1, place.references | references)
        return self._begun(self._made(shape, face_of(shape, part, name, needed), inside), shape)

    def _made(self, shape: Shape, face: Face, inside: _Place | None) -> Field:
        """Return the field of *shape*; without an *inside* it holds no other field."""
        options = options_of(shape)
        if options is not None:
            self.listed -= len(options)
            return leaves.choice(options, face, room=self.listed >= 0)
        scalar = leaves.joined(shape) if shape.branches else shape.own
        found = kind_of(scalar) if scalar is not None else "variants"
        if scalar is not None and found not in ("object", "array"):
            return leaves.leaf(scalar, face)
        if inside is None:
            return JsonField(face)
        if shape.branches:
            return self._variants(shape.branches, face, inside)
        return (self._object if found == "object" else self._array)(shape.own, face, inside)

    def _begun(self, made: Field, shape: Shape) -> Field:
        return leaves.begun(made, shape.own, self.judge)

    def _variants(self, branches: tuple[Branch, ...], face: Face, inside: _Place) -> Field:
        if len(branches) > _VARIANTS:
            return JsonField(face)
        options: dict[str, Field] = {}
        for branch in branches:
            open_ = references_of(branch.raw)
            label = variant_label(branch.raw, branch.whole)
            if label in options:
                label = f"{label} ({len(options) + 1})"
            if open_ & inside.references:
                options[label] = JsonField(Face(label=label, schema=branch.whole))
                continue
            place = _Place(inside.depth, inside.references | open_)
            options[label] = self._field(branch.whole, None, needed=True, place=place)
        return VariantsField(face, options=tuple(options.items()))

    def _object(self, own: Schema, face: Face, inside: _Place) -> Field:
        needed = frozenset(required(own, self.root))
        parts = self._properties(own, needed)
        if len(parts) > _PART:
            raise _TooLargeError
        fields = [self._field(p, name, needed=name in needed, place=inside) for name, p in parts.items()]
        return ObjectField(face, fields=tuple(fields), extra=self._extra(own, inside))

    def _array(self, own: Schema, face: Face, inside: _Place) -> Field:
        lengths = quantity(own.get("minItems")), quantity(own.get("maxItems"))
        leading = own.get("prefixItems", own.get("items"))
        if isinstance(leading, list):
            return self._tuple(own, leading, face, inside)
        item = own.get("items", True)
        if item is False:
            return JsonField(face)
        options = options_of(found := shape_of(item, self.root, self.steps))
        if options and not found.nullable and self.listed >= len(options):
            self.listed -= len(options)
            return leaves.choices(options, face, *lengths)
        inner = self._field(item, None, needed=True, place=inside)
        return ListField(face, item=inner, min_items=lengths[0], max_items=lengths[1])

    def _tuple(self, own: Schema, leading: list[Any], face: Face, inside: _Place) -> Field:
        """Return a tuple where its length is fixed and small, else JSON."""
        rest = own.get("items") if "prefixItems" in own else own.get("additionalItems")
        count = len(leading)
        fixed = rest is False or rest is None or own.get("maxItems") == count
        if not 0 < count <= _ITEMS or not fixed or own.get("minItems", count) != count:
            return JsonField(face)
        fields = [self._field(part, None, needed=True, place=inside) for part in leading]
        return TupleField(face, fields=tuple(fields))

    def _properties(self, own: Schema, needed: frozenset[str]) -> dict[str, Any]:
        """Return what is drawn: names of a sensible length that a client may set."""
        known = properties_of(own, self.root, self.steps)
        known |= {name: {} for name in needed if name not in known}
        return {
            name: part
            for name, part in known.items()
            if isinstance(name, str)
            and len(name) <= _NAME
            and part is not False
            and (name in needed or as_schema(part).get("readOnly") is not True)
        }

    def _extra(self, own: Schema, inside: _Place) -> Field | None:
        """Return the field of a property that one may name oneself, None where there is none."""
        more = own.get("additionalProperties")
        named = list(as_schema(own.get("patternProperties")).values())
        if more is None:
            more = named[0] if len(named) == 1 else bool(named) or "properties" not in own
        elif named and more is False:
            more = named[0] if len(named) == 1 else True
        if more is False or (kind(own) != "object" and "additionalProperties" not in own):
            return None
        try:
            return self._field(more, None, needed=True, place=inside)
        except _TooLargeError:
            return JsonField(Face())


def _thinned(pairs: list[tuple[Field, Field]]) -> tuple[Field, ...]:
    """Return the fields of a form, the largest as JSON until there are few enough."""
    fields = [drawn for drawn, _ in pairs]
    counts = [one.count for one in fields]
    total = sum(counts)
    for index in sorted(range(len(pairs)), key=counts.__getitem__, reverse=True):
        if total <= FIELDS - 2 or counts[index] == 1:
            break
        total -= counts[index] - 1
        fields[index] = pairs[index][1]
    return tuple(fields)
