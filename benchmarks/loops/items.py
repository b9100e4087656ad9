"""What counting costs for an item of a `for` loop: `track`, the bare loop, and other bars, on a terminal that shows nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..compare import overheads
from ..rounds import OURS, interleave
from ..rows import Row
from .peers import NATIVE, PYTHON, Wrap, ready, terminal
from .timing import against_bare, loops

OLD = sys.version_info < (3, 12)
TO_BARE = {"list": 1.45, "range": 1.2, "generator": 1.2} if OLD else {}
TO_NATIVE = {"list": 0.75, "range": 0.75, "enumerate": 0.75, "generator": 0.95} if OLD else {}
TO_PYTHON = 0.2


@dataclass(frozen=True)
class Plan:
    """How much is measured; bars that run Python for each item get fewer of them."""

    items: int
    rounds: int
    slow_items: int
    slow_rounds: int


FULL = Plan(items=1_000_000, rounds=25, slow_items=200_000, slow_rounds=11)
QUICK = Plan(items=2_000, rounds=1, slow_items=500, slow_rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield rows for each kind of source."""
    import mcp_notebook as mcpn

    us: dict[str, Wrap] = {OURS: mcpn.track}
    with terminal():
        native, no_native = ready(NATIVE)
        python, no_python = ready(PYTHON)
        for name, make in SOURCES.items():
            # Those that count in C meet each other alone, for longer.
            quick = interleave(loops(us | native, make, plan.items), plan.rounds, no_native)
            yield against_bare(f"for over {name}, an item", quick, TO_BARE.get(name))
            yield from overheads(
                f"for over {name}, overhead of an item", "ns", quick, TO_NATIVE.get(name, 1.0)
            )
            slow = interleave(loops(us | python, make, plan.slow_items), plan.slow_rounds, no_python)
            yield from overheads(f"for over {name}, overhead of an item", "ns", slow, TO_PYTHON)


def _list(items: int) -> list[int]:
    return list(range(items))


SOURCES: dict[str, Callable[[int], Any]] = {
    "range": range,
    "list": cache(_list),
    "enumerate": lambda items: enumerate(SOURCES["list"](items)),
    "generator": lambda items: (thing for thing in SOURCES["list"](items)),
}
