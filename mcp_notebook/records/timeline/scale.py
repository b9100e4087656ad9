"""Time → place on the axis, and back to words. Pure: s since the first record in, the same without pauses out.

Rules: while something runs, a second is a second everywhere. A pause in which nothing ran, long beside all
that did, is cut to a strip that says how long it was: a session of hours is mostly pauses.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Span = tuple[float, float]

LONG = 0.2
"""a pause that is cut, as a share of all the time in which something ran"""
LONG_S = 1.0
STRIP, STRIPS = 0.035, 0.3
"""what it is cut to, and what all of them may take together"""
TICKS = 7
APART = 0.05
"""of the width, between two ticks"""
SECONDS, MINUTES = 120, 7_200
"""up to where the axis counts in that unit"""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Scale:
    """Pieces of time in which something ran, one after the other, with strips between."""

    pieces: tuple[Span, ...]
    strip: float = 0.0
    _places: tuple[float, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        places, at = [], 0.0
        for begin, end in self.pieces:
            places.append(at)
            at += end - begin + self.strip
        object.__setattr__(self, "_places", tuple(places))

    @property
    def width(self) -> float:
        """Return the place where it ends."""
        begin, end = self.pieces[-1]
        return self._places[-1] + end - begin

    @property
    def extent(self) -> float:
        """Return the s from the beginning to the end, pauses included."""
        return self.pieces[-1][1]

    def place(self, at: float) -> float:
        """Return where the moment *at* is; within a pause, somewhere in its strip."""
        index = max(0, bisect_right(self.pieces, (at, math.inf)) - 1)
        begin, end = self.pieces[index]
        beyond = at - end
        room = math.inf if index + 1 == len(self.pieces) else self.strip
        return self._places[index] + min(at, end) - begin + min(max(0.0, beyond), room)

    def pauses(self) -> Iterator[tuple[float, float]]:
        """Yield the middle of each strip, and how many s it stands for."""
        for index in range(len(self.pieces) - 1):
            begin, end = self.pieces[index][1], self.pieces[index + 1][0]
            yield self._places[index + 1] - self.strip / 2, end - begin

    def ticks(self) -> list[tuple[float, str]]:
        """Return places and what stands there."""
        step = self.step
        ticks: list[tuple[float, str]] = []
        for begin, end in self.pieces:
            first = math.ceil(begin / step - 1e-9)
            inside = [n * step for n in range(first, math.floor(end / step + 1e-9) + 1)]
            for at in inside or [begin]:
                if not ticks or self.place(at) - ticks[-1][0] >= APART * self.width:
                    ticks.append((self.place(at), self.said(at)))
        return ticks

    @property
    def step(self) -> float:
        """Return a round number of s between two ticks."""
        wanted = sum(end - begin for begin, end in self.pieces) / TICKS
        if wanted < 1:
            size = 10.0 ** math.floor(math.log10(wanted))
            return next(size * n for n in (1, 2, 5, 10) if size * n >= wanted * 0.999)
        return float(next((s for s in _STEPS if s >= wanted), _DAY * math.ceil(wanted / _DAY)))

    def said(self, at: float) -> str:
        """Return a moment as the axis counts."""
        if self.extent < SECONDS:
            return f"{at:.10g}" if self.step >= 1 else f"{at:.{math.ceil(-math.log10(self.step) - 1e-9)}f}"
        minutes, seconds = divmod(round(at), 60)
        hours, rest = divmod(minutes, 60)
        fine = self.step % 60 != 0
        if self.extent < MINUTES:
            return f"{minutes}:{seconds:02}" if fine else str(minutes)
        return f"{hours}:{rest:02}" + (f":{seconds:02}" if fine else "")

    @property
    def unit(self) -> str:
        """Return what the axis counts in."""
        if self.extent < SECONDS:
            return "seconds"
        fine = ":seconds" if self.step % 60 != 0 else ""
        return ("minutes" if self.extent < MINUTES else "hours:minutes") + fine


def scale(spans: Iterable[Span], *, gaps: bool = False) -> Scale:
    """Return the scale for *spans* in which something ran; with *gaps* pauses keep their length."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    busy = sum(end - begin for begin, end in merged)
    long = max(LONG_S, LONG * busy)
    pieces = merged[:1]
    for begin, end in merged[1:]:
        if gaps or begin - pieces[-1][1] <= long:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((begin, end))
    begin, end = pieces[-1]
    whole = sum(until - since for since, until in pieces)
    if whole < 1e-3:  # noqa: PLR2004 - nothing that lasted: a millisecond to stand on
        pieces[-1] = (begin, end + 1e-3)
    return Scale(tuple(pieces), strip=max(whole, 1e-3) * min(STRIP, STRIPS / len(pieces)))
