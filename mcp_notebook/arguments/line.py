"""A magic's line of words → arguments: `k=v`, `k:=json`, `k={expr}`, `k=$name`.

Rules: text is coerced by the schema, Python objects pass untouched; a name is
given once; `a.b=1` nests unless the schema has a property named "a.b". A line
that begins with `{` is one JSON object, or the Python mapping it evaluates to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ArgumentError
from ..text import one_line
from .coerce import coerce
from .expand import Evaluate, Given, read_value, run, source_of
from .json_text import read_json, short, why_not_json
from .schemas import Schema, as_schema, member, members, required
from .words import split_key, unquote

_GRAMMAR = "write name=value, name:=json, name={expression} or name=$variable"


def from_words(words: Sequence[str], schema: Schema, evaluate: Evaluate) -> dict[str, object]:
    """Return the arguments that the raw *words* of a line give; raises `ArgumentError`.

    *evaluate* runs a Python expression in the user's namespace.
    """
    root = as_schema(schema)
    if words and words[0].startswith("{"):
        return _one_object(words, evaluate)
    arguments: dict[str, object] = {}
    nests: set[tuple[str, ...]] = {()}
    for word in words:
        key, raw, as_json = split_key(word) or (None, "", False)
        if not key:
            raise ArgumentError(f"{short(word)} is not an argument; {_GRAMMAR}")
        path, inner, needed = _locate(key, root)
        holder = _holder(arguments, path, nests, key)
        if as_json:
            holder[path[-1]] = _json(key, raw)
            continue
        value = read_value(raw, evaluate)
        if isinstance(value, Given):
            holder[path[-1]] = value.value
        else:
            holder[path[-1]] = coerce(key, value, inner, root, required=needed)
    return arguments


def _one_object(words: Sequence[str], evaluate: Evaluate) -> dict[str, object]:
    span, *rest = words
    if rest:
        raise ArgumentError(
            f"the line is one JSON object, yet {short(rest[0])} follows it; put it inside the braces"
        )
    try:
        value = read_json(span)
    except ValueError as error:
        try:
            value = run(source_of(span), span, evaluate)
        except ArgumentError as failure:
            raise ArgumentError(
                f"{short(span)} is not a JSON object ({why_not_json(error)}); {failure}"
            ) from error
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return dict(value)
    raise ArgumentError(f"the line gives a {type(value).__name__}, not an object of arguments; {_GRAMMAR}")


def _locate(key: str, root: Schema) -> tuple[tuple[str, ...], Any, bool]:
    """Return the path that *key* names, the schema at its end, and whether that is required."""
    path: list[str] = []
    parts = key.split(".")
    inner: Any = root
    needed = False
    while parts:
        known = members(inner, root)
        lengths = range(len(parts), 0, -1) if known else ()
        used = next((n for n in lengths if ".".join(parts[:n]) in known), 1)
        name = ".".join(parts[:used])
        if not name:
            raise ArgumentError(f"{short(key)} has an empty name between its dots; {_GRAMMAR}")
        needed = name in required(inner, root)
        inner = member(inner, name, root)
        path.append(name)
        parts = parts[used:]
    return tuple(path), inner, needed


def _holder(
    arguments: dict[str, object], path: tuple[str, ...], nests: set[tuple[str, ...]], key: str
) -> dict[str, Any]:
    """Return the mapping that takes the last name of *path*; only mappings made here are entered."""
    holder: dict[str, Any] = arguments
    for depth in range(1, len(path)):
        nest, name = path[:depth], path[depth - 1]
        if nest not in nests and name in holder:
            raise ArgumentError(
                f"{one_line('.'.join(nest))!r} is given twice, as a value and by {one_line(key)!r}"
            )
        nests.add(nest)
        holder = holder.setdefault(name, {})
    if path[-1] in holder:
        raise ArgumentError(f"{one_line(key)!r} is given twice; give it once")
    return holder


def _json(key: str, raw: str) -> Any:
    """Read JSON as written; shell quotes around it are taken off only if it is none with them."""
    try:
        return read_json(raw)
    except ValueError:
        pass
    text = unquote(raw)
    try:
        return read_json(text)
    except ValueError as error:
        raise ArgumentError(
            f"{one_line(key)}:={short(text)} is not JSON ({why_not_json(error)}); "
            f"write {one_line(key)}={short(text)} for text, or put the JSON in single quotes"
        ) from error
