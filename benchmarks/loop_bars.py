"""What a visible bar costs its loop in a real kernel: CPU beside real work, CPU beside sleep, messages.

Every sample is a cell with one loop, in alternating order. CPU is the kernel
process's, all threads: sampler, widgets and sockets are paid here, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from time import process_time, sleep
from typing import TYPE_CHECKING, Any

from kernels import kernel, wire
from loop_peers import bare
from rounds import BARE, Samples, apart, interleave, median, overhead, overhead_ratio, ratio
from rows import Row

if TYPE_CHECKING:
    from driver import Kernel

OURS, TQDM = "ours", "tqdm.notebook"
TO_BARE, TO_TQDM = 1.08, 0.1
PER_S, KILOBYTE, PERCENT = 12, 1_000, 1.0
NAP_S = 0.02


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    rounds: int
    naps: int
    nap_rounds: int


FULL = Plan(items=4_000_000, rounds=7, naps=150, nap_rounds=2)
QUICK = Plan(items=100_000, rounds=1, naps=25, nap_rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return rows for a loop that works, and for one that sleeps."""
    with kernel() as running:
        running.ok(f"import loop_bars\nlive = loop_bars.contenders({find_spec('tqdm') is not None})")
        names = [BARE, OURS, *([TQDM] if find_spec("tqdm") else [])]
        return _working(running, names, plan) + _sleeping(running, names, plan)


def _working(running: Kernel, names: list[str], plan: Plan) -> list[Row]:
    def cell(name: str) -> float:
        return float(running.ok(f"print(live[{name!r}].work({plan.items}))").stdout)

    samples = interleave({name: partial(cell, name) for name in names}, plan.rounds)
    to_bare = ratio(samples, OURS)
    rows = [
        Row(
            "visible bar over real work, against bare", median(samples, OURS), median(samples, BARE), "ns",
            f"≤ {TO_BARE} ×", to_bare <= TO_BARE, to_bare,
        )
    ]  # fmt: skip
    if TQDM in samples:
        share = overhead_ratio(samples, OURS, TQDM)
        rows.append(
            Row(
                f"visible bar, overhead against {TQDM}", overhead(samples, OURS), overhead(samples, TQDM),
                "ns", f"≤ {TO_TQDM} ×", share <= TO_TQDM, share,
            )
        )  # fmt: skip
    return rows


def _sleeping(running: Kernel, names: list[str], plan: Plan) -> list[Row]:
    rates: Samples = {name: [] for name in names}
    sizes: Samples = {name: [] for name in names}

    def cell(name: str) -> float:
        done = running.ok(f"print(live[{name!r}].sleep({plan.naps}))")
        moments = done.when("comm_msg")
        if len(moments) > 1:
            rates[name].append((len(moments) - 1) / (moments[-1] - moments[0]))
            sizes[name].append(float(max(size for kind, size in wire(running, done) if kind == "comm_msg")))
        return float(done.stdout)

    cpu = interleave({name: partial(cell, name) for name in names}, plan.nap_rounds)
    rate, size, spent = max(rates[OURS]), max(sizes[OURS]), median(cpu, OURS)
    peer = [max(found[TQDM]) for found in (rates, sizes)] if TQDM in names else [None, None]
    return [
        Row("visible loop, updates", rate, peer[0], "msg/s", f"≤ {PER_S}", rate <= PER_S),
        Row("visible loop, largest update", size, peer[1], "B", f"≤ {KILOBYTE}", size <= KILOBYTE),
        Row(
            "sleeping loop, against bare", spent, median(cpu, BARE), "% CPU",
            f"≤ {PERCENT:g} % of a core", spent <= PERCENT,
        ),
        *(
            [Row(f"sleeping loop, against {TQDM}", spent, median(cpu, TQDM), "% CPU", "", None)]
            if TQDM in names
            else []
        ),
    ]  # fmt: skip


# in the kernel


class Contender:
    """One way to iterate."""

    def __init__(self, wrap: Callable[[Any], Any]) -> None:
        self._wrap = wrap
        self._work, self._sleep = apart(_work), apart(_sleep)

    def work(self, items: int) -> float:
        """Return the ns of CPU for an item."""
        began = process_time()
        self._work(self._wrap(range(items)))
        return (process_time() - began) / items * 1e9

    def sleep(self, naps: int) -> float:
        """Return the CPU of a sleeping loop, in percent of a core."""
        began = process_time()
        self._sleep(self._wrap(range(naps)))
        return (process_time() - began) / (naps * NAP_S) * 100


def contenders(with_tqdm: bool) -> dict[str, Contender]:
    """Return everybody."""
    import mcp_notebook as mcpn

    wraps: dict[str, Callable[[Any], Any]] = {BARE: bare, OURS: mcpn.track}
    if with_tqdm:
        from tqdm.notebook import tqdm

        wraps[TQDM] = tqdm
    return {name: Contender(wrap) for name, wrap in wraps.items()}


def _work(items: Any) -> int:
    """Do about a quarter of a microsecond of work for each item."""
    mixed = 0
    for item in items:
        mixed = (mixed * 31 + item) & 0xFFFF
        mixed ^= mixed >> 3
        mixed = (mixed + item * 7) % 65_521
    return mixed


def _sleep(items: Any) -> None:
    for _ in items:
        sleep(NAP_S)
