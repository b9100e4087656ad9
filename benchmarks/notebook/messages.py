"""What live bars cost the wire and the kernel: one busy bar, and a hundred that appear at once.

Messages are those a front end receives from a real kernel; the CPU of drawing
is the background thread's, inside `Pump.flush`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..compare import whole
from ..kernels import kernel, patiently, told, updates, wire
from ..loops.peers import TQDM_NOTEBOOK, ready
from ..rounds import OURS, Rounds, interleave
from ..rows import Row, alone

if TYPE_CHECKING:
    from driver import Kernel

PER_S, KILOBYTE = 12, 1_000
MESSAGES, DRAWING_MS = 60, 60
ONE = "demo.call('count_slowly', to={count}, delay={delay})"
DELAY_S = 0.005
HUNDRED = "demo.map('wait_silently', [{'seconds': 0.4}] * 100, limit=100)"
TQDM = """
import time
from tqdm.notebook import tqdm
for _ in tqdm(range({count}), mininterval=0.1): time.sleep({delay})
"""
TIMED = """
import time
import mcp_notebook.notebook.pump as pump
class TimedPump:
    spent = 0.0
    flush = pump.Pump.flush
def timed(self, **how):
    began = time.thread_time()
    try:
        TimedPump.flush(self, **how)
    finally:
        TimedPump.spent += time.thread_time() - began
pump.Pump.flush = timed
"""


@dataclass(frozen=True)
class Plan:
    """How far the one bar counts, and how often all is looked at."""

    count: int
    rounds: int


FULL = Plan(count=400, rounds=3)
QUICK = Plan(count=60, rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield one busy bar's messages, and what a hundred bars cost."""
    with kernel() as running:
        running.ok(TIMED + "import mcp_notebook as mcpn\ndemo = mcpn.connect('demo')")
        patiently(
            running, ONE.format(count=40, delay=DELAY_S)
        )  # imports ipywidgets, makes the shared layouts
        yield from _one_bar(running, plan)
        yield from _a_hundred_bars(running, plan)


def _one_bar(running: Kernel, plan: Plan) -> Iterator[Row]:
    peers, out = ready((TQDM_NOTEBOOK,))
    sizes: dict[str, list[float]] = {name: [] for name in (OURS, *peers)}

    def cell(name: str) -> float:
        code = ONE if name == OURS else TQDM
        rate, found = updates(running, patiently(running, code.format(count=plan.count, delay=DELAY_S)))
        sizes[name].append(max(found, default=0))
        return rate

    rates = interleave({name: partial(cell, name) for name in sizes}, plan.rounds, out)
    largest = Rounds({name: sizes[name][-plan.rounds :] for name in rates.samples}, rates.absent)
    yield from whole("a call's live bar, updates", "msg/s", rates, PER_S, bounded="ours")
    yield from whole("a call's live bar, largest update", "B", largest, KILOBYTE, bounded="ours")


def _a_hundred_bars(running: Kernel, plan: Plan) -> Iterator[Row]:
    counts, times = [], []
    for _ in range(plan.rounds):
        running.ok("TimedPump.spent = 0.0")
        counts.append(len(wire(running, patiently(running, HUNDRED))))
        times.append(told(running, "TimedPump.spent * 1e3"))
    yield alone("100 bars at once, messages", "", counts, MESSAGES)
    yield alone("100 bars at once, CPU of drawing", "ms", times, DRAWING_MS)
