"""The questions of a form, in order: a generator that gives what to ask and takes the answers.

Rules: an entry of None is unset. What holds other fields is asked field by field,
its name before theirs; what the judge refuses is asked again, with the reason.
One file, because each way of asking needs the others.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..text import one_line
from .asking import (
    LINES,
    RefusedError,
    default_of,
    entry_of,
    hint_of,
    notes_of,
    numbered,
    option_of,
    yes_or_no,
)
from .containers import ListField, ObjectField, TupleField, VariantsField
from .field import REQUIRED, Entry, Fault, Field, Visit
from .form import Form
from .verdict import verdict

_LABEL = 60
_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: the line to ask, what to print before it, and whether the answer is hidden."""

    prompt: str
    notes: str = ""
    secret: bool = False


Asking = Generator[Ask, str, Entry | None]


class _Said(NamedTuple):
    """An answer to whether a value is given at all."""

    entry: Entry | None
    settled: bool


def questions(form: Form) -> Generator[Ask, str, dict[str, object]]:
    """Ask every field of *form*; again from the first, answers kept, while they do not fit together."""
    root, why = form.root, ""
    while True:
        entry = yield from _named(root, "", form, why)
        reading = form.read(entry)
        if reading.arguments is not None:
            return reading.arguments
        why = "\n".join(said(fault) for fault in reading.faults)
        kept = (replace(one, default=entry["fields"].get(one.face.name)) for one in root.fields)
        root = replace(root, fields=tuple(kept), default={"extra": entry["extra"]})


def said(fault: Fault) -> str:
    """Return a fault as one line: `window.start must be at least 0`."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.path)
    return one_line(f"{place.removeprefix('.')} {fault.message}".strip(), _MESSAGE)


def ask(one: Field, label: str, form: Form, why: str = "", unset: str = "optional") -> Asking:
    """Ask one field until the judge lets its entry pass; *unset* says what an empty line means."""
    while True:
        if isinstance(one, LINES):
            entry = yield from _line(one, label, why, unset)
        else:
            entry = yield from _asked(one, label, form, why)
        why = _refusal(one, entry, form)
        if not why:
            return entry


def _asked(one: Field, label: str, form: Form, why: str) -> Asking:
    if isinstance(one, ObjectField):
        return _object(one, label, form, why)
    if isinstance(one, ListField):
        return _list(one, label, form, why)
    if isinstance(one, TupleField):
        return _tuple(one, label, form, why)
    if isinstance(one, VariantsField):
        return _variants(one, label, form, why)
    return _null(one, label, why)


def _refusal(one: Field, entry: Entry | None, form: Form) -> str:
    """Return why *entry* is refused, "" where it is not."""
    if entry is None:
        return REQUIRED if one.face.required else ""
    visit = Visit(zone=form.zone)
    value = one.read(entry, visit)
    faults = verdict(value, one, form.schema, visit, part=one.face.schema)
    return "\n".join(said(fault) for fault in faults[:5])


def _line(one: Field, label: str, why: str, unset: str) -> Asking:
    """Ask what one line answers."""
    while True:
        prompt = f"{label} ({hint_of(one, unset)}){default_of(one)}: "
        text = yield Ask(prompt, notes_of(one, why), secret=one.face.secret)
        if not text.strip() and (one.default is not None or not one.face.required):
            return one.default
        if text.strip() == "-" and not one.face.required:
            return None
        try:
            if text.strip():
                return entry_of(one, text)
            why = f'{REQUIRED}; "" is the empty text' if one.kind == "text" else REQUIRED
        except RefusedError as error:
            why = str(error)


def _wanted(one: Field, label: str, why: str, question: str) -> Generator[Ask, str, _Said]:
    """Ask whether a value is given, where it may be left out or has one already."""
    if one.face.required and not one.face.nullable and one.default is None:
        return _Said(None, settled=False)
    words = "y/n, or null" if one.face.nullable else "y/n"
    while True:
        text = yield Ask(f"{label}: {question} ({words}){default_of(one) or ' [n]'}: ", notes_of(one, why))
        bare = text.strip()
        try:
            if bare == "null" and one.face.nullable:
                return _Said({"null": True}, settled=True)
            if bare == "-" and not one.face.required:
                return _Said(None, settled=True)
            if bare and yes_or_no(bare):
                return _Said(None, settled=False)
        except RefusedError as error:
            why = str(error)
            continue
        if one.default is not None or not one.face.required:
            return _Said(one.default, settled=True)
        why = REQUIRED


def _object(one: ObjectField, label: str, form: Form, why: str) -> Asking:
    wanted = yield from _wanted(one, label, why, "fill in?" if one.default is None else "change?")
    if wanted.settled:
        return wanted.entry
    if one.default is not None:
        begun = one.default.get("fields", {})
        one = replace(one, fields=tuple(replace(f, default=begun.get(f.face.name)) for f in one.fields))
    return (yield from _named(one, label, form, why))


def _named(one: ObjectField, label: str, form: Form, why: str) -> Generator[Ask, str, Entry]:
    """Ask the fields of an object, then for names of one's own where it takes such."""
    fields: Entry = {}
    for inner in one.fields:
        entry = yield from ask(inner, _joined(label, inner.face.name), form, why)
        why = ""
        if entry is not None:
            fields[inner.face.name] = entry
    extra: list[list[Any]] = list((one.default or {}).get("extra", []))
    while one.extra is not None:
        text = yield Ask(f"{_joined(label, 'name of one more')} (empty: none): ", why)
        name, why = text.strip(), ""
        if not name:
            break
        if name in one.index or any(name == taken for taken, _ in extra):
            why = "is there already"
            continue
        entry = yield from ask(one.extra, _joined(label, name), form)
        extra += [[name, entry]] if entry is not None else []
    return {"fields": fields, "extra": extra}


def _list(one: ListField, label: str, form: Form, why: str) -> Asking:
    """Ask items: those of one line until a line is empty, others while one more is wanted."""
    wanted = yield from _wanted(one, label, why, "fill in?" if one.default is None else "change?")
    if wanted.settled:
        return wanted.entry
    items: list[Entry] = []
    while one.max_items is None or len(items) < one.max_items:
        name = f"{label}[{len(items)}]"
        if isinstance(one.item, LINES):
            item = replace(one.item, face=replace(one.item.face, required=False), default=None)
            entry = yield from ask(item, name, form, why, "empty ends")
        elif len(items) < (one.min_items or 0) or (yield from _more(name, why)):
            entry = yield from ask(one.item, name, form)
        else:
            entry = None
        why = ""
        if entry is None:
            break
        items.append(entry)
    return {"items": items}


def _more(name: str, why: str) -> Generator[Ask, str, bool]:
    while True:
        text = yield Ask(f"{name}: add? (y/n) [n]: ", why)
        try:
            return bool(text.strip()) and yes_or_no(text)
        except RefusedError as error:
            why = str(error)


def _tuple(one: TupleField, label: str, form: Form, why: str) -> Asking:
    wanted = yield from _wanted(one, label, why, "fill in?" if one.default is None else "change?")
    if wanted.settled:
        return wanted.entry
    items: list[Entry | None] = []
    for index, inner in enumerate(one.fields):
        items.append((yield from ask(inner, f"{label}[{index}]", form, why)))
        why = ""
    return {"items": items}


def _variants(one: VariantsField, label: str, form: Form, why: str) -> Asking:
    """Ask which form the value has, then for the value."""
    labels = [name for name, _ in one.options]
    bare = replace(one, face=replace(one.face, required=True), default=None)
    while True:
        listed = "\n".join([notes_of(bare, why), *numbered([(name, "") for name in labels])]).strip("\n")
        text = yield Ask(f"{label} ({_which(one)}){default_of(one)}: ", listed)
        answer = text.strip()
        if not answer and (one.default is not None or not one.face.required):
            return one.default
        if answer == "-" and not one.face.required:
            return None
        if answer == "null" and one.face.nullable:
            return {"null": True}
        try:
            index = option_of(text, labels) if answer else -1
        except RefusedError as error:
            why = str(error)
            continue
        if index < 0:
            why = REQUIRED
            continue
        entry = yield from ask(one.options[index][1], label, form)
        return {"variant": index, "entry": entry}


def _which(one: VariantsField) -> str:
    words = [f"1 to {len(one.options)}"]
    words += ["or null"] if one.face.nullable else []
    return ", ".join(words + (["optional"] if not one.face.required and one.default is None else []))


def _null(one: Field, label: str, why: str) -> Asking:
    """Ask nothing where null is all that can be said."""
    if one.face.required:
        return {"null": True}
    wanted = yield from _wanted(one, label, why, "send null?")
    return wanted.entry if wanted.settled else {"null": True}


def _joined(label: str, name: str) -> str:
    shown = one_line(name, _LABEL) or '""'
    return f"{label}.{shown}" if label else shown
