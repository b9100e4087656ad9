"""A loop that stands for a bar of another library: reads it, stops it, learns how it ended."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator, Sized
from types import FrameType
from typing import Any

from ..text import one_line
from ..tracking import sources
from ..tracking.loop import Loop
from . import closing, iterating
from .capturing import named
from .patching import harmless


class ForeignBar:
    """One bar. Those that are iterated over are counted by our iterator, the others by themselves."""

    def __init__(self, loop: Loop, prefix: str) -> None:
        self.loop = loop
        self._prefix = prefix
        loop.twin = self
        if loop.stopping is not None:
            self.stop()

    def read(self) -> None:
        """Bring `n` (where it is counted by hand), the label, the total and the message up to date."""
        raise NotImplementedError

    def refuse(self) -> None:
        """Let the bar raise, the next time that it is told something."""
        raise NotImplementedError

    @harmless
    def close(self, caller: Any) -> None:
        """End it, if it is counted by hand: the frame *caller* closes it."""
        if self.loop.by_hand and self.loop.running:
            self.read()
            self.loop.end(closing.closed(self.loop, caller))

    def call_it(self, label: str) -> None:
        """Give the loop the name that the bar has."""
        self.loop.label = one_line(named(self._prefix, label))

    # what the loop asks

    def look(self) -> None:
        """Bring the loop up to date."""
        self.read()

    def stop(self) -> None:
        """Let it end at the next step; an iterator does that itself."""
        if self.loop.by_hand:
            self.refuse()

    # what the iterator tells

    def iterate(self, source: Any, start: int = 0) -> Iterator[Any]:
        """Return what is to be iterated over instead of *source*, counted from *start*."""
        loop = self.loop
        iterator = iter(source)
        user = closing.outside(sys._getframe(1))  # noqa: SLF001 - `break` is told from other ends by its code
        loop.by_hand = False
        loop.code = user.f_code if user is not None else None
        return iterating.over(iterator, sources.look(source, iterator)[1], loop, self, start)

    def exhausted(self) -> None:
        """End: the source has run out."""
        self.loop.exhausted()

    def stopped(self) -> BaseException:
        """End: it was asked to stop; return what says so in the cell."""
        return self.loop.stopped()

    def let_go(self, head: Any) -> None:
        """End: *head*, the iterator, was freed before its source had run out."""
        self.loop.freed(head, lambda frame: closing.let_go(self.loop, frame), sys._getframe(2))  # noqa: SLF001


def scalar(value: Any) -> Any:
    """Return *value*, a number of whatever library, as one of Python's."""
    if value is None or isinstance(value, int | float):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


class Lent:
    """Stands for a source in the library's own `for`, once: there the counting begins."""

    def __init__(self, source: Any, bar: Callable[[FrameType], tuple[ForeignBar, int] | None]) -> None:
        self._source = source
        self._bar = bar
        """returns the bar that is iterated over, or None where nobody captures any more"""

    def __iter__(self) -> Iterator[Any]:
        found = self._bar(sys._getframe(1))  # noqa: SLF001 - the frame knows which bar it is
        if found is None:
            return iter(self._source)
        bar, start = found
        return bar.iterate(self._source, start)

    def __length_hint__(self) -> int:
        return operator.length_hint(self._source)


class LentSized(Lent):
    """The same for a source that knows its size, which a library may ask for."""

    def __len__(self) -> int:
        return len(self._source)


def lend(source: Any, bar: Callable[[FrameType], tuple[ForeignBar, int] | None]) -> Lent:
    """Return what stands for *source*; *bar* tells which bar it is, and where its count begins."""
    return (LentSized if isinstance(source, Sized) else Lent)(source, bar)
