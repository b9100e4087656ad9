"""What counting costs for an item of an `async for` loop: `track`, the bare loop, and tqdm's asynchronous bar."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from time import process_time
from typing import Any

from ..compare import overheads
from ..rounds import BARE, OURS, apart, interleave
from ..rows import Row
from .peers import ASYNC, Wrap, bare, ready, terminal
from .timing import against_bare

TO_BARE = {"an async generator": 1.45, "a class with __anext__": 1.25}
TO_PYTHON = 0.2


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    rounds: int


FULL = Plan(items=200_000, rounds=11)
QUICK = Plan(items=500, rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield rows for each kind of source."""
    import mcp_notebook as mcpn

    with terminal(), asyncio.Runner() as runner:
        peers, absent = ready(ASYNC)
        wraps: dict[str, Wrap] = {BARE: bare, OURS: mcpn.track, **peers}
        for name, make in SOURCES.items():
            contenders = {
                who: _loop(runner, wrap, lambda make=make: make(plan.items), plan.items)
                for who, wrap in wraps.items()
            }
            found = interleave(contenders, plan.rounds, absent)
            yield against_bare(f"async for over {name}, an item", found, TO_BARE[name])
            yield from overheads(f"async for over {name}, overhead of an item", "ns", found, TO_PYTHON)


class _Counting:
    """An asynchronous iterator that is a class."""

    def __init__(self, items: int) -> None:
        self.left = items

    def __aiter__(self) -> _Counting:
        return self

    async def __anext__(self) -> int:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return self.left


async def _generate(items: int) -> AsyncIterator[int]:
    for number in range(items):
        yield number


SOURCES: dict[str, Callable[[int], Any]] = {
    "an async generator": _generate,
    "a class with __anext__": _Counting,
}


def _loop(runner: asyncio.Runner, wrap: Wrap, make: Callable[[], Any], items: int) -> Callable[[], float]:
    async def run(wrap: Wrap, source: Any) -> None:
        async for _ in wrap(source):
            pass

    run = apart(run)

    def once() -> float:
        began = process_time()
        runner.run(run(wrap, make()))
        return (process_time() - began) / items * 1e9

    return once
