"""What can be known of a source before its first item: how many it has, and how to read its position.

Only iterators of exact builtin types are believed. Those over sequences are
read; those over containers that raise when they change (a dict, a set, a
deque) only tell their length. What wraps them is looked through.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..progress.state import number
from .counting import Counter

_LIST: type = type(iter([]))
_READABLE = frozenset(
    type(one)
    for one in (iter([]), iter(()), iter(range(0)), iter(range(1 << 100)), iter(b""), iter(""), iter("é"))
)
_CONTAINERS: tuple[Any, ...] = ({}, {}.items(), {}.values(), set(), deque(), bytearray())
_REVERSED: tuple[Any, ...] = ([], {}, {}.items(), {}.values(), range(0), deque())
_SIZED = _READABLE | {type(iter(c)) for c in _CONTAINERS} | {type(reversed(c)) for c in _REVERSED}
_ENDLESS = (itertools.count, itertools.cycle)


def look(source: Iterable[Any], iterator: Iterator[Any]) -> tuple[int | None, Counter | None]:
    """Return how many items *iterator* will give, and how to read its position; None where that is not known."""
    kind = type(iterator)
    if kind in _READABLE:
        left: Callable[[], int] = iterator.__length_hint__  # type: ignore[attr-defined]
        size = left()
        return size, (_growing(iterator) if kind is _LIST else size, left)
    if kind in (zip, enumerate, map):
        size_known = _driver(iterator, _SIZED)
        total = size_known.__length_hint__() if size_known is not None else None
        driver = _driver(iterator, _READABLE) if kind is not map else None
        if driver is None:
            return total, None
        left = driver.__length_hint__
        return total, (_growing(driver) if type(driver) is _LIST else left(), left)
    if kind in _SIZED:
        return iterator.__length_hint__(), None  # type: ignore[attr-defined]
    return (None if source is iterator else _length(source)), None


def _length(source: Any) -> int | None:
    try:
        # A data frame is iterated over by column, and counts its rows.
        length = number(len(source.columns if hasattr(type(source), "iterrows") else source))
    except Exception:  # whatever a stranger's __len__ does, the loop goes on
        return None
    return int(length) if length is not None and length >= 0 else None


def _driver(iterator: Any, kinds: frozenset[type]) -> Any:
    """Return the builtin iterator of one of *kinds* whose position is that of *iterator*."""
    kind = type(iterator)
    if kind in kinds:
        return iterator
    if kind is enumerate:
        return _driver(iterator.__reduce__()[1][0], kinds)
    if kind is map:
        return _shortest(iterator.__reduce__()[1][1:], kinds)
    return _shortest(iterator.__reduce__()[1], kinds) if kind is zip else None


def _shortest(parts: tuple[Any, ...], kinds: frozenset[type]) -> Any:
    """Return the part that ends the others; the first of equals is the one that is asked first."""
    drivers = [_driver(p, kinds) for p in parts if type(p) not in _ENDLESS]
    if not drivers or None in drivers or len({id(d) for d in drivers}) < len(drivers):
        return None
    sizes = [d.__length_hint__() for d in drivers]
    return drivers[sizes.index(min(sizes))]


def _growing(driver: Any) -> int | Callable[[], int]:
    """Return the size of a list that may grow while it is iterated over."""
    state = driver.__reduce__()
    items = state[1][0]
    begun = state[2] if len(state) > 2 else 0  # noqa: PLR2004 - an exhausted iterator has no index
    return (lambda: len(items) - begun) if begun else items.__len__
