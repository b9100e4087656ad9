"""The fields that hold others: lists, tuples, objects, and a choice between forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .field import UNREADABLE, UNSET, Entry, Face, Field, Judge, Limits, Visit, hints
from .scalars import JsonField
from .values import same

ANYTHING = JsonField(Face(label="value"))


@dataclass(frozen=True, slots=True)
class ListField(Field):
    """Any number of items of one kind."""

    kind: ClassVar[str] = "list"
    item: Field = ANYTHING
    min_items: int | None = None
    max_items: int | None = None

    @property
    def inner(self) -> tuple[Field, ...]:
        return (self.item,)

    def at(self, step: str | int) -> Field | None:
        return self.item if isinstance(step, int) else None

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        items = entry.get("items")
        if not isinstance(items, list):
            return visit.refuse(UNREADABLE)
        return [_filled(self.item, one, visit.at(index)) for index, one in enumerate(items)]

    def _entry(self, value: object, judge: Judge) -> Entry | None:
        if not isinstance(value, list):
            return None
        items = [self.item.entry(one, judge) for one in value]
        return {"items": items} if None not in items else None

    def _spec(self, limits: Limits) -> Entry:
        return {
            "item": self.item.spec(limits),
            **hints(min_items=self.min_items, max_items=self.max_items),
        }


@dataclass(frozen=True, slots=True)
class TupleField(Field):
    """A fixed number of items, each of its own kind."""

    kind: ClassVar[str] = "tuple"
    fields: tuple[Field, ...] = ()

    @property
    def inner(self) -> tuple[Field, ...]:
        return self.fields

    def at(self, step: str | int) -> Field | None:
        return self.fields[step] if isinstance(step, int) and 0 <= step < len(self.fields) else None

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        items = entry.get("items")
        if not isinstance(items, list) or len(items) != len(self.fields):
            return visit.refuse(UNREADABLE)
        pairs = zip(self.fields, items, strict=True)
        return [_filled(one, given, visit.at(index)) for index, (one, given) in enumerate(pairs)]

    def _entry(self, value: object, judge: Judge) -> Entry | None:
        if not isinstance(value, list) or len(value) != len(self.fields):
            return None
        items = [one.entry(given, judge) for one, given in zip(self.fields, value, strict=True)]
        return {"items": items} if None not in items else None

    def _spec(self, limits: Limits) -> Entry:
        return {"fields": [one.spec(limits) for one in self.fields]}


@dataclass(frozen=True, slots=True)
class ObjectField(Field):
    """Named fields, and `extra` for those whose names one may invent (None: there are none)."""

    kind: ClassVar[str] = "object"
    fields: tuple[Field, ...] = ()
    extra: Field | None = None
    index: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {one.face.name: one for one in self.fields})

    @property
    def inner(self) -> tuple[Field, ...]:
        return self.fields if self.extra is None else (*self.fields, self.extra)

    def at(self, step: str | int) -> Field | None:
        return self.index.get(step, self.extra) if isinstance(step, str) else None

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        given, extra = entry.get("fields", {}), entry.get("extra", [])
        if not isinstance(given, Mapping) or not isinstance(extra, list):
            return visit.refuse(UNREADABLE)
        found: dict[str, Any] = {}
        for name, one in self.index.items():
            if name in given:
                value = one.read(given[name], visit.at(name))
                found |= {name: value} if value is not UNSET else {}
        for pair in extra:
            self._read_extra(pair, found, visit)
        return found

    def _read_extra(self, pair: object, found: dict[str, Any], visit: Visit) -> None:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):  # noqa: PLR2004
            return visit.refuse(UNREADABLE)
        name, entry = pair
        if name in found:
            return visit.at(name).refuse("is given twice")
        found[name] = _filled(self.extra or ANYTHING, entry, visit.at(name))
        return None

    def _entry(self, value: object, judge: Judge) -> Entry | None:
        if not isinstance(value, dict):
            return None
        fields: Entry = {}
        extra: list[list[Any]] = []
        for name, inner in value.items():
            one = self.index.get(name, self.extra)
            entry = one.entry(inner, judge) if one is not None else None
            if entry is None:
                return None
            if name in self.index:
                fields[name] = entry
            else:
                extra.append([name, entry])
        return {"fields": fields, "extra": extra}

    def _spec(self, limits: Limits) -> Entry:
        return {
            "fields": [one.spec(limits) for one in self.fields],
            "extra": self.extra.spec(limits) if self.extra is not None else None,
        }


@dataclass(frozen=True, slots=True)
class VariantsField(Field):
    """One of several forms of a value, each a field of its own."""

    kind: ClassVar[str] = "variants"
    options: tuple[tuple[str, Field], ...] = ()

    @property
    def inner(self) -> tuple[Field, ...]:
        return tuple(one for _, one in self.options)

    def at(self, step: str | int) -> Field | None:
        return next((found for one in self.inner if (found := one.at(step)) is not None), None)

    def _read(self, entry: Mapping[str, Any], visit: Visit) -> Any:
        index = entry.get("variant")
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(self.options):
            return visit.refuse(UNREADABLE)
        chosen = self.options[index][1]
        value = chosen.read(entry.get("entry"), visit)
        if value is not UNSET:
            visit.chosen.append((visit.path, value, chosen.face.schema))
        return value

    def _entry(self, value: object, judge: Judge) -> Entry | None:
        """Take the first form that gives the value back and is what it is, else the first that can hold it."""
        found: Entry | None = None
        for index, (_, one) in enumerate(self.options):
            entry = one.entry(value, judge)
            if entry is not None:
                taken = {"variant": index, "entry": entry}
                if judge.fits(value, one.face.schema) and _gives(one, entry, value):
                    return taken
                found = found or taken
        return found

    def _spec(self, limits: Limits) -> Entry:
        return {
            "options": [
                {"label": label[: limits.label], "field": one.spec(limits)} for label, one in self.options
            ]
        }


def _gives(one: Field, entry: Entry, value: object) -> bool:
    visit = Visit()
    return same(one.read(entry, visit), value) and not visit.faults


def _filled(one: Field, entry: object, visit: Visit) -> Any:
    """Return the value of what cannot be left out: an item, a property somebody added."""
    value = one.read(entry, visit)
    return visit.refuse("is required") if value is UNSET else value
