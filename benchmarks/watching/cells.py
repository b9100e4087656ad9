"""In the kernel: cells with a loop to watch, one that never waits and one that sleeps; each says when the sampler was due."""

from __future__ import annotations

import sys
import time
from typing import Any

NAP_S = 0.01

_due: list[float] = []


def serve() -> Any:
    """Serve this kernel; from now on it is noted when the sampler was due."""
    import mcp_notebook as mcpn
    from mcp_notebook.notebook.pump import Pump

    tick = Pump._tick

    def noted(self: Pump) -> None:
        _due.append(self._timer.when())
        tick(self)

    Pump._tick = noted
    return mcpn.serve("benchmark")


def hot(items: int) -> tuple[float, list[float], float]:
    """Return how long a loop took that never waits, when the sampler was due, and the switch interval."""
    import mcp_notebook as mcpn

    _due.clear()
    mixed, began = 0, time.perf_counter()
    for item in mcpn.track(range(items), "hot"):
        mixed = (mixed * 31 + item) & 0xFFFF
    interval = sys.getswitchinterval()
    return time.perf_counter() - began, list(_due), interval


def idle(naps: int) -> tuple[float, list[float], float]:
    """Return the same of a loop that sleeps."""
    import mcp_notebook as mcpn

    _due.clear()
    began = time.perf_counter()
    for _ in mcpn.track(range(naps), "idle"):
        time.sleep(NAP_S)
    interval = sys.getswitchinterval()
    return time.perf_counter() - began, list(_due), interval
