"""What can be known of a source before its first item: how many it has, and how to read its position.

Only iterators of exact builtin types are believed and read; what wraps them
(`enumerate`, `zip`, `map`, `reversed`) is looked through.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..progress.state import number
from .counting import Counter

_LIST: type = type(iter([]))
_EXAMPLES: tuple[Any, ...] = (
    iter(()),
    iter(range(0)),
    iter(range(1 << 100)),
    iter(b""),
    iter(bytearray()),
    iter(""),
    iter("é"),
    iter({}),
    iter({}.items()),
    iter({}.values()),
    iter(set()),
    iter(deque()),
    reversed([]),
    reversed({}),
    reversed(range(0)),
    reversed(deque()),
)
_SIZED = frozenset(type(one) for one in _EXAMPLES)
_ENDLESS = (itertools.count, itertools.cycle)
_WRAPPERS = (zip, map, enumerate)
"""their lengths are those of parts that cannot be known"""


def look(source: Iterable[Any], iterator: Iterator[Any]) -> tuple[int | None, Counter | None]:
    """Return how many items *iterator* will give, and how to read its position; None where that is not known."""
    driver = _driver(iterator)
    if driver is not None:
        left: Callable[[], int] = driver.__length_hint__
        size = left()
        return size, (_growing(driver) if type(driver) is _LIST else size, left)
    if source is iterator or type(iterator) in _WRAPPERS:
        return None, None
    try:
        length = number(len(source))  # type: ignore[arg-type]
    except Exception:  # whatever a stranger's __len__ does, the loop goes on
        return None, None
    return int(length) if length is not None and length >= 0 else None, None


def _driver(iterator: Any) -> Any:
    """Return the builtin iterator whose position is that of *iterator*."""
    kind = type(iterator)
    if kind is _LIST or kind in _SIZED:
        return iterator
    if kind is enumerate:
        return _driver(iterator.__reduce__()[1][0])
    if kind is map:
        return _shortest(iterator.__reduce__()[1][1:])
    if kind is zip:
        parts = iterator.__reduce__()
        return _shortest(parts[1]) if len(parts[1]) else None
    return None


def _shortest(parts: tuple[Any, ...]) -> Any:
    """Return the part that ends the others; the first of equals is the one that is asked first."""
    drivers = [_driver(p) for p in parts if type(p) not in _ENDLESS]
    if not drivers or None in drivers:
        return None
    sizes = [d.__length_hint__() for d in drivers]
    return drivers[sizes.index(min(sizes))]


def _growing(driver: Any) -> int | Callable[[], int]:
    """Return the size of a list that may grow while it is iterated over."""
    state = driver.__reduce__()
    items = state[1][0]
    begun = state[2] if len(state) > 2 else 0  # noqa: PLR2004 - an exhausted iterator has no index
    return (lambda: len(items) - begun) if begun else items.__len__
