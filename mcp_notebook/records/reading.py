"""A tracker's memory → records, each as it stood at one moment.

Operations begin and end meanwhile in other threads: those that ran when the
reading began are in it, once, whether or not they have ended since.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..progress import Event
from ..progress.state import quotient
from ..text import line_of
from .record import Record
from .stalls import stalls

if TYPE_CHECKING:
    from ..progress import Operation, Progress, Tracker

NAME = 120


def read(tracker: Tracker, last: int | None = None) -> tuple[Record, ...]:
    """Return a record of every operation that *tracker* remembers, or of the *last* so many; oldest first."""
    running = tracker.running()  # before the finished ones: what ends in between is in both, not in none
    known = {one.id: one for one in (*running, *tracker.finished())}
    ordered = sorted(known.values(), key=lambda one: (one.started, one.id))
    return tuple(_record(one) for one in (ordered if last is None else ordered[-last:]))


def _record(operation: Operation) -> Record:
    look, about = operation.look(), operation.about
    state, parent = look.state, operation.parent
    duration = max(0.0, state.elapsed)
    events = look.events if state.running else _within(look.events, duration)
    return Record(
        id=operation.id,
        kind=about.kind,
        label=line_of(operation.label),
        server=None if about.server is None else line_of(about.server, NAME),
        tool=about.tool,
        arguments=None if about.arguments is None else dict(about.arguments),
        shortened=about.shortened,
        token=operation.token,
        cell=about.cell,
        parent=None if parent is None else parent.id,
        started=_date(look.began),
        ended=None if state.running else _date(look.began + duration),
        duration=duration,
        status=state.status,
        note=None if look.note is None else line_of(look.note),
        progress=state.progress,
        total=state.total,
        unit=state.unit or None,
        message=state.message,
        fraction=state.fraction if state.updates else None,
        rate=_rate(state, duration),
        updates=state.updates,
        stage=state.stage,
        waited=events[0].at if events else None,
        repairs=state.repairs,
        events=events,
        stalls=stalls([event.at for event in events], duration, look.waits),
        earlier=tuple((begin - look.started, end - look.started) for begin, end in look.earlier),
        logs=operation.logs,
    )


def _within(events: tuple[Event, ...], end: float) -> tuple[Event, ...]:
    """Return *events*, the last at the *end* where that was noticed a little later."""
    late = next((index for index, event in enumerate(events) if event.at > end), len(events))
    return (*events[:late], *(replace(event, at=end) for event in events[late:]))


def _rate(state: Progress, duration: float) -> float | None:
    if state.running:
        return state.rate
    return quotient(state.progress, duration) or None if state.updates and not state.stage else None


def _date(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone()
