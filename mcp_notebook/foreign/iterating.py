"""Count an iterator for a loop that `track` did not begin; see `tracking.counting` for how."""

from __future__ import annotations

import sys
import weakref
from collections.abc import AsyncIterator, Iterator
from types import GeneratorType
from typing import Any

from ..tracking import Track, counting
from ..tracking.counting import Counted, Counter
from ..tracking.loop import Loop
from . import closing


def over(
    iterator: Iterator[Any], counter: Counter | None, loop: Loop, told: Counted, start: int = 0
) -> Iterator[Any]:
    """Return what gives the items of *iterator*, counts them for *loop* from *start*, and tells *told*."""
    head = (
        counting.over_any(iterator, told)
        if counter is None
        else counting.over_builtin(iterator, counter, told)
    )
    if start:
        head.counter = _from(start, head)
    return loop.watch(head)  # type: ignore[no-any-return]


def over_async(iterator: AsyncIterator[Any], loop: Loop) -> AsyncIterator[Any]:
    """Return what gives the items of *iterator* to an `async for`, and counts them for *loop*."""
    return loop.watch(counting.over_async(iterator, loop))  # type: ignore[no-any-return]


def iterable(source: Any) -> bool:
    """Return whether `iter(source)` has a chance."""
    kind = type(source)
    return getattr(kind, "__iter__", None) is not None or hasattr(kind, "__getitem__")


def tracked(source: Any) -> bool:
    """Return whether the items of *source* are counted already, by us or with a bar of their own.

    `enumerate`, `zip` and `map` are looked through.
    """
    if isinstance(source, Track) or type(source).__module__ == counting.__name__:
        return True
    if isinstance(source, GeneratorType):
        frame = source.gi_frame
        return frame is not None and closing.is_library(frame)
    if isinstance(source, enumerate | zip | map):
        parts = source.__reduce__()[1]
        return any(tracked(p) for p in (parts[:1] if isinstance(source, enumerate) else parts))
    std = sys.modules.get("tqdm.std")
    return std is not None and isinstance(source, std.tqdm)


def _from(start: int, head: Any) -> Counter:
    """Return the counter of *head* as it counts from *start*."""
    if head.counter is None:
        seen = weakref.ref(head)
        return (lambda: start + _position(seen())), _nothing
    size, left = head.counter
    return (lambda: (size() if callable(size) else size) + start), left


def _position(head: Any) -> int:
    return int(head.__reduce__()[2])


def _nothing() -> int:
    return 0
