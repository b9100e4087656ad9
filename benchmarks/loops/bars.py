"""What a visible bar costs its loop in a real kernel: CPU beside real work, CPU beside sleep, messages; ours and tqdm.notebook's.

Every sample is a cell with one loop, in alternating order. CPU is the kernel
process's, all threads: sampler, widgets and sockets are paid here, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..compare import overheads, whole
from ..kernels import kernel, patiently, told, updates
from ..rounds import BARE, OURS, Rounds, interleave
from ..rows import Row, beside
from .live import APPEARING
from .timing import BARE_LOOP, against_bare

if TYPE_CHECKING:
    from driver import Kernel

TO_BARE, TO_TQDM, SHOWN_TO_TQDM = 1.08, 0.1, 0.5
PER_S, KILOBYTE, PERCENT = 12, 1_000, 1.0


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    rounds: int
    naps: int
    nap_rounds: int
    shown_rounds: int


FULL = Plan(items=4_000_000, rounds=6, naps=90, nap_rounds=4, shown_rounds=6)
QUICK = Plan(items=100_000, rounds=1, naps=30, nap_rounds=1, shown_rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield rows for a loop that works, for one that sleeps, and for a bar's appearing."""
    with kernel() as running:
        running.ok("from benchmarks.loops.live import contenders, process_time\nlive, absent = contenders()")
        names, out = told(running, "[list(live), absent]")
        for part in (_working, _sleeping, _appearing):
            yield from part(running, names, out, plan)


def _working(running: Kernel, names: list[str], out: dict[str, str], plan: Plan) -> Iterator[Row]:
    def cell(name: str) -> float:
        return told(running, f"live[{name!r}].work({plan.items})")

    found = interleave({name: partial(cell, name) for name in names}, plan.rounds, out)
    yield against_bare("a visible bar beside 0.25 µs of work, an item", found, TO_BARE)
    yield from overheads("a visible bar beside 0.25 µs of work, overhead of an item", "ns", found, TO_TQDM)


def _sleeping(running: Kernel, names: list[str], out: dict[str, str], plan: Plan) -> Iterator[Row]:
    rates: dict[str, list[float]] = {name: [] for name in names}
    sizes: dict[str, list[float]] = {name: [] for name in names}

    def cell(name: str) -> float:
        done = patiently(running, f"print(live[{name!r}].sleep({plan.naps}))")
        rate, size = updates(running, done)
        rates[name].append(rate)
        sizes[name].append(max(size, default=0))
        return float(done.stdout)

    cpu = interleave({name: partial(cell, name) for name in names}, plan.nap_rounds, out)
    yield beside(
        BARE_LOOP, "a visible bar of a sleeping loop, CPU", "% of a core", cpu.of(OURS), cpu.of(BARE),
        bound=PERCENT, bounded="ours",
    )  # fmt: skip
    for name, unit, samples, bound in (
        ("a visible bar, updates", "msg/s", rates, PER_S),
        ("a visible bar, largest update", "B", sizes, KILOBYTE),
        ("a visible bar of a sleeping loop, CPU", "% of a core", cpu.samples, PERCENT),
    ):
        found = Rounds({who: samples[who][-plan.nap_rounds :] for who in cpu.samples}, cpu.absent)
        yield from whole(name, unit, found, bound, bounded="ours")


def _appearing(running: Kernel, names: list[str], out: dict[str, str], plan: Plan) -> Iterator[Row]:
    """Yield the row of a loop just long enough for a bar: from its beginning to what stays of it."""

    def cell(name: str) -> float:
        patiently(running, f"began = process_time(); live[{name!r}].sleep({2 * APPEARING})")
        return told(running, "(process_time() - began) * 1e3")

    found = interleave({name: partial(cell, name) for name in names}, plan.shown_rounds, out)
    yield from overheads("a bar for a loop of 0.6 s, from nothing to receipt", "ms CPU", found, SHOWN_TO_TQDM)
