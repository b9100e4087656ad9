"""The speed of a hot loop in the main thread while a server floods the background: ours against the SDK's client in a thread.

The raw server sends 20,000 notifications a s, one by one or in chunks; the cell
starts the call and runs its loop. Speed is by the clock on the wall, because a
thread that waits for its turn uses no CPU; a loop without a flood goes with each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flood import OURS, THEIRS
from flood_servers import RAW_HTTP, RAW_STDIO
from kernels import kernel, patiently
from rounds import BARE, interleave, median, ratio
from rows import Row

if TYPE_CHECKING:
    from driver import Kernel

RATE = 20_000
CHUNKS = {"one by one": 1, "in chunks": 200}
SHARE = 0.75


@dataclass(frozen=True)
class Plan:
    """How long the loop is, in turns, and how often it runs."""

    turns: int
    rounds: int


FULL = Plan(turns=5_000_000, rounds=5)
QUICK = Plan(turns=300_000, rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return the loop's speed under a flood, as a share of its speed without one."""
    with kernel() as running:
        rows = []
        for kind in (RAW_STDIO, RAW_HTTP):
            running.ok(f"import flood_hot\nstand = flood_hot.Hot({kind!r})")
            rows += [row for words in CHUNKS for row in _flooded(running, kind, words, plan)]
            running.ok("stand.close()")
        return rows


def _flooded(running: Kernel, kind: str, words: str, plan: Plan) -> list[Row]:
    def cell(name: str) -> float:
        how = f"{name!r}, {plan.turns}, chunk={CHUNKS[words]}, rate={RATE}"
        return float(patiently(running, f"print(stand.speed({how}))").stdout)

    speeds = interleave({name: lambda name=name: cell(name) for name in (BARE, OURS, THEIRS)}, plan.rounds)
    name = f"hot loop's speed, {RATE:,} a s over {kind} {words}"
    share, theirs = ratio(speeds, OURS), ratio(speeds, THEIRS)
    return [
        Row(
            f"{name}, against none", median(speeds, OURS), median(speeds, BARE), "M/s", f"≥ {SHARE} ×",
            share >= SHARE, share,
        ),
        Row(f"{name}, SDK's client against none", median(speeds, THEIRS), median(speeds, BARE), "M/s", "", None, theirs),
    ]  # fmt: skip
