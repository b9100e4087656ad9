"""Count an iterator in C: a `for` loop runs none of our code for an item.

The loop is handed a C iterator; how many items it has given can be read from
another thread, without the loop noticing:

- over a list, a tuple, a range, a string (also inside `enumerate`, `zip`): from
  the length hint of the builtin iterator, which costs one `chain`;
- anything else: from what is left of a `repeat` that a `compress` consumes in
  step; on CPython 3.11 over generators, from the position that an `islice`
  would pickle (which it forgets when the generator raises: then the last
  sample counts).

The end is exact and immediate. `chain` asks for the tail once the source has
run out; what `break`, an exception or the collector frees is freed at once.
To stop a loop, its iterator is given a class whose `__next__` raises: that
costs nothing until it happens, and the count stays what it was.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain, compress, islice, repeat, starmap
from types import GeneratorType
from typing import Any, Protocol

ENDLESS = sys.maxsize
SLICED = sys.version_info < (3, 12)
"""whether an `islice` tells its position: a few ns less than the other way, which matters beside a generator"""


Counter = tuple[int | Callable[[], int], Callable[[], int]]
"""How many items were fetched: the first (or what it returns) minus what the second returns."""


class Counted(Protocol):
    """What a counted iterator tells about itself; a `Loop`."""

    def exhausted(self) -> None:
        """Take that the source has run out."""

    def let_go(self, head: Any) -> None:
        """Take that *head*, the iterator, is being freed."""

    def stopped(self) -> BaseException:
        """Return what ends the loop that was asked to stop."""


class Tail:
    """What `chain` asks for when the source has run out."""

    __slots__ = ("_loop",)

    def __init__(self, loop: Counted) -> None:
        self._loop = loop

    def __iter__(self) -> Iterator[Any]:
        self._loop.exhausted()
        return iter(())


def _heads(base: Any) -> tuple[Any, Any]:
    """Return a kind of iterator that tells when it is freed, and its twin that raises at its next step."""

    class Head(base):  # type: ignore[misc]
        __slots__ = ("__weakref__", "counter", "loop")

        def __del__(self) -> None:
            self.loop.let_go(self)

    class Stopping(Head):
        __slots__ = ()

        def __next__(self) -> Any:
            raise self.loop.stopped()

    return Head, Stopping


_Chained, _ChainedStop = _heads(chain)
_Sliced, _SlicedStop = _heads(islice)
_Compressed, _CompressedStop = _heads(compress)


class _Awaited:
    """An async iterator without a Python frame: `__anext__` is a C function in a slot."""

    __slots__ = ("__anext__", "__weakref__", "counter", "loop", "source")
    source: Any
    counter: Counter | None
    loop: Any
    __anext__: Any

    def __aiter__(self) -> Any:
        return self

    def __del__(self) -> None:
        self.loop.let_go(self)


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


def over_builtin(iterator: Iterator[Any], counter: Counter, loop: Any) -> Any:
    """Return the iterator to hand out where the source's own iterator can be read."""
    head = _Chained(iterator, Tail(loop))
    head.counter, head.loop = counter, loop
    return head


def over_any(iterator: Iterator[Any], loop: Any) -> Any:
    """Return the iterator to hand out where only counting helps."""
    if SLICED and type(iterator) is GeneratorType:
        sliced = _Sliced(chain(iterator, Tail(loop)), None)
        sliced.counter, sliced.loop = None, loop  # only the head itself knows
        return sliced
    ticket = repeat(True, ENDLESS)
    head = _Compressed(chain(iterator, Tail(loop)), ticket)
    head.counter, head.loop = (ENDLESS, ticket.__length_hint__), loop
    return head


def over_async(source: AsyncIterator[Any], loop: Any) -> Any:
    """Return the async iterator to hand out."""
    ticket = repeat((), ENDLESS)
    head = _Awaited()
    head.counter, head.loop, head.source = (ENDLESS, ticket.__length_hint__), loop, source
    head.__anext__ = starmap(source.__anext__, ticket).__next__
    return head


def fetched(head: Any) -> int:
    """Return how many items *head* was asked for and has given; from any thread."""
    if head.counter is None:
        return int(head.__reduce__()[2])
    size, left = head.counter
    return int((size if type(size) is int else size()) - left())


def ran_out(head: Any) -> bool:
    """Return whether the async generator behind *head* has ended."""
    return getattr(getattr(head, "source", None), "ag_frame", head) is None
