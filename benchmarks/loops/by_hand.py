"""What counting by hand costs: `bar.update()`, ours and tqdm's, over an empty loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time
from typing import Any

from ..compare import overheads
from ..rounds import OURS, apart, interleave
from ..rows import Row
from .peers import Peer, null, ready, terminal
from .timing import loops

TO_TQDM = 0.3


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    updates: int
    rounds: int


FULL = Plan(updates=200_000, rounds=15)
QUICK = Plan(updates=500, rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield the row of an update."""
    import mcp_notebook as mcpn

    with terminal():
        peers, absent = ready((Peer("tqdm", ("tqdm",), _tqdm),))
        bars = {OURS: lambda total: mcpn.track(total=total), **peers}
        contenders = loops({}, range, plan.updates)
        contenders |= {name: _updates(make, plan.updates) for name, make in bars.items()}
        found = interleave(contenders, plan.rounds, absent)
        yield from overheads("bar.update()", "ns", found, TO_TQDM)


def _tqdm() -> Callable[[int], Any]:
    from tqdm import tqdm

    return lambda total: tqdm(total=total, file=null())


def _updates(make: Callable[[int], Any], items: int) -> Callable[[], float]:
    def run(bar: Any, items: int) -> None:
        for _ in range(items):
            bar.update()

    run = apart(run)

    def once() -> float:
        began = process_time()
        with make(items) as bar:
            run(bar, items)
        return (process_time() - began) / items * 1e9

    return once
