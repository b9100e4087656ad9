"""The specification's progress rules as values.

Source: Model Context Protocol, "Progress" (2024-11-05 to 2026-07-28).

- `progress` must increase with each notification, also where the total is
  unknown: a value that does not is held (the bar stands), and counted.
- `progress` and `total` may be floats; what is not a finite number, or is
  negative, never becomes a value. Integers too large for a float count as such.
- `total` is optional: missing, zero, negative or not a number is unknown. It
  may change; it may be passed by (then the fraction is over 1).
- A drop that comes with another total, or with a new round of the request,
  starts a new stage: what was counted before stays in `stage`.
- A finished token takes nothing more.

Time is an argument: seconds of one monotonic clock.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass, fields, replace
from typing import Literal, NamedTuple

from ..text import HISTORY_LIMIT, one_line

Status = Literal["running", "done", "failed", "cancelled", "timed out", "interrupted", "stopped", "abandoned"]

RUNNING: Status = "running"


@dataclass(frozen=True, slots=True)
class Update:
    """One `notifications/progress` as it came: nothing in it is believed yet."""

    progress: object
    total: object = None
    message: object = None
    count: int = 1
    """how many it stands for: the newest of so many that increased one by one"""


class Sample(NamedTuple):
    """What a loop of this process says of itself: believed."""

    progress: float
    total: float | None
    message: str | None = None
    inner: float = 0.0


@dataclass(frozen=True, slots=True)
class Repairs:
    """How often what was sent could not be taken as it was."""

    rejected: int = 0
    """values that are not finite numbers of at least 0: dropped"""
    held: int = 0
    """values that did not increase: the bar stood"""
    totals: int = 0
    """totals that are not positive finite numbers: shown as unknown"""
    messages: int = 0
    """messages that are not text, or had to be cleaned or cut"""
    late: int = 0
    """notifications after the end: dropped"""

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


@dataclass(frozen=True, slots=True)
class Event:
    """One point of a token's history: s since its start, and the values then."""

    at: float
    progress: float
    total: float | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest state of one progress token, frozen at a moment.

    `progress` and `total` are in the sender's unit, `elapsed`, `silent` and
    `eta` in seconds, `rate` in units per second. `None` means: not known.
    """

    progress: float = 0.0
    total: float | None = None
    message: str | None = None
    status: Status = RUNNING
    elapsed: float = 0.0
    silent: float = 0.0
    """s since the last sign of life"""
    rate: float | None = None
    eta: float | None = None
    updates: int = 0
    """notifications taken so far"""
    stage: int = 0
    """restarts so far: rounds of a request, or a rescaled count"""
    gap: float | None = None
    """usual s between two notifications"""
    patience: float | None = None
    """s of silence after which one may worry, whatever is usual"""
    repairs: Repairs = Repairs()
    inner: float = 0.0
    """how much of the step in work the loops inside it have done, in the same unit"""
    unit: str | None = None
    """what is counted; empty: items; None: nobody has said so"""
    waiting: bool = False
    """whether a question to the person here is open: silence does not count meanwhile"""
    waited: float = 0.0
    """s that were spent waiting for the person here"""
    left: tuple[float, float] | None = None
    """the least and the most s that are likely left: `eta` lies between; None where that is"""

    @property
    def fraction(self) -> float | None:
        """Return progress / total (over 1 where the sender passed its total), or None if unknown."""
        return quotient(self.progress + self.inner, self.total)

    @property
    def running(self) -> bool:
        """Return whether more may come."""
        return self.status == RUNNING

    @property
    def stalled(self) -> bool:
        """Return whether there was no news for several times the usual gap, or too long for its limit."""
        usual = 30.0 if self.gap is None else max(3.0, 6.0 * self.gap)
        limit = usual if self.patience is None else min(usual, self.patience)
        return self.running and self.silent > limit


def fold(state: Progress, update: Update, at: float) -> Progress:
    """Return *state* after *update*, heard *at* s after the start."""
    if not state.running:
        return replace(state, repairs=_count(state.repairs, late=update.count))
    value = number(update.progress)
    if value is None or value < 0:
        return replace(state, repairs=_count(state.repairs, rejected=update.count))
    total, bad_total = _total(update.total)
    message, cleaned = _message(update.message, state.message)
    stage, held = state.stage, False
    if state.updates and value <= state.progress:
        if value < state.progress and total is not None and total != state.total:
            stage += 1
        else:
            value, held = state.progress, True
    repairs = state.repairs
    if held or bad_total or cleaned:
        repairs = _count(repairs, held=held, totals=bad_total, messages=cleaned)
    updates = state.updates + update.count
    return Progress(
        value,
        total,
        message,
        RUNNING,
        at,
        0.0,
        None,
        None,
        updates,
        stage,
        at / updates,
        state.patience,
        repairs,
    )


def advance(state: Progress, sample: Sample, at: float) -> Progress:
    """Return *state* as a loop of this process tells it, *at* s after its start."""
    if not state.running:
        return state
    moved = sample.progress + sample.inner != state.progress + state.inner
    updates = state.updates + 1 if moved or not state.updates else state.updates
    # The first sample is the beginning, no news: before a second one nothing is usual.
    gap = at / (updates - 1) if updates > 1 else None
    return replace(state, **sample._asdict(), updates=updates, elapsed=at, silent=0.0, gap=gap)


def restart(state: Progress, at: float) -> Progress:
    """Return *state* at the start of a new round of the same request: the count begins again."""
    if not state.running:
        return state
    return replace(state, progress=0.0, total=None, updates=0, stage=state.stage + 1, elapsed=at, silent=0.0)


def finish(state: Progress, status: Status, at: float) -> Progress:
    """Return *state* ended with *status*; exactly one end counts, later ones change nothing."""
    if not state.running:
        return state
    return replace(state, status=status, elapsed=at, eta=None, left=None, waiting=False)


def quotient(progress: float, total: float | None) -> float | None:
    """Return progress / total, or None where that is unknown or no finite number."""
    if not total:
        return None
    share = progress / total
    return share if math.isfinite(share) else None


def number(value: object) -> float | None:
    """Return *value* as a finite float, or None: booleans and strings are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float | numbers.Real):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def _total(sent: object) -> tuple[float | None, bool]:
    if sent is None:
        return None, False
    total = number(sent)
    return (total, False) if total is not None and total > 0 else (None, True)


def _message(sent: object, last: str | None) -> tuple[str | None, bool]:
    if sent is None:
        return last, False
    if not isinstance(sent, str):
        return last, True
    line = one_line(sent, HISTORY_LIMIT)
    return line or None, line != sent


def _count(repairs: Repairs, **more: int) -> Repairs:
    return replace(repairs, **{name: getattr(repairs, name) + n for name, n in more.items()})
