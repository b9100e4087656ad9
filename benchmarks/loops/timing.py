"""CPU time of the whole process, helper threads included, for an item of a loop with an empty body, in ns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any

from ..rounds import BARE, OURS, Rounds, apart
from ..rows import Row, beside
from .peers import Wrap, bare

BARE_LOOP = "the bare loop"


def loops(
    wraps: Mapping[str, Wrap], make: Callable[[int], Any], items: int
) -> dict[str, Callable[[], float]]:
    """Return what measures a loop over *make*'s source, for each wrapper and for the bare loop."""
    everybody = {BARE: bare, **wraps}
    return {name: loop(wrap, lambda: make(items), items) for name, wrap in everybody.items()}


def loop(wrap: Wrap, make: Callable[[], Any], items: int) -> Callable[[], float]:
    """Return what measures one loop."""

    def run(wrap: Wrap, source: Any) -> None:
        for _ in wrap(source):
            pass

    run = apart(run)

    def once() -> float:
        began = process_time()
        run(wrap, make())
        return (process_time() - began) / items * 1e9

    return once


def against_bare(name: str, found: Rounds, bound: float | None) -> Row:
    """Return the row of whole loops: ours beside the bare one."""
    ratios = found.ratios(OURS, BARE)
    return beside(BARE_LOOP, name, "ns", found.of(OURS), found.of(BARE), ratios, bound=bound)
