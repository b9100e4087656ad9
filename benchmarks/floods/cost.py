"""What a notification of a flood costs, and how many get through: ours, live bar included, and the SDK's client.

Both in one kernel, in alternating cells, each with a server of its own: a raw
one that floods, and the SDK's, which is slower than any client (`servers/`).
CPU is the kernel process's, all threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..calls.peer import SDK
from ..compare import whole
from ..kernels import kernel, told
from ..rounds import OURS, Rounds, interleave
from ..rows import Row
from .targets import RAW_HTTP, RAW_STDIO, SDK_HTTP, SDK_STDIO

if TYPE_CHECKING:
    from driver import Kernel

CPU = {RAW_STDIO: 0.4, RAW_HTTP: 0.4, SDK_STDIO: 0.6, SDK_HTTP: 0.6}
THROUGHPUT = {RAW_STDIO: 20.0, RAW_HTTP: 20.0}
METHODS = {OURS: "ours", SDK: "theirs"}
"""of the stand, which says each contender's sample"""


@dataclass(frozen=True)
class Plan:
    """How many reports are sent: the raw servers send ours more, because a second is soon over."""

    raw_ours: int
    raw_theirs: int
    sdk: int
    rounds: int
    kinds: Sequence[str] = tuple(CPU)


FULL = Plan(raw_ours=100_000, raw_theirs=3_000, sdk=1_500, rounds=5)
QUICK = Plan(raw_ours=2_000, raw_theirs=300, sdk=100, rounds=1, kinds=(RAW_STDIO, RAW_HTTP))


def measure(plan: Plan) -> Iterator[Row]:
    """Yield CPU per notification and notifications per second, for each server."""
    with kernel() as running:
        running.ok("from benchmarks.floods.stand import Stand")
        for kind in plan.kinds:
            running.ok(f"stand = Stand({kind!r})")
            yield from _compared(running, kind, plan)
            running.ok("stand.close()")


def _compared(running: Kernel, kind: str, plan: Plan) -> Iterator[Row]:
    raw = kind in THROUGHPUT
    counts = {OURS: plan.raw_ours if raw else plan.sdk, SDK: plan.raw_theirs if raw else plan.sdk}
    speeds: dict[str, list[float]] = {name: [] for name in counts}

    def cell(name: str) -> float:
        sample = told(running, f"stand.{METHODS[name]}(1, count={counts[name]})")
        speeds[name].append(sample["per_s"])
        return sample["cpu_us"]

    for name in counts:
        cell(name)  # the raw servers make their lines, ours its first widgets
    cost = interleave({name: lambda name=name: cell(name) for name in counts}, plan.rounds)
    through = Rounds({name: speeds[name][-plan.rounds :] for name in cost.samples}, cost.absent)
    yield from whole(f"a flood over {kind}, CPU per notification", "µs", cost, CPU[kind])
    yield from whole(
        f"a flood over {kind}, throughput", "per s", through, THROUGHPUT.get(kind), better="more"
    )
