"""What a notification costs while 1, 100 or 1,000 calls report at once: ours, live bars included, and the SDK's client.

In process, where the SDK calls back directly and nothing can be saved, and over
stdio with the raw server. CPU is the kernel process's, all threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..compare import whole
from ..kernels import kernel, told
from ..rounds import interleave
from ..rows import Row
from .cost import METHODS
from .targets import OBJECT, RAW_STDIO

if TYPE_CHECKING:
    from driver import Kernel

TARGETS = {OBJECT: 1.12, RAW_STDIO: 1.3}


@dataclass(frozen=True)
class Plan:
    """How many reports each call makes, by server and by the number of calls."""

    reports: Mapping[str, Mapping[int, int]]
    rounds: int


FULL = Plan({OBJECT: {1: 30_000, 100: 300, 1_000: 50}, RAW_STDIO: {1: 3_000, 100: 50, 1_000: 10}}, rounds=3)
QUICK = Plan({OBJECT: {1: 100, 20: 5}}, rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield CPU per notification for each server and each number of calls."""
    with kernel() as running:
        running.ok("from benchmarks.floods.stand import Stand")
        for kind in plan.reports:
            running.ok(f"stand = Stand({kind!r})")
            for calls, count in plan.reports[kind].items():
                yield from _measured(running, kind, calls, count, plan.rounds)
            running.ok("stand.close()")


def _measured(running: Kernel, kind: str, calls: int, count: int, rounds: int) -> Iterator[Row]:
    def cell(name: str) -> float:
        return told(running, f"stand.{METHODS[name]}({calls}, count={count})")["cpu_us"]

    cost = interleave({name: lambda name=name: cell(name) for name in METHODS}, rounds)
    name = f"{calls:,} call{'s at once' * (calls > 1)}, {kind}, CPU per notification"
    yield from whole(name, "µs", cost, TARGETS[kind])
