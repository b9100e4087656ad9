"""In the kernel: loops whose bars are seen, one that works and one that sleeps."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time, sleep
from typing import Any

from ..rounds import BARE, OURS, apart
from .peers import TQDM_NOTEBOOK, bare, ready

NAP_S = 0.02
APPEARING = 15
"""naps after which every bar is there"""


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


def contenders() -> tuple[dict[str, Contender], dict[str, str]]:
    """Return everybody who is there, and why the others are not."""
    import mcp_notebook as mcpn

    peers, absent = ready((TQDM_NOTEBOOK,))
    wraps = {BARE: bare, OURS: mcpn.track, **peers}
    return {name: Contender(wrap) for name, wrap in wraps.items()}, absent


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
