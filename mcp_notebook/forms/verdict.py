"""Judge what was read of a form, and say each fault where its field is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..arguments.judge import allowance, find_faults
from ..arguments.schemas import Schema
from ..text import one_line
from .containers import ObjectField
from .field import Fault, Field, Path, Visit
from .wording import faults_of

FAULTS = 50
_PLACE = 80


def verdict(
    value: Any, root: Field, schema: Schema, visit: Visit, *, part: Schema | None = None
) -> tuple[Fault, ...]:
    """Return what is wrong with *value*, read from *root* in *visit*, in the order of the fields.

    It is judged by all of *schema*, or by *part* of it.

    Of a choice between forms the chosen one judges; what could not be read is
    not judged, nor what holds it.
    """
    unread = {fault.path for fault in visit.faults}
    found = [f for f in _judged(value, schema, visit, part) if not _depends(f.path, unread)]
    shown = dict.fromkeys(_drawn(fault, root) for fault in (*visit.faults, *found))
    return tuple(sorted(shown, key=lambda fault: _order(fault.path, root)))[:FAULTS]


def _order(path: Path, root: Field) -> tuple[int, ...]:
    """Return where the field at *path* is drawn: the first fault is the first that one sees."""
    order: list[int] = []
    here: Field | None = root
    for step in path:
        names = list(here.index) if isinstance(here, ObjectField) else []
        order.append(step if isinstance(step, int) else names.index(step) if step in names else len(names))
        here = here.at(step) if here is not None else None
    return tuple(order)


def _judged(value: Any, schema: Schema, visit: Visit, part: Schema | None) -> Iterator[Fault]:
    steps = allowance()
    told: set[Path] = set()
    for path, inner, chosen in visit.chosen:  # those further in come first
        if any(_begins(one, path) for one in told):
            continue
        for found in find_faults(inner, schema, part=chosen, steps=steps):
            told.add(path)
            yield from (Fault((*path, *fault.path), fault.message) for fault in faults_of(found))
    for found in find_faults(value, schema, part=part, steps=steps):
        for fault in faults_of(found):
            if not any(_begins(fault.path, one) for one in told):
                yield fault


def _begins(path: Path, start: Path) -> bool:
    return path[: len(start)] == start


def _depends(path: Path, unread: set[Path]) -> bool:
    return any(_begins(path, one) or _begins(one, path) for one in unread)


def _drawn(fault: Fault, root: Field) -> Fault:
    """Return *fault* at the field that is drawn nearest to it; the rest of the way is words."""
    here, depth = root, 0
    for step in fault.path:
        inner = here.at(step)
        if inner is None:
            break
        here, depth = inner, depth + 1
    rest = fault.path[depth:]
    if not rest:
        return fault
    way = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
    return Fault(fault.path[:depth], f"{one_line(way.removeprefix('.'), _PLACE)} {fault.message}")
