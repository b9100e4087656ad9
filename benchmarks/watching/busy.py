"""What watching costs, and how late a report is, while the kernel's main thread is busy.

A real kernel serves; the watchers are SDK clients in a process of their own
(`client.py`). A report is due when the sampler's timer is; it has come when
the client's callback runs: both are read from the machine's monotonic clock.
Cells with nobody watching, one and ten alternate in one kernel; their speed is
by the clock on the wall, because a thread that waits for its turn uses no CPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..kernels import kernel, told
from ..rounds import Rounds, interleave
from ..rows import Row, alone, beside
from .stand import Stand, watcher

MANY = 10
SPEED = {1: 93.0, MANY: 88.0}
INTERVALS = 2.5
"""how many switch intervals later a report may be where the main thread is hot"""
IDLE_LOOP = "the same, main thread idle"
NOBODY = "nobody watching"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    naps: int
    rounds: int
    asking_s: float
    asking_rounds: int


FULL = Plan(items=8_000_000, naps=80, rounds=7, asking_s=0.5, asking_rounds=5)
QUICK = Plan(items=2_500_000, naps=25, rounds=1, asking_s=0.1, asking_rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield rows for the latency of reports and answers, and for the loop's speed."""
    with kernel() as running:
        running.ok("import time\nfrom benchmarks.watching import cells\nserver = cells.serve()")
        door = told(running, "[server.url, *server.headers.values()]")
        with watcher(door) as clients:
            stand = Stand(running, clients)
            yield from _watching(stand, plan)
            yield from _asking(stand, plan)
        running.ok("server.stop()")


def _watching(stand: Stand, plan: Plan) -> Iterator[Row]:
    late: dict[str, list[float]] = {}

    def cell(name: str, code: str, count: int) -> float:
        seconds, latency = stand.watched(code, count)
        late.setdefault(name, []).append(latency)
        return seconds

    hot, idle = f"cells.hot({plan.items})", f"cells.idle({plan.naps})"
    contenders = {
        "idle": lambda: cell("idle", idle, 1),
        "0": lambda: cell("0", hot, 0),
        "1": lambda: cell("1", hot, 1),
        str(MANY): lambda: cell(str(MANY), hot, MANY),
    }
    seconds = interleave(contenders, plan.rounds)
    yield from _latency(Rounds({name: found[-plan.rounds :] for name, found in late.items()}), stand)
    for count, target in SPEED.items():
        name, s = str(count), "s" * (count > 1)
        shares = [100 * share for share in seconds.ratios("0", name)]
        whole = [100.0] * plan.rounds
        yield beside(
            NOBODY, f"a hot loop's speed, {count} watcher{s}", "% of unwatched", shares, whole, bound=target,
            bounded="ours", better="more",
        )  # fmt: skip


def _latency(late: Rounds, stand: Stand) -> Iterator[Row]:
    name = "a report's way to 1 watcher, main thread hot"
    yield beside(IDLE_LOOP, name, "ms", late.of("1"), late.of("idle"))
    yield alone(f"{name}, later than idle", "ms", late.over("1", "idle"), INTERVALS * stand.interval_ms)
    name = f"a report's way to {MANY} watchers, main thread hot"
    yield beside(f"{IDLE_LOOP}, 1 watcher", name, "ms", late.of(str(MANY)), late.of("idle"))


def _asking(stand: Stand, plan: Plan) -> Iterator[Row]:
    hot, idle = f"cells.hot({plan.items})", f"cells.idle({plan.naps})"
    found = interleave(
        {
            "idle": lambda: stand.asked(idle, plan.asking_s),
            "hot": lambda: stand.asked(hot, plan.asking_s),
        },
        plan.asking_rounds,
    )
    yield beside(
        IDLE_LOOP, "an answer to list_loops, main thread hot", "ms", found.of("hot"), found.of("idle")
    )
