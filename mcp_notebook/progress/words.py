"""A snapshot as the one line that bars, receipts and clients show.

The same words everywhere; numbers a person can read; nothing that is not
known. A percentage is only said where there is a total.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..text import BAR_LIMIT, cut, isolated, one_line
from .state import Progress, Status

SEPARATOR = " · "
MARKS: dict[Status, str] = {
    "running": "▶",
    "done": "✓",
    "failed": "✗",
    "cancelled": "◼",
    "interrupted": "◼",
    "stopped": "◼",
    "abandoned": "◼",
    "timed out": "▲",
}
"""beside the word, never in its place; of what every font has"""
WAITING = "waiting for your answer"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_PERCENT_TOTALS = (1.0, 100.0)
_WIDE = 1.5
"""a range whose ends are no further apart is said as one number"""


def live(state: Progress) -> str:
    """Return what a running bar says beside itself: `620/2000 · 31 % · 889/s · 1.6 s left`."""
    parts = [count(state), percent(state), stage(state)]
    if state.waiting:
        parts.append(WAITING)
    elif state.stalled:
        parts.append(f"silent for {duration(state.silent)}")
    else:
        parts += [rate(state), left(state)]
    return SEPARATOR.join(p for p in parts if p) or duration(state.elapsed)


def receipt(state: Progress, note: str | None = None) -> str:
    """Return what stays when the work has ended: `2000/2000 in 2.2 s · 889/s · done`."""
    why = f": {isolated(one_line(note))}" if note else ""
    return SEPARATOR.join((facts(state), f"{state.status}{why}"))


def facts(state: Progress) -> str:
    """Return a receipt without its status: what was done, how long it took."""
    counted = count(state) or percent(state)
    took = f"{counted} in {duration(state.elapsed)}" if counted else f"in {duration(state.elapsed)}"
    if state.waited >= 1:
        took += f" ({duration(state.waited)} of it for your answers)"
    incomplete = state.status != "done"
    parts = [took, percent(state) if incomplete and count(state) else "", stage(state), _mean_rate(state)]
    return SEPARATOR.join(p for p in parts if p)


def line(label: str, state: Progress, note: str | None = None, limit: int = BAR_LIMIT) -> str:
    """Return one self-sufficient line of at most *limit* characters."""
    name = isolated(one_line(label))
    if not state.running:
        return cut(f"{name}  {receipt(state, note)}", limit)
    tail = f"{SEPARATOR}{isolated(state.message)}" if state.message else ""
    return cut(f"{name}  {live(state)}{tail}", limit)


def count(state: Progress) -> str:
    """Return `620/2000`, `12` where the total is unknown, or nothing where only a share was sent."""
    if not state.updates or _is_share(state):
        return ""
    unit = f" {state.unit}" if state.unit else ""
    if state.total is None:
        return quantity(state.progress) + unit
    return f"{quantity(state.progress)}/{quantity(state.total)}{unit}"


def percent(state: Progress) -> str:
    """Return `31 %`, rounded down, so that 100 % is said only when it is reached."""
    return percentage(state.fraction) if state.updates else ""


def percentage(fraction: float | None) -> str:
    """Return `31 %` of a fraction, or nothing where it is not known."""
    if fraction is None or not math.isfinite(fraction * 100):
        return ""
    return f"{quantity(math.floor(fraction * 100 + 1e-9))} %"


def stage(state: Progress) -> str:
    """Return `round 2` after a restart."""
    return f"round {state.stage + 1}" if state.stage else ""


def rate(state: Progress) -> str:
    """Return `889/s`, or per minute or hour where that reads better."""
    return "" if _is_share(state) else per_second(state.rate)


def left(state: Progress) -> str:
    """Return `1 min 12 s left` where it is known, `2–5 min left` where it is not so well known."""
    return time_left(state.eta, state.left)


def time_left(eta: float | None, likely: tuple[float, float] | None = None) -> str:
    """Return *eta* in words, or what is *likely* where that is a wide range; or nothing."""
    if eta is None:
        return ""
    if likely is None or likely[1] <= likely[0] * _WIDE or likely[1] < 3:  # noqa: PLR2004 - a moment
        return f"{duration(eta)} left" if eta >= 1 else "1 s left"
    low, unit = _rough(max(1.0, likely[0]), math.floor)
    high, last = _rough(likely[1], math.ceil)
    return f"{low}–{high} {last} left" if unit == last else f"{low} {unit}–{high} {last} left"


def per_second(value: float | None) -> str:
    """Return a rate with its best unit of time, or nothing."""
    if value is None or value <= 0 or not math.isfinite(value * _HOUR):
        return ""
    for factor, unit in ((1, "s"), (_MINUTE, "min"), (_HOUR, "h")):
        if value * factor >= 1 or unit == "h":
            return f"{quantity(_rounded(value * factor))}/{unit}"
    return ""


def duration(seconds: float) -> str:
    """Return *seconds* as `12 ms`, `2.2 s`, `1 min 12 s`, `3 h 5 min` or `2 d 4 h`."""
    if seconds < 0.001:  # noqa: PLR2004
        return "<1 ms"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, name, smaller, small in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= unit:
            rest = whole % unit // smaller
            return f"{whole // unit} {name}" + (f" {rest} {small}" if rest else "")
    return f"{whole} s"


def _rough(seconds: float, rounded: Callable[[float], int]) -> tuple[str, str]:
    """Return *seconds* as one number of at least 2, with a person's precision, and its unit."""
    whole = rounded(seconds)
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s")):
        if whole >= (size if size == 1 else 2 * size):
            count = seconds / size
            step = 1 if count < 10 else 5 if count < 60 else 10 ** (len(str(int(count))) - 1)  # noqa: PLR2004
            return quantity(rounded(count / step) * step), unit
    return "1", "s"


def quantity(value: float) -> str:
    """Return a number without noise: `2000`, `0.25`, `1.5e+12`."""
    if value == int(value) and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    return f"{value:.4g}"


def _is_share(state: Progress) -> bool:
    """Return whether only a share was sent: nobody has said what is counted, and it ends at 1 or at 100."""
    return state.unit is None and state.total in _PERCENT_TOTALS


def _rounded(value: float) -> float:
    return float(f"{value:.2g}") if value < 100 else float(f"{value:.3g}")  # noqa: PLR2004


def _mean_rate(state: Progress) -> str:
    worked = state.elapsed - state.waited
    if not state.updates or state.stage or worked <= 0 or _is_share(state):
        return ""
    return per_second(state.progress / worked)
