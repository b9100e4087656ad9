"""What a part of a schema says of itself: its face, and the references it is made of."""

from __future__ import annotations

from ..arguments.schemas import as_schema
from .field import Face
from .naming import help_of, is_secret, label_of
from .shape import Shape

_PARTS = 20  # of an `allOf` that are looked at


def face_of(shape: Shape, part: object, name: str | None, needed: bool) -> Face:
    """Return how the field of *part* is called, and what may be said in it."""
    return Face(
        name=name or "",
        label=label_of(shape.own, name),
        help=help_of(shape.own),
        required=needed,
        nullable=shape.nullable,
        secret=is_secret(shape.own),
        schema=as_schema(part),
    )


def references_of(part: object) -> frozenset[str]:
    """Return the references that *part* is made of, those of its `allOf` included."""
    parts = as_schema(part).get("allOf")
    listed = [part, *(parts[:_PARTS] if isinstance(parts, list) else [])]
    found = (as_schema(one).get("$ref") for one in listed)
    return frozenset(one for one in found if isinstance(one, str))
