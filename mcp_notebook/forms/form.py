"""The form of a schema: what is drawn, and what was entered read back.

Rules: pure and frozen. A schema, whatever it is, raises nothing, and its spec is
bounded. Nothing judges but `arguments.judge`, whose steps are counted. What
`read` lets pass, `arguments.check` lets pass, too.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..arguments import check, jsonable
from ..arguments.judge import find_faults
from ..arguments.schemas import as_schema
from ..errors import ArgumentError
from . import masking
from .build import bare_root, root_field
from .containers import ObjectField
from .field import UNREADABLE, Entry, Face, Fault, Field, Judge, Limits, Visit
from .fitting import fitted
from .leaves import held
from .naming import label_of
from .scalars import JsonField
from .values import written
from .verdict import verdict

logger = logging.getLogger(__name__)

_JUDGED = 20_000  # steps of judging the defaults: a form is drawn at once


@dataclass(frozen=True, slots=True)
class Reading:
    """What was entered: `arguments` that can be sent, or the `faults` that stand in the way."""

    arguments: dict[str, object] | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class Form:
    """The form of an object's JSON Schema (draft 2020-12 or 7), prefilled where *prefill* says so.

    A schema is read once and recognised by identity: do not change it afterwards.
    `zone` is where a date and time without an offset is meant, None the machine's.
    Raises `ArgumentError` for a *prefill* that is not JSON; nothing else raises.
    """

    schema: Mapping[str, Any] = field(repr=False)
    prefill: Mapping[str, object] | None = field(default=None, kw_only=True, repr=False)
    zone: dt.tzinfo | None = field(default=None, kw_only=True, repr=False)
    root: ObjectField = field(init=False, repr=False)
    """the fields themselves"""
    spec: dict[str, Any] = field(init=False, repr=False)
    """what a front end draws, as JSON; at most 512 kB and whatever was prefilled"""

    def __post_init__(self) -> None:
        schema = as_schema(self.schema)
        given = _plain(self.prefill) if self.prefill else {}
        root, spec, limits = _built(schema)
        if given:
            root, spec = _prefilled(root, spec, limits, given, Judge(schema))
        for name, value in (("schema", schema), ("root", root), ("spec", spec)):
            object.__setattr__(self, name, value)

    def read(self, entry: object) -> Reading:
        """Return what *entry*, the root's entry as a front end sent it, gives."""
        visit = Visit(zone=self.zone)
        try:
            value = self.root.read(entry, visit)
            faults = verdict(value, self.root, self.schema, visit)
            if not faults and isinstance(value, dict):
                check(value, self.schema, "the form")
                return Reading(value)
        except ArgumentError as error:
            faults = (Fault((), str(error)),)
        except RecursionError:
            faults = (Fault((), "is nested too deeply"),)
        return Reading(None, faults or (Fault((), UNREADABLE),))

    def entry(self, arguments: Mapping[str, object]) -> Entry:
        """Return the entry that reads as *arguments*; raises `ArgumentError` where they are not JSON."""
        judge = Judge(self.schema)
        fields: Entry = {}
        extra: list[list[Any]] = []
        for name, value in _plain(arguments).items():
            one = self.root.at(name)
            entry = (held(one, value, judge) if one is not None else None) or {"json": written(value)}
            if name in self.root.index:
                fields[name] = entry
            else:
                extra.append([name, entry])
        return {"fields": fields, "extra": extra}

    def masked(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        """Return a copy of *arguments* in which the secret ones are "•••"."""
        return masking.masked(arguments, self.schema)


def _plain(arguments: Mapping[str, object]) -> dict[str, Any]:
    plain: dict[str, Any] = jsonable(dict(arguments))
    return plain


def _built(schema: Mapping[str, Any]) -> tuple[ObjectField, Entry, Limits]:
    """Return the root of *schema* and its spec; a form that takes any name where there is none."""
    try:
        root = _judged(root_field(schema))
        if (drawn := fitted(root)) is not None:
            return root, *drawn
    except Exception as error:  # the border: a stranger's schema
        logger.debug("no form for a schema: %s: %s", type(error).__name__, str(error)[:500])
    root = bare_root(schema)
    return root, root.spec(Limits()), Limits()


def _judged(root: ObjectField) -> ObjectField:
    """Return *root* without the defaults that its own schema refuses."""
    visit = Visit()
    begun = {name: one for name, one in root.index.items() if one.default is not None}
    if not begun:
        return root
    given = {name: one.read(one.default, visit) for name, one in begun.items()}
    wrong = {found.path[0] for found in find_faults(given, root.face.schema, steps=[_JUDGED]) if found.path}
    if not wrong:
        return root
    fields = (replace(one, default=None) if one.face.name in wrong else one for one in root.fields)
    return replace(root, fields=tuple(fields))


def _prefilled(
    root: ObjectField, spec: Entry, limits: Limits, given: Mapping[str, Any], judge: Judge
) -> tuple[ObjectField, Entry]:
    """Return *root* and its *spec* begun with what is *given*, each value shown by a field that can hold it."""
    fields = dict(root.index)
    for name, value in given.items():
        fields[name] = _begun_with(value, fields.get(name) or _unlisted(root, name), judge)
    drawn = {one["name"]: one for one in spec["fields"]}
    drawn |= {name: fields[name].spec(replace(limits, entries=True)) for name in given}
    filled = replace(root, fields=tuple(fields.values()))
    return filled, {**spec, "fields": [drawn[name] for name in fields]}


def _begun_with(value: Any, one: Field, judge: Judge) -> Field:
    entry = one.entry(value, judge)
    if entry is not None:
        return replace(one, default=entry)
    plain = JsonField(one.face)
    return replace(plain, default=plain.entry(value, judge) or {"text": ""})


def _unlisted(root: ObjectField, name: str) -> Field:
    """Return a field of its own for a name that the schema does not list."""
    if root.extra is None:
        return JsonField(Face(name=name, label=label_of({}, name), required=False))
    face = replace(root.extra.face, name=name, label=label_of({}, name), required=False)
    return replace(root.extra, face=face)
