"""Refuse wrong arguments before anything is sent, in words that help.

Rules: unknown names first (with the nearest ones), then missing ones, then the
schema as jsonschema reads it; each message holds the parameter, its value and the
row of the schema. Where the schema cannot be judged the arguments pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..errors import ArgumentError, suggest
from ..text import one_line
from .json_text import short
from .judge import Fault, find_fault
from .plain import jsonable
from .schemas import Schema, alternatives, as_schema, is_open, members, required
from .signature import row, signature

_LISTED = 12
_NAMES = 1_000
_NAME_LIMIT = 80


class _Identity:
    """A schema as the key of a cache: itself, kept alive, whatever it holds."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.schema is other.schema


def check(arguments: Mapping[str, object], schema: Mapping[str, Any], tool: str) -> None:
    """Raise `ArgumentError` where *arguments* are not what *schema* asks for.

    A schema is read once and recognised by identity: do not change it afterwards.
    """
    known, needed = _names(_Identity(schema))
    if known is not None and not known.issuperset(arguments):
        raise ArgumentError(_unknown([n for n in arguments if n not in known], list(known), tool))
    missing = [name for name in needed if name not in arguments]
    root = as_schema(schema)
    if missing:
        raise ArgumentError(_missing(missing, root, tool))
    plain = arguments if type(arguments) is dict else dict(arguments)
    fault = find_fault(jsonable(plain), root)
    if fault is not None:
        raise ArgumentError(_faulty(fault, root))


@lru_cache(maxsize=256)
def _names(identity: _Identity) -> tuple[frozenset[str] | None, tuple[str, ...]]:
    """Return the names a schema allows (None: any) and those it requires."""
    root = as_schema(identity.schema)
    options = alternatives(root, root)
    closed = all(
        isinstance(o.get("properties"), Mapping) and "$ref" not in o and not _takes_more(o) for o in options
    )
    return frozenset(members(root, root)) if closed else None, required(root, root)


def _takes_more(option: Schema) -> bool:
    return is_open(option) or bool(option.get("patternProperties"))


def _unknown(names: list[str], known: list[str], tool: str) -> str:
    offered = [one_line(name, _NAME_LIMIT) for name in known[:_NAMES]]
    rows = [f"{short(name)} ({suggest(str(name)[:_NAME_LIMIT], offered)})" for name in names[:_LISTED]]
    return f"{one_line(tool)} has no parameter {', '.join(rows)}"


def _missing(names: list[str], root: Schema, tool: str) -> str:
    known = members(root, root)
    rows = [row(name, known.get(name), root, True) for name in names[:_LISTED]]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{one_line(tool)} needs {', '.join(rows)}{more}; give {'it' if len(names) == 1 else 'them'} as name=value"


def _faulty(fault: Fault, root: Schema) -> str:
    place = _place(fault.path)
    said = one_line(fault.message.removeprefix(repr(fault.value)), 300)
    if len(said) < len(fault.message) and fault.message.startswith(repr(fault.value)):
        problem = f"{place}={short(fault.value)} {said}"
    else:
        problem = f"{place}: {said}"
    return f"{problem}; the tool wants {_wanted(fault, root)}"


def _wanted(fault: Fault, root: Schema) -> str:
    """Return the row of the parameter at fault, or of the part of it."""
    if not fault.path:
        return signature(root)
    if len(fault.path) > 1:
        return row(_place(fault.path), fault.schema, root, True)
    name = str(fault.path[0])
    return row(name, members(root, root).get(name, fault.schema), root, name in required(root, root))


def _place(path: tuple[str | int, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return one_line("".join(parts).removeprefix("."), _NAME_LIMIT) or "the arguments"
