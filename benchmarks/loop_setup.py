"""What it costs to begin and end a loop of three items in a real kernel, against other bars.

Our loop shows a bar only when it has run for a moment, so its first peers are
bars that were switched off; the others show every loop. Figures are CPU time of
the kernel process, all threads: what is drawn later is paid here, too.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import process_time
from typing import Any

from kernels import kernel
from loop_peers import Wrap, bare, in_notebook, switched_off
from rounds import BARE, Samples, apart, interleave, median, overhead, ratio
from rows import Row

OURS = "ours"
ITEMS = (1, 2, 3)
TO_SWITCHED_OFF = 0.35
OVER_BARE_US = 15.0


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    loops: int
    """of those that show nothing, in a round"""
    rounds: int
    shown_rounds: int


FULL = Plan(loops=3_000, rounds=25, shown_rounds=7)
QUICK = Plan(loops=20, rounds=1, shown_rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return our loop's cost over a bare one, and beside each peer's."""
    with kernel() as running:
        running.ok(f"import json, loop_setup\nsamples = loop_setup.in_kernel(**{asdict(plan)!r})")
        hidden, shown = json.loads(running.ok("print(json.dumps(samples))").stdout)
    over = overhead(hidden, OURS)
    rows = [
        Row("3-iteration loop, over bare", over, None, "µs", f"≤ {OVER_BARE_US:g} µs", over <= OVER_BARE_US)
    ]
    return [*rows, *_against(hidden), *_against(shown)]


def _against(samples: Samples) -> list[Row]:
    rows = []
    for peer in (name for name in samples if name not in (OURS, BARE)):
        share = ratio(samples, OURS, peer)
        ours, theirs = median(samples, OURS), median(samples, peer)
        rows.append(
            Row(
                f"3-iteration loop, against {peer}", ours, theirs, "µs",
                f"≤ {TO_SWITCHED_OFF} ×", share <= TO_SWITCHED_OFF, share,
            )
        )  # fmt: skip
    return rows


def in_kernel(loops: int, rounds: int, shown_rounds: int) -> tuple[Samples, Samples]:
    """Return µs for a loop: beside bars that were switched off, and beside those that show every loop."""
    import mcp_notebook as mcpn

    us: dict[str, Wrap] = {BARE: bare, OURS: mcpn.track}
    ours = {name: _batch(wrap, loops) for name, wrap in us.items()}
    hidden = interleave(ours | {n: _batch(w, loops) for n, w in switched_off().items()}, rounds)
    shown = interleave(ours | {n: _batch(w, 1) for n, w in in_notebook().items()}, shown_rounds)
    return hidden, shown


def _batch(wrap: Wrap, loops: int) -> Callable[[], float]:
    def run(wrap: Wrap, source: Any, loops: int) -> None:
        for _ in range(loops):
            for _ in wrap(source):
                pass

    run = apart(run)

    def once() -> float:
        gc.collect()  # what others have left is not for this one to pay
        began = process_time()
        run(wrap, ITEMS, loops)
        return (process_time() - began) / loops * 1e6

    return once
