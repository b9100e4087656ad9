"""What a notification costs while 1, 100 or 1,000 calls report at once: ours, live bars included, against the SDK's no-op.

In process, where the SDK calls back directly and nothing can be saved, and over
stdio with the raw server. CPU is the kernel process's, all threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flood import OURS, THEIRS, sampled
from flood_servers import OBJECT, RAW_STDIO
from kernels import kernel
from rounds import interleave, median, ratio
from rows import Row

if TYPE_CHECKING:
    from driver import Kernel

TARGETS = {OBJECT: 1.12, RAW_STDIO: 1.3}


@dataclass(frozen=True)
class Plan:
    """How many reports each call makes, by server and by the number of calls."""

    reports: Mapping[str, Mapping[int, int]]
    rounds: int


FULL = Plan({OBJECT: {1: 50_000, 100: 500, 1_000: 100}, RAW_STDIO: {1: 4_000, 100: 50, 1_000: 10}}, rounds=3)
QUICK = Plan({OBJECT: {1: 500, 20: 20}, RAW_STDIO: {1: 500, 20: 20}}, rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return CPU per notification for each server and each number of calls."""
    with kernel() as running:
        return [row for kind in TARGETS for row in _measured(running, kind, plan)]


def _measured(running: Kernel, kind: str, plan: Plan) -> list[Row]:
    running.ok(f"import flood_stand\nstand = flood_stand.Stand({kind!r})")
    rows = []
    for calls, count in plan.reports[kind].items():

        def cell(name: str, arguments: str = f"{calls}, count={count}") -> float:
            return sampled(running, f"stand.{name}({arguments})")["cpu_us"]

        cost = interleave({name: lambda name=name: cell(name) for name in (OURS, THEIRS)}, plan.rounds)
        share = ratio(cost, OURS, THEIRS)
        rows.append(
            Row(
                f"{kind}, {calls:,} calls at once, CPU per notification", median(cost, OURS),
                median(cost, THEIRS), "µs", f"≤ {TARGETS[kind]} ×", share <= TARGETS[kind], share,
            )
        )  # fmt: skip
    running.ok("stand.close()")
    return rows
