"""Count an iterator in C: a `for` loop runs none of our code for an item.

The loop is handed a C iterator; how many items it has given can be read from
another thread, without the loop noticing:

- over a list, a range, a tuple… (also inside `enumerate`, `zip`, `map`): from
  the length hint of the builtin iterator, which costs one `chain`;
- CPython 3.11, anything else: from the position that an `islice` would pickle;
- CPython 3.12 and later, anything else: from what is left of a `repeat` that a
  `compress` consumes in step.

The end is exact and immediate. `chain` asks for the tail once the source has
run out; what `break`, an exception or the collector frees is freed at once.
To stop a loop, its iterator is given a class whose `__next__` raises: that
costs nothing until it happens, and the count stays what it was.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain, compress, islice, repeat, starmap
from typing import Any, Protocol

ENDLESS = sys.maxsize


class Counted(Protocol):
    """What a counted iterator tells about itself; a `Loop`."""

    def exhausted(self) -> None:
        """Take that the source has run out."""

    def let_go(self) -> None:
        """Take that the iterator was freed."""

    def stopped(self) -> BaseException:
        """Return what ends the loop that was asked to stop."""


Counter = tuple[int | Callable[[], int], Callable[[], int]]
"""How many items were fetched: the first (or what it returns) minus what the second returns."""


class Tail:
    """What `chain` asks for when the source has run out."""

    __slots__ = ("_loop",)

    def __init__(self, loop: Counted) -> None:
        self._loop = loop

    def __iter__(self) -> Iterator[Any]:
        self._loop.exhausted()
        return iter(())


class _Chained(chain):  # type: ignore[type-arg]
    __slots__ = ("__weakref__", "loop")
    loop: Any

    def __del__(self) -> None:
        self.loop.let_go()


class _ChainedStop(_Chained):
    __slots__ = ()

    def __next__(self) -> Any:
        raise self.loop.stopped()


class _Sliced(islice):  # type: ignore[type-arg]
    __slots__ = ("__weakref__", "loop")
    loop: Any

    def __del__(self) -> None:
        self.loop.let_go()


class _SlicedStop(_Sliced):
    __slots__ = ()

    def __next__(self) -> Any:
        raise self.loop.stopped()


class _Compressed(compress):  # type: ignore[type-arg]
    __slots__ = ("__weakref__", "loop")
    loop: Any

    def __del__(self) -> None:
        self.loop.let_go()


class _CompressedStop(_Compressed):
    __slots__ = ()

    def __next__(self) -> Any:
        raise self.loop.stopped()


class _Awaited:
    """An async iterator without a Python frame: `__anext__` is a C function in a slot."""

    __slots__ = ("__anext__", "__weakref__", "loop")
    loop: Any
    __anext__: Any

    def __aiter__(self) -> Any:
        return self

    def __del__(self) -> None:
        self.loop.let_go()


class _AwaitedStop(_Awaited):
    __slots__ = ()

    async def __anext__(self) -> Any:
        raise self.loop.stopped()


_STOPPING: dict[type, type] = {
    _Chained: _ChainedStop,
    _Sliced: _SlicedStop,
    _Compressed: _CompressedStop,
    _Awaited: _AwaitedStop,
}


def stop(head: Any) -> None:
    """Let *head* raise at its next step."""
    if (stopping := _STOPPING.get(type(head))) is not None:
        head.__class__ = stopping


def over_builtin(iterator: Iterator[Any], loop: Any) -> Any:
    """Return the iterator to hand out where the source's own iterator can be read."""
    head = _Chained(iterator, Tail(loop))
    head.loop = loop
    return head


def _over_any_by_slice(iterator: Iterator[Any], loop: Any) -> tuple[Any, Counter | None]:
    head = _Sliced(chain(iterator, Tail(loop)), None)
    head.loop = loop
    return head, None  # only the head itself knows


def _over_any_by_repeat(iterator: Iterator[Any], loop: Any) -> tuple[Any, Counter | None]:
    ticket = repeat(True, ENDLESS)
    head = _Compressed(chain(iterator, Tail(loop)), ticket)
    head.loop = loop
    return head, (ENDLESS, ticket.__length_hint__)


over_any: Callable[[Iterator[Any], Any], tuple[Any, Counter | None]] = (
    _over_any_by_slice if sys.version_info < (3, 12) else _over_any_by_repeat
)


def position(head: Any) -> int:
    """Return how many items a head without a counter has given."""
    return int(head.__reduce__()[2])


def over_async(source: AsyncIterator[Any], loop: Any) -> tuple[Any, Counter]:
    """Return the async iterator to hand out."""
    ticket = repeat((), ENDLESS)
    head = _Awaited()
    head.loop = loop
    head.__anext__ = starmap(source.__anext__, ticket).__next__
    return head, (ENDLESS, ticket.__length_hint__)
