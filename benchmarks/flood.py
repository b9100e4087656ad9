"""What a notification of a flood costs, and how many get through: ours, live bar included, against the SDK's no-op.

Both in one kernel, in alternating cells, each with a server of its own: a raw
one that floods (`flood_server.py`, `flood_http.py`), and the SDK's, which is
slower than any client (`flood_sdk.py`). CPU is the kernel process's, all threads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flood_servers import RAW_HTTP, RAW_STDIO, SDK_HTTP, SDK_STDIO
from kernels import kernel, patiently
from rounds import Samples, interleave, median, ratio
from rows import Row

if TYPE_CHECKING:
    from driver import Kernel

OURS, THEIRS = "ours", "theirs"
CPU = {RAW_STDIO: 0.4, RAW_HTTP: 0.4, SDK_STDIO: 0.6, SDK_HTTP: 0.6}
THROUGHPUT = {RAW_STDIO: 20.0, RAW_HTTP: 20.0}


@dataclass(frozen=True)
class Plan:
    """How much is measured: the raw servers send ours more, because a second is soon over."""

    raw_ours: int
    raw_theirs: int
    sdk: int
    rounds: int


FULL = Plan(raw_ours=100_000, raw_theirs=4_000, sdk=2_000, rounds=5)
QUICK = Plan(raw_ours=2_000, raw_theirs=500, sdk=200, rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return CPU per notification and notifications per second, for each server."""
    with kernel() as running:
        return [row for kind in CPU for row in _compared(running, kind, plan)]


def _compared(running: Kernel, kind: str, plan: Plan) -> list[Row]:
    raw = kind in THROUGHPUT
    counts = {OURS: plan.raw_ours if raw else plan.sdk, THEIRS: plan.raw_theirs if raw else plan.sdk}
    speeds: Samples = {OURS: [], THEIRS: []}

    def cell(name: str) -> float:
        sample = sampled(running, f"stand.{name}(1, count={counts[name]})")
        speeds[name].append(sample["per_s"])
        return sample["cpu_us"]

    running.ok(f"import flood_stand\nstand = flood_stand.Stand({kind!r})")
    for name in counts:
        cell(name)  # the raw servers make their lines, ours its first widgets
    cost = interleave({name: lambda name=name: cell(name) for name in counts}, plan.rounds)
    running.ok("stand.close()")
    speeds = {name: found[-plan.rounds :] for name, found in speeds.items()}
    share, faster = ratio(cost, OURS, THEIRS), ratio(speeds, OURS, THEIRS)
    wanted = THROUGHPUT.get(kind)
    return [
        Row(
            f"flood over {kind}, CPU per notification", median(cost, OURS), median(cost, THEIRS), "µs",
            f"≤ {CPU[kind]} ×", share <= CPU[kind], share,
        ),
        Row(
            f"flood over {kind}, throughput", median(speeds, OURS), median(speeds, THEIRS), "per s",
            f"≥ {wanted:g} ×" if wanted else "", faster >= wanted if wanted else None, faster,
        ),
    ]  # fmt: skip


def sampled(running: Kernel, code: str) -> Any:
    """Return the sample that *code* makes in the kernel."""
    return json.loads(patiently(running, f"print({code})").stdout)
