"""What it costs to begin and end a loop of three items in a real kernel: `track`, bars that are switched off, and bars that are shown.

Our loop shows a bar only when it has run for a moment, so its first peers are
bars that were switched off; the others show every loop. Figures are CPU time of
the kernel process, all threads: what is drawn later is paid here, too.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import process_time
from typing import Any

from ..compare import whole
from ..kernels import kernel, patiently, told
from ..rounds import BARE, OURS, Rounds, apart, interleave
from ..rows import Row, alone
from .peers import IN_NOTEBOOK, SWITCHED_OFF, Peer, Wrap, bare, ready

ITEMS = (1, 2, 3)
TO_PEER = 0.35
OVER_BARE_US = 15.0


@dataclass(frozen=True)
class Plan:
    """How much is measured; *loops* are those of a round of loops that show nothing."""

    loops: int
    rounds: int
    shown_rounds: int


FULL = Plan(loops=3_000, rounds=25, shown_rounds=7)
QUICK = Plan(loops=20, rounds=1, shown_rounds=1)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield our loop's cost over a bare one, and whole loops beside each peer's."""
    with kernel() as running:
        running.ok("from benchmarks.loops import short")
        patiently(running, f"samples = short.hidden({plan.loops}, {plan.rounds})")
        hidden = Rounds(**told(running, "samples"))
        patiently(running, f"samples = short.shown({plan.shown_rounds})")  # some of them write to stdout
        shown = Rounds(**told(running, "samples"))
    yield alone("loop of 3 items, over the bare loop", "µs", hidden.over(OURS), OVER_BARE_US)
    for found in (hidden, shown):
        yield from whole("loop of 3 items", "µs", found, TO_PEER)


# in the kernel


def hidden(loops: int, rounds: int) -> dict[str, Any]:
    """Return µs for a loop, beside bars that were switched off."""
    return _measured(SWITCHED_OFF, loops, rounds)


def shown(rounds: int) -> dict[str, Any]:
    """Return µs for a loop, beside bars that show every loop."""
    return _measured(IN_NOTEBOOK, 1, rounds)


def _measured(peers: tuple[Peer, ...], loops: int, rounds: int) -> dict[str, Any]:
    import mcp_notebook as mcpn

    wraps, out = ready(peers)
    everybody: dict[str, Wrap] = {BARE: bare, OURS: mcpn.track, **wraps}
    return asdict(interleave({name: _batch(wrap, loops) for name, wrap in everybody.items()}, rounds, out))


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
