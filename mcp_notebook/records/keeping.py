"""The arguments of a call as they are kept: a bounded copy, without secrets.

Rules: at most `LIMIT` characters of JSON; what is longer ends in a text that
says how much there was. Nothing of a secret is kept, its length neither. The
cost is that of what is kept, not of what there is; this is on the way of each call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..arguments.schemas import Schema
from ..text import one_line
from .secrets import EVERYTHING, is_telling, secret_names

LIMIT = 4_000
MASK = "•••"
PART = 64
"""bytes of one value, beside its characters"""
DEPTH = 20
_NAME = 120
_FEW, _WORDS, _BIG, _SHORT = 8, 200, 2**63, frozenset({bool, float, type(None)})
"""how many values are kept as they are, how long, how large; what is short in any case"""


class Kept(NamedTuple):
    """What is left of some arguments."""

    arguments: dict[str, Any]
    shortened: bool
    size: int
    """bytes, about"""


class Keeping:
    """Keep the arguments of one connection's calls: knows which of each tool are secrets."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Schema, frozenset[str], frozenset[str]]] = {}
        """of each tool its schema, the names of secrets, and those that are none"""

    def learn(self, tool: str, schema: Schema) -> None:
        """Take that *tool* has *schema*; quick where that is known."""
        known = self._known.get(tool)
        if known is not None and known[0] is schema:
            return
        secrets = secret_names(schema)
        declared = schema.get("properties")
        names = (
            frozenset(declared)
            if isinstance(declared, Mapping) and secrets is not EVERYTHING
            else frozenset()
        )
        self._known[tool] = schema, secrets, frozenset(n for n in names - secrets if not is_telling(n))

    def keep(self, tool: str, arguments: Mapping[str, Any]) -> Kept:
        """Return what is kept of *arguments*, which are JSON values."""
        _, secrets, plain = self._known.get(tool) or (None, EVERYTHING, frozenset())
        if len(arguments) > _FEW:
            return kept(arguments, secrets)
        for name, value in arguments.items():  # most calls have a few short values
            kind = type(value)
            if name not in plain or not (
                (kind is str and len(value) <= _WORDS)
                or (kind is int and -_BIG < value < _BIG)
                or kind in _SHORT
            ):
                return kept(arguments, secrets)
        return Kept(dict(arguments), False, len(arguments) * (PART + _WORDS))


def kept(arguments: Mapping[str, Any], secrets: frozenset[str] = frozenset()) -> Kept:
    """Return a copy of *arguments* without the values of *secrets*, and with at most `LIMIT` characters."""
    copy = _Copy(secrets)
    values = copy.mapping(arguments, DEPTH)
    return Kept(values, copy.shortened, copy.parts * PART + LIMIT - copy.left)


class _Copy:
    """One copy in the making: what may still come, and what had to go."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.left = LIMIT
        self.parts = 1
        self.shortened = False
        self._secrets = secrets

    def mapping(self, values: Mapping[str, Any], depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for name, value in values.items():
            if self.left <= 0 or not depth:
                copied["…"] = self._rest(len(values) - len(copied), "name")
                break
            key = name if len(name) <= _NAME else self._name(name)
            self.left -= len(key) + 6  # quotes, colon, comma
            copied[key] = self.value(value, depth) if not self._is_secret(name, value) else MASK
        return copied

    def value(self, value: Any, depth: int) -> Any:
        self.parts += 1
        kind = type(value)
        if kind is str:
            return self._text(value)
        if kind is dict:
            return self.mapping(value, depth - 1)
        if kind is list:
            return self._list(value, depth - 1)
        self.left -= 5 if value is None or kind is bool else len(repr(value)) + 2
        return value

    def _text(self, text: str) -> str:
        room = max(0, self.left)
        self.left -= len(text) + 4
        if len(text) <= room:
            return text
        return f"{text[:room]}{self._rest(len(text) - room, 'character')}"

    def _list(self, values: list[Any], depth: int) -> list[Any]:
        copied: list[Any] = []
        for value in values:
            if self.left <= 0 or depth < 0:
                copied.append(self._rest(len(values) - len(copied), "element"))
                break
            copied.append(self.value(value, depth))
        return copied

    def _name(self, name: str) -> str:
        self.shortened = True
        return one_line(name, _NAME)

    def _is_secret(self, name: str, value: Any) -> bool:
        secrets = self._secrets
        if secrets is EVERYTHING or name in secrets:
            return True
        return (
            type(value) is not bool
            and not isinstance(value, int | float)
            and value is not None
            and is_telling(name)
        )

    def _rest(self, count: int, noun: str) -> str:
        self.shortened = True
        self.left = 0
        return f"… {count:,} more {noun}{'' if count == 1 else 's'}"
