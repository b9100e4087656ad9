"""Count an iterator for a loop that `track` did not begin; see `tracking.counting` for how."""

from __future__ import annotations

import sys
import weakref
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from types import GeneratorType
from typing import Any

from ..tracking import Track, counting
from ..tracking.counting import Counted, Counter
from ..tracking.loop import Loop
from . import closing


def over(
    iterator: Iterator[Any], counter: Counter | None, loop: Loop, told: Counted, start: float = 0
) -> Iterator[Any]:
    """Return what gives the items of *iterator*, counts them for *loop* from *start*, and tells *told*."""
    if counter is None:
        head, counter = counting.over_any(iterator, told)
    else:
        head = counting.over_builtin(iterator, told)
    return _watched(head, _from(start, head, counter) if start else counter, loop)  # type: ignore[no-any-return]


def over_async(iterator: AsyncIterator[Any], loop: Loop) -> AsyncIterator[Any]:
    """Return what gives the items of *iterator* to an `async for`, and counts them for *loop*."""
    head, counter = counting.over_async(iterator, loop)
    return _watched(head, counter, loop)  # type: ignore[no-any-return]


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


def _watched(head: Any, counter: Counter | None, loop: Loop) -> Any:
    loop.watch(head, counter)
    if loop.stopping is not None:
        counting.stop(head)
    return head


def _from(start: float, head: chain[Any], counter: Counter | None) -> Counter:
    """Return *counter* as it counts from *start*."""
    if counter is None:
        seen = weakref.ref(head)
        return (lambda: start + counting.position(seen())), _nothing  # type: ignore[return-value]
    size, left = counter
    if callable(size):
        return (lambda: size() + start), left  # type: ignore[return-value]
    return (lambda: size + start), left  # type: ignore[return-value]


def _nothing() -> int:
    return 0
