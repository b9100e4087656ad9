"""The speed of a hot loop in the main thread while a server floods the background: ours, and the SDK's client in a thread.

The raw server sends 20,000 notifications a s, one by one or in chunks; the cell
starts the call and runs its loop. Speed is by the clock on the wall, because a
thread that waits for its turn uses no CPU; it is told as a share of the speed
without a flood in the same round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..compare import whole
from ..kernels import kernel, told
from ..rounds import BARE, Rounds, interleave
from ..rows import Row
from .cost import METHODS
from .targets import RAW_HTTP, RAW_STDIO

if TYPE_CHECKING:
    from driver import Kernel

RATE = 20_000
CHUNKS = {"one by one": 1, "in chunks": 200}
SHARE = 75.0


@dataclass(frozen=True)
class Plan:
    """How long the loop is, in turns, and how often it runs."""

    turns: int
    rounds: int
    kinds: Sequence[str] = (RAW_STDIO, RAW_HTTP)


FULL = Plan(turns=3_000_000, rounds=5)
QUICK = Plan(turns=100_000, rounds=1, kinds=(RAW_HTTP,))


def measure(plan: Plan) -> Iterator[Row]:
    """Yield the loop's speed under a flood, as a share of its speed without one."""
    with kernel() as running:
        running.ok("from benchmarks.floods.hot import Hot")
        for kind in plan.kinds:
            running.ok(f"stand = Hot({kind!r})")
            for words in CHUNKS:
                yield from _flooded(running, kind, words, plan)
            running.ok("stand.close()")


def _flooded(running: Kernel, kind: str, words: str, plan: Plan) -> Iterator[Row]:
    methods = {BARE: "bare", **METHODS}

    def cell(name: str) -> float:
        how = f"{methods[name]!r}, {plan.turns}, chunk={CHUNKS[words]}, rate={RATE}"
        return told(running, f"stand.speed({how})")

    speeds = interleave({name: lambda name=name: cell(name) for name in methods}, plan.rounds)
    there = [who for who in speeds.samples if who != BARE]
    shares = {who: [100 * share for share in speeds.ratios(who, BARE)] for who in there}
    name = f"a hot loop's speed, 20,000 reports a s over {kind} {words}"
    found = Rounds(shares, speeds.absent)
    yield from whole(name, "% of undisturbed", found, SHARE, bounded="ours", better="more")
