"""One field of an entry at a time: the value if it has the right type, else words that say what is wrong.

Rules: what is missing or null is the default. Numbers and booleans stand for
their text where a text is due, as they do in every client's environment; in YAML
each value is a text already. Words name the field and the type, never the value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...text import one_line
from .files import Table, kind_of

NULLS = ("", "~", "null")
"""how YAML writes nothing"""
_LONE = re.compile("[\ud800-\udfff]")
"""half of a character, which JSON can write"""
_TRUTH = {"true": True, "false": False}


class Fields:
    """The fields of one entry; `problems` grows as they are read."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.problems: list[str] = []
        self.notes = [f"{one_line(name, 60)} is given twice; the last one counts" for name in twice(table)]

    def text(self, *names: str) -> str | None:
        """Return the first field of *names* that is there."""
        for name in names:
            value = self.table.get(name)
            if value is None or (isinstance(value, str) and value in NULLS):
                continue
            if isinstance(value, str):
                self._check(name, value)
                return value
            self.problems.append(f"{name} is {kind_of(value)}, not a text; write it in quotes, as one text")
        return None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the list *name*."""
        value = self.table.get(name)
        if value is None or value in NULLS:
            return ()
        if not isinstance(value, list):
            self.problems.append(f'{name} is {kind_of(value)}, not a list; write ["…", "…"]')  # fmt: skip
            return ()
        for at, item in enumerate(value):
            if not isinstance(item, str | int | float):
                self.problems.append(f"{name}[{at}] is {kind_of(item)}, not a text; write it in quotes")
                return ()
        found = tuple(map(_written, value))
        for item in found:
            self._check(name, item)
        return found

    def pairs(self, name: str) -> Mapping[str, str]:
        """Return the object *name*, whose values are texts; a null takes its name out."""
        value = self.table.get(name)
        if value is None or value in NULLS:
            return MappingProxyType({})
        if not isinstance(value, dict):
            self.problems.append(f'{name} is {kind_of(value)}, not an object; write {{"NAME": "value"}}')
            return MappingProxyType({})
        found: dict[str, str] = {}
        for key, item in value.items():
            where = f"{name}.{one_line(key, 60)}"
            if isinstance(item, str | int | float):
                found[key] = _written(item)
                self._check(where, key + found[key])
                if not key or "=" in key:
                    self.problems.append(f"{name} has a name that is empty or holds a '='; rename it")
            elif item is not None:
                self.problems.append(f"{where} is {kind_of(item)}, not a text; write it in quotes")
        return MappingProxyType(found)

    def flag(self, name: str) -> bool | None:
        """Return the boolean *name*."""
        value = self.table.get(name)
        value = _TRUTH.get(value.lower(), value or None) if isinstance(value, str) else value
        if value is None or isinstance(value, bool):
            return value
        self.notes.append(f"{name} is {kind_of(value)}, not true or false; ignored")
        return None

    def seconds(self, name: str, unit: float) -> float | None:
        """Return the number *name*, of which one is *unit* seconds."""
        value = self.table.get(name)
        if value is None or (isinstance(value, str) and value in NULLS):
            return None
        try:
            number = math.nan if isinstance(value, bool) else float(value) * unit
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number) and number > 0:
            return number
        self.notes.append(f"{name} is not a number above 0; ignored")
        return None

    def _check(self, where: str, value: str) -> None:
        """Note a problem where no program can be given *value*."""
        if "\0" in value or _LONE.search(value):
            self.problems.append(f"{where} holds a character that no program can be given; write it anew")


def twice(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that *table* was given more than once."""
    return table.twice if isinstance(table, Table) else ()


def _written(value: str | float) -> str:
    """Return *value* as JSON has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return "0"
