"""Loops as clients are told of them: JSON, and one line of text each."""

from __future__ import annotations

import math
from typing import Any

from ..errors import ArgumentError, suggest
from ..text import line_of
from ..tracking import Loop, Loops, LoopView, fold, view

DIGITS = 3
NAME = 60


def state(loop: Loop, now: float) -> dict[str, Any]:
    """Return the state of *loop*: times in seconds, `rate` in units per second, null where not known."""
    return as_json(view(loop, now))


def as_json(seen: LoopView) -> dict[str, Any]:
    """Return *seen* as clients get it."""
    told: dict[str, Any] = {
        "id": seen.id,
        "label": seen.label,
        "parent": seen.parent,
        "status": seen.status,
        "progress": _short(seen.progress),
        "total": _short(seen.total),
        "message": seen.message,
        "elapsed_s": _short(seen.elapsed),
        "rate": _short(seen.rate),
        "eta_s": _short(seen.eta),
        "cell": seen.cell,
        "stalled_for_s": _short(seen.stalled_for),
    }
    return {**told, "note": seen.note} if seen.note else told


def every(loops: Loops, *, finished: bool = True) -> list[Loop]:
    """Return the loops that are known, oldest first, each once."""
    known = {one.number: one for one in (*(loops.finished() if finished else ()), *loops.running())}
    return [known[number] for number in sorted(known)]


def find(loops: Loops, wanted: str) -> Loop:
    """Return the loop with that id, or the newest with that label, running ones first."""
    known = every(loops)
    named = [one for one in known if one.id == wanted] or [one for one in known if one.label == wanted]
    if not named:
        names = sorted({one.id for one in known} | {line_of(one.label, NAME) for one in known})
        raise ArgumentError(f"no loop {line_of(wanted, NAME)!r}; {suggest(wanted, names)}")
    return next((one for one in reversed(named) if one.running), named[-1])


def outermost(loops: Loops) -> Loop | None:
    """Return the newest running loop that runs inside no other."""
    running = loops.running()
    return next((one for one in reversed(running) if one.parent is None or not one.parent.running), None)


def reading(loop: Loop) -> fold.Reading:
    """Return what *loop* has done and where the work is."""
    counted = fold.read(loop)
    where, message = fold.path(loop)
    return fold.Reading(counted.progress, counted.total, where, message)


def _short(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    whole = round(value, DIGITS)
    return int(whole) if whole == int(whole) else whole
