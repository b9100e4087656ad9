"""What counting costs for an item: `for`, `async for`, and `bar.update()`, against bare loops and other bars.

Figures are CPU time of the whole process, helper threads included, for an item
of a loop with an empty body. Everybody draws on a terminal that shows nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from time import process_time
from typing import Any

from loop_peers import PROGRESSBAR2, RICH, TQDM, NullTerminal, Wrap, bare, on_terminal, terminal
from rounds import BARE, Samples, apart, interleave, median, overhead, overhead_ratio, ratio
from rows import Row

OURS = "ours"
OLD = sys.version_info < (3, 12)
TO_BARE = {"list": 1.45, "range": 1.2, "generator": 1.2} if OLD else {}
TO_PROGRESSBAR2 = {"list": 0.75, "range": 0.75, "enumerate": 0.75, "generator": 0.95} if OLD else {}
TO_PYTHON = 0.2
"""of the overhead of bars that run Python for each item"""
ASYNC_TO_BARE = {"an async generator": 1.45, "a class with __anext__": 1.25}
UPDATE_TO_TQDM = 0.3


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    rounds: int
    slow_items: int
    slow_rounds: int


FULL = Plan(items=1_000_000, rounds=25, slow_items=200_000, slow_rounds=11)
QUICK = Plan(items=2_000, rounds=1, slow_items=500, slow_rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return rows for each kind of source, for `async for`, and for counting by hand."""
    rows: list[Row] = []
    with terminal() as null:
        for name, make in SOURCES.items():
            rows += _for(name, make, plan, null)
        for name, make in ASYNC_SOURCES.items():
            rows += _async_for(name, make, plan, null)
        rows += _by_hand(plan, null)
    return rows


# for


def _list(items: int) -> list[int]:
    return list(range(items))


SOURCES: dict[str, Callable[[int], Any]] = {
    "range": range,
    "list": cache(_list),
    "enumerate": lambda items: enumerate(SOURCES["list"](items)),
    "generator": lambda items: (thing for thing in SOURCES["list"](items)),
}


def _for(name: str, make: Callable[[int], Any], plan: Plan, null: NullTerminal) -> list[Row]:
    """Return the rows of one source: everybody meets `track` and the bare loop, who runs Python less often."""
    import mcp_notebook as mcpn

    peers = on_terminal(null)
    slow = {peer: peers.pop(peer) for peer in (TQDM, RICH) if peer in peers}
    us: dict[str, Wrap] = {BARE: bare, OURS: mcpn.track}
    quick = interleave(_loops(us | peers, make, plan.items), plan.rounds)
    to_bare, target = ratio(quick, OURS), TO_BARE.get(name)
    rows = [
        Row(
            f"loop over {name}, against bare", median(quick, OURS), median(quick, BARE), "ns",
            f"≤ {target} ×" if target else "", to_bare <= target if target else None, to_bare,
        )
    ]  # fmt: skip
    if PROGRESSBAR2 in peers:
        rows.append(_against(name, PROGRESSBAR2, quick, TO_PROGRESSBAR2.get(name, 1.0)))
    if slow:
        samples = interleave(_loops(us | slow, make, plan.slow_items), plan.slow_rounds)
        rows += [_against(name, peer, samples, TO_PYTHON) for peer in slow]
    return rows


def _against(name: str, peer: str, samples: Samples, target: float) -> Row:
    share = overhead_ratio(samples, OURS, peer)
    ours, theirs = overhead(samples, OURS), overhead(samples, peer)
    return Row(
        f"{name}, overhead against {peer}", ours, theirs, "ns", f"≤ {target} ×", share <= target, share
    )


def _loops(
    wraps: Mapping[str, Wrap], make: Callable[[int], Any], items: int
) -> dict[str, Callable[[], float]]:
    return {name: _loop(wrap, lambda: make(items), items) for name, wrap in wraps.items()}


def _loop(wrap: Wrap, make: Callable[[], Any], items: int) -> Callable[[], float]:
    """Return what measures one loop, in ns for an item."""

    def run(wrap: Wrap, source: Any) -> None:
        for _ in wrap(source):
            pass

    run = apart(run)

    def once() -> float:
        began = process_time()
        run(wrap, make())
        return (process_time() - began) / items * 1e9

    return once


# async for


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


async def _generate_async(items: int) -> AsyncIterator[int]:
    for number in range(items):
        yield number


ASYNC_SOURCES: dict[str, Callable[[int], Any]] = {
    "an async generator": _generate_async,
    "a class with __anext__": _Counting,
}


def _async_for(name: str, make: Callable[[int], Any], plan: Plan, null: NullTerminal) -> list[Row]:
    import mcp_notebook as mcpn

    items = plan.slow_items
    wraps: dict[str, Wrap] = {BARE: bare, OURS: mcpn.track}
    if find_spec("tqdm"):
        from tqdm.asyncio import tqdm

        wraps[TQDM] = lambda source: tqdm(source, file=null)
    with asyncio.Runner() as runner:
        contenders = {n: _async_loop(runner, wrap, lambda: make(items), items) for n, wrap in wraps.items()}
        samples = interleave(contenders, plan.slow_rounds)
    to_bare, target = ratio(samples, OURS), ASYNC_TO_BARE[name]
    rows = [
        Row(
            f"async for over {name}, against bare", median(samples, OURS), median(samples, BARE), "ns",
            f"≤ {target} ×", to_bare <= target, to_bare,
        )
    ]  # fmt: skip
    return rows + ([_against(name, TQDM, samples, TO_PYTHON)] if TQDM in wraps else [])


def _async_loop(
    runner: asyncio.Runner, wrap: Wrap, make: Callable[[], Any], items: int
) -> Callable[[], float]:
    async def run(wrap: Wrap, source: Any) -> None:
        async for _ in wrap(source):
            pass

    run = apart(run)

    def once() -> float:
        began = process_time()
        runner.run(run(wrap, make()))
        return (process_time() - began) / items * 1e9

    return once


# by hand


def _by_hand(plan: Plan, null: NullTerminal) -> list[Row]:
    import mcp_notebook as mcpn

    items = plan.slow_items
    bars: dict[str, Callable[[], Any]] = {OURS: lambda: mcpn.track(total=items)}
    if find_spec("tqdm"):
        from tqdm import tqdm

        bars[TQDM] = lambda: tqdm(total=items, file=null)
    contenders = {name: _updates(make, items) for name, make in bars.items()}
    contenders[BARE] = _loop(bare, lambda: range(items), items)
    samples = interleave(contenders, plan.rounds)
    if TQDM not in bars:
        return [Row("bar.update()", overhead(samples, OURS), None, "ns", "", None)]
    return [_against("bar.update()", TQDM, samples, UPDATE_TO_TQDM)]


def _updates(make: Callable[[], Any], items: int) -> Callable[[], float]:
    def run(bar: Any, items: int) -> None:
        for _ in range(items):
            bar.update()

    run = apart(run)

    def once() -> float:
        began = process_time()
        with make() as bar:
            run(bar, items)
        return (process_time() - began) / items * 1e9

    return once
