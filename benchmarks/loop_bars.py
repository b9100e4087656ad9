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
TO_BARE, TO_TQDM, SHOWN_TO_TQDM = 1.08, 0.1, 0.5
PER_S, KILOBYTE, PERCENT = 12, 1_000, 1.0
NAP_S = 0.02
APPEARING = 15
"""naps after which every bar is there"""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    rounds: int
    naps: int
    nap_rounds: int
    shown_rounds: int


FULL = Plan(items=6_000_000, rounds=4, naps=125, nap_rounds=2, shown_rounds=5)
QUICK = Plan(items=100_000, rounds=1, naps=30, nap_rounds=1, shown_rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return rows for a loop that works, and for one that sleeps."""
    with kernel() as running:
        running.ok(f"import loop_bars\nlive = loop_bars.contenders({find_spec('tqdm') is not None})")
        names = [BARE, OURS, *([TQDM] if find_spec("tqdm") else [])]
        return [row for part in (_working, _sleeping, _appearing) for row in part(running, names, plan)]


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
            "visible sleeping loop, against bare", spent, median(cpu, BARE), "% CPU",
            f"≤ {PERCENT:g} % of a core", spent <= PERCENT,
        ),
        *(
            [Row(f"visible sleeping loop, against {TQDM}", spent, median(cpu, TQDM), "% CPU", "", None)]
            if TQDM in names
            else []
        ),
    ]  # fmt: skip


def _appearing(running: Kernel, names: list[str], plan: Plan) -> list[Row]:
    """Return the row of a loop just long enough for a bar: from its beginning to what stays of it."""

    def cell(name: str) -> float:
        running.ok(f"began = loop_bars.process_time(); live[{name!r}].sleep({2 * APPEARING})")
        return float(running.ok("print((loop_bars.process_time() - began) * 1e3)").stdout)

    if TQDM not in names:
        return []
    samples = interleave({name: partial(cell, name) for name in names}, plan.shown_rounds)
    share = overhead_ratio(samples, OURS, TQDM)
    return [
        Row(
            f"a bar for a loop of 0.6 s, overhead against {TQDM}", overhead(samples, OURS),
            overhead(samples, TQDM), "ms CPU", f"≤ {SHOWN_TO_TQDM} ×", share <= SHOWN_TO_TQDM, share,
        )
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
        """Return the CPU of a sleeping loop whose bar is there already, in percent of a core."""
        return self._sleep(self._wrap(range(naps))) / ((naps - APPEARING) * NAP_S) * 100


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


def _sleep(items: Any) -> float:
    """Return the CPU that it took once the bar had appeared."""
    began = 0.0
    for item in items:
        if item == APPEARING:
            began = process_time()
        sleep(NAP_S)
    return process_time() - began
