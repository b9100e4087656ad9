"""What a front end gets of a flood: how often panels are drawn, messages, bytes; and that the last state is the true one.

Every transport, from one call to a thousand at once. Nothing is compared: what
the SDK's client draws is nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flood_servers import KINDS, OBJECT, RAW_HTTP, RAW_STDIO
from flood_tool import CHUNK
from kernels import kernel, patiently, wire
from rows import Row

if TYPE_CHECKING:
    from driver import Cell, Kernel

REACHED = 7.5
PER_S, BOARD_PER_S = 15.0, 20.0
BARS = 15
"""with their total, as many as have a bar each"""
MANY = 10**7


@dataclass(frozen=True)
class Plan:
    """How many calls at once, and how long they flood."""

    calls: Sequence[int]
    seconds: float
    kinds: Sequence[str] = KINDS


FULL = Plan(calls=(1, 15, 100, 1_000), seconds=3.0)
QUICK = Plan(calls=(1, 20), seconds=0.6)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return what came to the front end, for each transport and each number of calls."""
    rows = []
    with kernel() as running:
        for kind in plan.kinds:
            running.ok(f"import flood_stand\nstand = flood_stand.Stand({kind!r})\nstand.ours(1, count=10)")
            for calls in plan.calls:
                rows += _flooded(running, kind, calls, plan.seconds)
            running.ok("stand.close()")
    return rows


def _flooded(running: Kernel, kind: str, calls: int, seconds: float) -> list[Row]:
    # In this process a call that only reports never lets another one begin.
    each = seconds / calls if kind == OBJECT else seconds
    # What is in the pipe when the time is over has to be read, too.
    raw = f"chunk={max(5, CHUNK // calls)}" if kind in (RAW_STDIO, RAW_HTTP) else ""
    cell = patiently(running, f"print(stand.ours({calls}, count={MANY}, seconds={each}, {raw}))")
    sample = json.loads(cell.stdout)
    rate, size = _stream(running, cell)
    most = PER_S if calls <= BARS else BOARD_PER_S
    name = f"flood over {kind}, {calls:,} call{'s' * (calls > 1)}"
    return [
        Row(
            f"{name}, draws", sample["drawn"], None, "per s", f"≥ {REACHED} per s", sample["drawn"] >= REACHED
        ),
        Row(f"{name}, messages", rate, None, "per s", f"≤ {most:g} per s", rate <= most),
        Row(f"{name}, bytes", size / 1e3, None, "kB/s", "", None),
        Row(f"{name}, last states exact", float(sample["exact"]), None, "", "all", sample["exact"]),
    ]


def _stream(running: Kernel, cell: Cell) -> tuple[float, float]:
    """Return the messages and the bytes of a second while the bars were live, their making not counted."""
    moments = cell.when("comm_msg")
    if len(moments) < 2:
        return 0.0, 0.0
    lasted = moments[-1] - moments[0]
    return (len(moments) - 1) / lasted, sum(
        size for kind, size in wire(running, cell) if kind == "comm_msg"
    ) / lasted
