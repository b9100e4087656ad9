"""What a front end gets of a flood: how often panels are drawn, messages, bytes; and that the last state is the true one.

Every transport, from one call to a hundred at once. Nothing is compared: what
the SDK's client draws is nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..kernels import kernel, patiently, updates
from ..rows import Row, alone
from .servers.tool import CHUNK
from .targets import KINDS, OBJECT, RAW_HTTP, RAW_STDIO, SDK_HTTP

if TYPE_CHECKING:
    from driver import Kernel

REACHED = 7.5
PER_S, BOARD_PER_S = 15.0, 20.0
BARS = 15
"""with their total, as many as have a bar each"""
MANY = 10**7
RATE = 20_000
"""notifications of a s that the raw servers send, for all calls together"""


@dataclass(frozen=True)
class Plan:
    """How many calls at once, how long they flood, how often."""

    calls: Sequence[int]
    seconds: float
    rounds: int
    kinds: Sequence[str] = KINDS


FULL = Plan(calls=(1, BARS, 100), seconds=2.0, rounds=3)
QUICK = Plan(calls=(1, 20), seconds=0.4, rounds=1, kinds=(RAW_STDIO,))


class Seen(NamedTuple):
    """What one flood brought: draws and messages of a s, kB of a s, calls whose last state is wrong."""

    drawn: float
    rate: float
    size: float
    wrong: int


def measure(plan: Plan) -> Iterator[Row]:
    """Yield what came to the front end, for each transport and each number of calls."""
    with kernel() as running:
        running.ok("from benchmarks.floods.stand import Stand")
        for kind in plan.kinds:
            running.ok(f"stand = Stand({kind!r})\nstand.ours(1, count=10)")
            # Over HTTP each call has a connection of its own, and to empty a hundred of them takes minutes.
            most = BARS if kind in (RAW_HTTP, SDK_HTTP) else max(plan.calls)
            for calls in (calls for calls in plan.calls if calls <= most):
                seen = [_flooded(running, kind, calls, plan.seconds) for _ in range(plan.rounds)]
                yield from _rows(f"{calls:,} call{'s' * (calls > 1)} over {kind}", calls, seen)
            running.ok("stand.close()")


def _rows(name: str, calls: int, seen: Sequence[Seen]) -> Iterator[Row]:
    yield alone(f"{name}, draws", "per s", [one.drawn for one in seen], REACHED, "more")
    most = PER_S if calls <= BARS else BOARD_PER_S
    yield alone(f"{name}, messages", "per s", [one.rate for one in seen], most)
    yield alone(f"{name}, bytes", "kB/s", [one.size for one in seen])
    yield alone(f"{name}, wrong last states", "", [max(one.wrong for one in seen)], 0.0)


def _flooded(running: Kernel, kind: str, calls: int, seconds: float) -> Seen:
    # In this process a call that only reports never lets another one begin.
    each = seconds / calls if kind == OBJECT else seconds
    # What is in pipes and sockets when the time is over has to be read, too: megabytes for each call.
    raw = f"chunk={max(5, CHUNK // calls)}, rate={RATE / calls}" if kind in (RAW_STDIO, RAW_HTTP) else ""
    flood = f"stand.ours({calls}, count={MANY}, seconds={each}, {raw})"
    cell = patiently(running, f"print(json.dumps({flood}))")
    sample = json.loads(cell.stdout)
    rate, sizes = updates(running, cell)  # while the bars were live, their making not counted
    lasted = (len(sizes) - 1) / rate if rate else 0.0
    return Seen(sample["drawn"], rate, sum(sizes) / lasted / 1e3 if lasted else 0.0, sample["wrong"])
