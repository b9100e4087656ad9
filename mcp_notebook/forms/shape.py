"""Read what one part of a schema asks for, whatever idiom says it.

Rules: nothing raises and everything ends (the steps are counted by whoever asks).
Null beside something else is "nullable"; one alternative left is no alternative;
alternatives that only narrow what their schema already says are left to the judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..arguments.json_text import short_json
from ..arguments.schemas import Schema, Steps, as_schema, choices, kind, resolve
from ..text import one_line
from .options import Option, index_of

OPTIONS = 300
_BRANCHES = 300
_DEPTH = 8
_ALTERNATIVES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative: as it was written, and with the words around it laid under it."""

    raw: Schema
    whole: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a part asks for: its own words, and its alternatives (none, or at least two)."""

    own: dict[str, Any]
    nullable: bool = False
    branches: tuple[Branch, ...] = ()


def shape_of(part: object, root: Schema, steps: Steps) -> Shape:
    """Return the shape of *part*, a schema somewhere inside *root*."""
    return _shape(resolve(part, root, steps), root, steps, _DEPTH)


def options_of(shape: Shape) -> tuple[Option, ...] | None:
    """Return the values that *shape* lists, None where it lists none; null is not among them."""
    found: list[Option] = []
    if shape.branches:
        for branch in shape.branches:
            if kind(branch.raw) != "enum":
                return None
            found += _listed(branch.raw)
    elif kind(shape.own) == "enum":
        found += _listed(shape.own)
    else:
        return None
    return tuple(option for option in found[: OPTIONS * 10] if option.value is not None)


def kind_of(own: Schema) -> str:
    """Return what a part without alternatives asks for: a JSON Schema type, or "any"."""
    found = kind(own)
    return "any" if "$ref" in own or found == "enum" else found


def properties_of(own: Schema, root: Schema, steps: Steps) -> dict[str, Any]:
    """Return the properties *own* knows, those of its conditions and alternatives included.

    A property that several alternatives describe differently is whatever one of them allows.
    """
    found = dict(as_schema(own.get("properties")))
    branches = [part for key in _ALTERNATIVES for part in _parts(own, key)]
    branches += [
        own.get("then"),
        own.get("else"),
        *list(as_schema(own.get("dependentSchemas")).values())[:20],
    ]
    several: dict[str, list[Any]] = {}
    for part in branches[:_BRANCHES]:
        folded = resolve(part, root, steps)
        for name, inner in as_schema(folded.get("properties")).items():
            if name not in found and inner not in several.setdefault(name, []):
                several[name].append(inner)
    for name, ways in several.items():
        found[name] = ways[0] if len(ways) == 1 else {"anyOf": ways[:20]}
    return found


def _shape(own: dict[str, Any], root: Schema, steps: Steps, depth: int) -> Shape:
    key = next((k for k in _ALTERNATIVES if _parts(own, k)), None)
    if key is not None:
        return _of_alternatives(own, key, root, steps, depth)
    types = own.get("type")
    if isinstance(types, list):
        return _of_types(own, list(dict.fromkeys(t for t in types if isinstance(t, str))))
    listed = own.get("enum")
    if isinstance(listed, list) and None in listed and any(v is not None for v in listed):
        return Shape(own, nullable=True)
    return Shape(own)


def _of_types(own: dict[str, Any], types: list[str]) -> Shape:
    rest = [name for name in types if name != "null"]
    nullable = "null" in types
    if len(rest) > 1 and kind(own) != "enum":
        parts = ({**own, "type": name} for name in rest[:_DEPTH])
        return Shape(own, nullable, tuple(Branch({"type": part["type"]}, part) for part in parts))
    single = rest[0] if len(rest) == 1 else "null"
    return Shape({**own, "type": single} if types and kind(own) != "enum" else own, nullable and bool(rest))


def _of_alternatives(own: dict[str, Any], key: str, root: Schema, steps: Steps, depth: int) -> Shape:
    base = {name: value for name, value in own.items() if name != key}
    rest: list[tuple[Schema, dict[str, Any]]] = []
    nullable = False
    for part in _parts(own, key)[:_BRANCHES]:
        folded = resolve(part, root, steps)
        if part is False:
            continue
        if _is_null(folded):
            nullable = True
        else:
            rest.append((as_schema(part), folded))
    if len(rest) == 1 and depth:
        inner = _shape(_laid(rest[0][1], base), root, steps, depth - 1)
        return Shape(inner.own, nullable or inner.nullable, inner.branches)
    if not rest:
        return Shape({**base, "type": "null"} if nullable else base)
    if _only_narrow(base, [folded for _, folded in rest]):
        inner = _shape(base, root, steps, depth - 1) if depth else Shape(base)
        return Shape(inner.own, nullable or inner.nullable, inner.branches)
    bare = {name: value for name, value in base.items() if name not in ("title", "description", "default")}
    branches = (
        Branch({**folded, **({"$ref": raw["$ref"]} if "$ref" in raw else {})}, _laid(bare, folded))
        for raw, folded in rest
    )
    return Shape(base, nullable, tuple(branches))


def _only_narrow(base: Schema, branches: list[dict[str, Any]]) -> bool:
    """Return whether the alternatives say no more than which of the base's properties go together."""
    return kind(base) == "object" and not any(
        "properties" in branch or kind(branch) not in ("any", "object") for branch in branches
    )


def _is_null(folded: Schema) -> bool:
    if kind(folded) == "enum":
        return choices(folded) == [None]
    return folded.get("type") in ("null", ["null"])


def _laid(under: Schema, over: Schema) -> dict[str, Any]:
    """Return *over* laid on *under*: properties and required names add up."""
    both = {**under, **over}
    if isinstance(under.get("properties"), Mapping) and isinstance(over.get("properties"), Mapping):
        both["properties"] = {**under["properties"], **over["properties"]}
    if isinstance(under.get("required"), list) and isinstance(over.get("required"), list):
        both["required"] = [*under["required"], *over["required"]]
    return both


def _parts(own: Schema, key: str) -> list[Any]:
    parts = own.get(key)
    return parts if isinstance(parts, list) else []


def _listed(part: Schema) -> list[Option]:
    """Return the options of an `enum` or `const`, with the names the schema has for them."""
    values = choices(part)[: OPTIONS * 10]
    names = part.get("enumNames")
    labels = names if isinstance(names, list) else []
    if len(values) == 1 and not labels:
        labels = [part.get("title")] if "const" in part else []
    told = _words(part.get("description"), 200) if len(values) == 1 and "const" in part else ""
    found: list[Option] = []
    for index, value in enumerate(values):
        label = _words(labels[index], 100) if index < len(labels) else ""
        if index_of(value, tuple(found[-1:])) is None:
            found.append(Option(value, label or option_label(value), told))
    return found


def option_label(value: object) -> str:
    """Return how a listed value is called: the text itself, or its JSON."""
    shown = one_line(value, 100) if isinstance(value, str) else short_json(value)
    return shown or '""'


def _words(text: object, limit: int) -> str:
    return one_line(text, limit) if isinstance(text, str) else ""
