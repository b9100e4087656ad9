"""Whether count and status are exact in the statement after the loop, for many sources and every way to leave.

No figure of speed: each check is right or wrong, and the row counts the wrong ones.
"""

from __future__ import annotations

import asyncio
import collections
import io
import itertools
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..rows import Row, alone
from .peers import terminal


@dataclass(frozen=True)
class Plan:
    """How much is checked: for each size of source, every source and every way."""

    sizes: tuple[int, ...]


FULL = Plan(sizes=(0, 1, 2, 7, 1_000, 100_000))
QUICK = Plan(sizes=(0, 1, 7))


class _Own:
    """An iterator of somebody else's."""

    def __init__(self, n: int) -> None:
        self._left = n

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        if not self._left:
            raise StopIteration
        self._left -= 1
        return self._left


class _Sequence:
    """What is iterated over by its indices."""

    def __init__(self, n: int) -> None:
        self._n = n

    def __getitem__(self, index: int) -> int:
        if index >= self._n:
            raise IndexError
        return index


SOURCES: dict[str, Callable[[int], Any]] = {
    "range": range,
    "list": lambda n: list(range(n)),
    "tuple": lambda n: tuple(range(n)),
    "str": lambda n: "x" * n,
    "bytes": bytes,
    "set": lambda n: set(range(n)),
    "dict": lambda n: dict.fromkeys(range(n)),
    "dict items": lambda n: dict.fromkeys(range(n)).items(),
    "deque": lambda n: collections.deque(range(n)),
    "reversed": lambda n: reversed(range(n)),
    "iterator": lambda n: iter(list(range(n))),
    "generator": lambda n: (x for x in range(n)),
    "enumerate": lambda n: enumerate(list(range(n))),
    "zip": lambda n: zip(range(n), range(n + 3), strict=False),
    "map": lambda n: map(str, range(n)),
    "filter": lambda n: filter(None, range(1, n + 1)),
    "islice": lambda n: itertools.islice(itertools.count(), n),
    "file": lambda n: io.StringIO("line\n" * n),
    "class": _Own,
    "sequence": _Sequence,
}


def measure(plan: Plan) -> Iterator[Row]:
    """Yield how many checks went wrong."""
    with terminal():
        results = [*_sync(plan), *asyncio.run(_async(plan))]
    wrong = [name for name, right in results if not right]
    for name in wrong:
        print(f"wrong: {name}", file=sys.stderr)
    yield alone(
        f"count and status in the statement after the loop, wrong of {len(results):,}", "", [len(wrong)], 0.0
    )


def _sync(plan: Plan) -> Iterator[tuple[str, bool]]:
    import mcp_notebook as mcpn

    for (source, make), n in itertools.product(SOURCES.items(), plan.sizes):
        bar = mcpn.track(make(n))
        for _ in bar:
            pass
        yield f"{source}({n}) to its end", _is(bar, "done", n)
        for way in (_break, _return, _raise) if n > 2 else ():
            bar = mcpn.track(make(n))
            status = way(bar, n // 2)
            yield f"{source}({n}) {way.__name__}", _is(bar, status, n // 2)


async def _async(plan: Plan) -> list[tuple[str, bool]]:
    import mcp_notebook as mcpn

    results = []
    for n in plan.sizes:
        bar = mcpn.track(_generate(n))
        async for _ in bar:
            pass
        results.append((f"async generator({n}) to its end", _is(bar, "done", n)))
        if n > 2:
            bar = mcpn.track(_generate(n))
            at = 0
            async for _ in bar:
                if at == n // 2:
                    break
                at += 1
            results.append((f"async generator({n}) break", _is(bar, "stopped", n // 2)))
    return results


def _is(bar: Any, status: str, count: int) -> bool:
    """Return whether *bar* says so at once: no tick, no collector between."""
    return bar.loop.status == status and bar.loop.progress() == count


def _break(bar: Any, at: int) -> str:
    for number, _ in enumerate(bar):
        if number == at:
            break
    return "stopped"


def _return(bar: Any, at: int) -> str:
    def leave() -> None:
        left = at
        for _ in bar:
            if not left:
                return
            left -= 1

    leave()
    return "stopped"


def _raise(bar: Any, at: int) -> str:
    left = at
    with suppress(LookupError):
        for _ in bar:
            if not left:
                raise LookupError
            left -= 1
    return "failed"


async def _generate(n: int) -> AsyncIterator[int]:
    for number in range(n):
        yield number
