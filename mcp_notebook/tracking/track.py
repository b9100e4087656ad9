"""`track(...)`: what it hands out for a `for` loop, an `async for`, and for counting by hand."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, TypeVar

from ..errors import ArgumentError, LoopStopped
from ..text import line_of
from . import counting, sources
from .bar import Bar
from .loop import Loop
from .registry import Loops

logger = logging.getLogger(__name__)

T = TypeVar("T")
UNSET: Any = object()


class Track(Generic[T]):
    """An iterable that is counted while somebody iterates over it; each iteration is a loop of its own."""

    __slots__ = ("_describe", "_given", "_loop", "_loops", "_source", "label", "unit")

    def __init__(
        self,
        loops: Loops,
        source: Any,
        label: str,
        total: object,
        unit: str | None,
        describe: Callable[[T], object] | None,
    ) -> None:
        self._loops = loops
        self._source = source
        self._given = total
        self._describe = describe
        self._loop: Loop | None = None
        self.label = label
        self.unit = unit

    def __iter__(self) -> Iterator[T]:
        source = self._source
        iterator = iter(source)
        size, counter = sources.look(source, iterator)
        total = size if self._given is UNSET else self._given
        loop = self._loop = self._loops.begin(self.label, total, self.unit)
        frame = sys._getframe(1)  # noqa: SLF001 - `break` is told from other ends by it
        loop.code, loop.begun_at = frame.f_code, frame.f_lasti
        if self._describe is not None:
            iterator, counter = _described(iterator, self._describe, loop), None
        if counter is None:
            head = counting.over_any(iterator, loop)
        else:
            head = counting.over_builtin(iterator, counter, loop)
        return loop.watch(head)  # type: ignore[no-any-return]

    def __aiter__(self) -> AsyncIterator[T]:
        source = self._source
        iterator = aiter(source)
        total = None if self._given is UNSET else self._given
        loop = self._loop = self._loops.begin(self.label, total, self.unit)
        loop.code = sys._getframe(1).f_code  # noqa: SLF001
        if self._describe is not None:
            iterator = _described_async(iterator, self._describe, loop)
        return loop.watch(counting.over_async(iterator, loop))  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._source)

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Track[T]:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to close: a loop ends by itself."""

    @property
    def loop(self) -> Loop | None:
        """The newest iteration."""
        return self._loop

    @property
    def total(self) -> object:
        """How many items there are; None while that is not known."""
        if self._loop is not None:
            return self._loop.total
        return None if self._given is UNSET else self._given

    @total.setter
    def total(self, total: object) -> None:
        self._given = total
        if self._loop is not None:
            self._loop.total = total

    @property
    def message(self) -> object:
        """What is being done, in one line: `bar.message = f"loss {loss:.3f}"`."""
        return self._loop.message if self._loop is not None else None

    @message.setter
    def message(self, message: object) -> None:
        if self._loop is not None:
            self._loop.message = message

    def __repr__(self) -> str:
        if self._loop is None:
            return f"<track {self.label!r}, not begun>"
        return f"<track {self.label!r} {self._loop.progress():g}/{self._loop.total} {self._loop.status}>"


def track(
    loops: Loops,
    source: Any,
    label: str,
    total: object,
    unit: str | None,
    message: Any,
) -> Any:
    """Return a `Track` over *source*, or a `Bar` where there is none."""
    if message is not None and not callable(message) and source is not None:
        raise ArgumentError(
            f"message={message!r}: give a function of the item, such as message=lambda item: item.name"
        )
    if source is None:
        bar = Bar(loops.begin(label, None if total is UNSET else total, unit, by_hand=True))
        if message is not None:
            bar.message = message
        return bar
    kind = type(source)
    if not (hasattr(kind, "__iter__") or hasattr(kind, "__aiter__") or hasattr(kind, "__getitem__")):
        hint = f"did you mean range({source})? " if isinstance(source, int) else ""
        raise ArgumentError(
            f"track({source!r}): {kind.__name__} objects cannot be iterated over; {hint}"
            "To count by hand, give total=…"
        )
    return Track(loops, source, label, total, unit, message)


def _described(iterator: Iterator[T], describe: Callable[[T], object], loop: Loop) -> Iterator[T]:
    """Say what each item is, when somebody may look: once for each sample, and for the last item."""
    item: Any = UNSET
    said: Any = UNSET
    try:
        for item in iterator:
            if loop.curious:
                loop.curious = False
                said = item
                _describe(describe, item, loop)
            yield item
    finally:
        if item is not said:
            _describe(describe, item, loop)


async def _described_async(
    iterator: AsyncIterator[T], describe: Callable[[T], object], loop: Loop
) -> AsyncIterator[T]:
    item: Any = UNSET
    said: Any = UNSET
    try:
        async for item in iterator:
            if loop.curious:
                loop.curious = False
                said = item
                _describe(describe, item, loop)
            yield item
    finally:
        if item is not said:
            _describe(describe, item, loop)


def _describe(describe: Callable[[T], object], item: T, loop: Loop) -> None:
    """Ask the user's function; it is reported once where it fails, and the loop goes on."""
    if loop.mute:
        return
    try:
        loop.message = describe(item)
    except LoopStopped:
        raise
    except Exception as error:
        loop.mute = True
        loop.note = f"the message function failed: {type(error).__name__}: {line_of(error)}"
        logger.warning("%s: %s", loop.label, loop.note)
