"""`for` loops of a watched cell as loops: what `rewriting` lets them call when they begin.

They are counted like `track` counts: exactly, with nothing of ours run for an
item, and stopped at their next one. They have bars, since they have none of
their own.

Rules: the outermost two levels count; whatever is counted already (`track`,
tqdm, rich) is left alone; and where the inner loops of one place were all
quick, most of the next ones are left alone: 10,000 small loops stay cheap.
Outside a watched cell, the functions that it has defined run as ever.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from ..tracking import sources
from ..tracking.loop import Loop, current
from . import capturing, iterating

LEVELS = 2
QUICK_S = 0.01
MANY = 16
"""quick inner loops after which a place is left alone for a while"""
MOST = 1_024

_places: dict[int, Place] = {}
_numbers = itertools.count(1)


class Place:
    """Where a loop is written, and how quick the loops begun there were."""

    __slots__ = ("_last", "_pause", "_quick", "_rest", "label")

    def __init__(self, label: str) -> None:
        self.label = label
        self._last: Loop | None = None
        self._quick = 0
        self._pause = MANY
        self._rest = 0

    def rests(self) -> bool:
        """Return whether the loop that begins here is to be left alone: the ones before were all quick."""
        if self._rest:
            self._rest -= 1
            return True
        last, self._last = self._last, None
        if last is None:
            return False
        if last.ended is None or last.ended - last.started >= QUICK_S:
            self._quick, self._pause = 0, MANY
            return False
        self._quick += 1
        if self._quick < MANY:
            return False
        self._rest, self._pause = self._pause - 1, min(2 * self._pause, MOST)
        return True

    def begun(self, loop: Loop) -> None:
        """Remember the newest loop."""
        self._last = loop


def place(label: str, line: int) -> int:
    """Return the number of a new place."""
    number = next(_numbers)
    _places[number] = Place(f"{label}, line {line}")
    return number


class Watched:
    """What a `for` statement iterates over instead of its source: there the loop begins."""

    __slots__ = ("_place", "_source", "_those")

    def __init__(self, source: Any, those: tuple[capturing.Capture, ...], place: Place) -> None:
        self._source, self._those, self._place = source, those, place

    def __iter__(self) -> Iterator[Any]:
        __tracebackhide__ = True
        iterator = iter(self._source)
        size, counter = sources.look(self._source, iterator)
        loop = self._begin(size)
        loop.code = sys._getframe(1).f_code  # noqa: SLF001 - `break` is told from other ends by it
        return iterating.over(iterator, counter, loop, loop)

    def __aiter__(self) -> AsyncIterator[Any]:
        __tracebackhide__ = True
        iterator = self._source.__aiter__()
        loop = self._begin(None)
        loop.code = sys._getframe(1).f_code  # noqa: SLF001
        return iterating.over_async(iterator, loop)

    def _begin(self, total: int | None) -> Loop:
        loop = self._those[-1].loops.begin(self._place.label, total, None)
        self._place.begun(loop)
        capturing.take(self._those, loop)
        return loop


def over(source: Any, number: int) -> Any:
    """Return what a `for` statement iterates over instead of *source*."""
    return _watched(source, number) if iterating.iterable(source) else source


def over_async(source: Any, number: int) -> Any:
    """Return what an `async for` statement iterates over instead of *source*."""
    return _watched(source, number) if hasattr(type(source), "__aiter__") else source


def _watched(source: Any, number: int) -> Any:
    """Return *source* watched, or itself where it is to be left alone."""
    where, around = _places.get(number), _around()
    if where is None or around >= LEVELS or (around and where.rests()) or iterating.tracked(source):
        return source
    those = tuple(c for c in capturing.captures() if c.plain)
    return Watched(source, those, where) if those else source


def _around() -> int:
    """Return how many loops are around this one, as far as it matters."""
    around, loop = 0, current.get()
    while loop is not None and around < LEVELS:
        around += loop.ended is None
        loop = loop.parent
    return around
