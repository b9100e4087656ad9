"""What live bars cost the wire and the kernel: one busy bar, and a hundred that appear at once.

Messages are those a front end receives from a real kernel; the CPU of drawing
is the background thread's, inside `Pump.flush`.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from kernels import kernel, wire
from rows import Row

if TYPE_CHECKING:
    from driver import Kernel

PER_S, KILOBYTE = 12, 1_000
MESSAGES, DRAWING_MS = 60, 60
ONE = "demo.call('count_slowly', to={count}, delay={delay})"
COUNT, DELAY_S = 500, 0.005
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


def measure() -> list[Row]:
    """Return one busy bar's messages, and what a hundred bars cost."""
    with kernel() as running:
        running.ok(TIMED + "import mcp_notebook as mcpn\ndemo = mcpn.connect('demo')")
        running.ok(ONE.format(count=40, delay=DELAY_S))  # imports ipywidgets, makes the shared layouts
        return _one_bar(running) + _a_hundred_bars(running)


def _one_bar(running: Kernel) -> list[Row]:
    ours = _stream(running, ONE.format(count=COUNT, delay=DELAY_S))
    peer = _stream(running, TQDM.format(count=COUNT, delay=DELAY_S)) if find_spec("tqdm") else (None, None)
    return [
        Row("one live bar, updates", ours[0], peer[0], "msg/s", f"≤ {PER_S}", ours[0] <= PER_S),
        Row("one live bar, largest update", ours[1], peer[1], "B", f"≤ {KILOBYTE}", ours[1] <= KILOBYTE),
    ]


def _stream(running: Kernel, code: str) -> tuple[float, float]:
    """Return the messages per second between a bar's first and last, and the bytes of the largest update."""
    cell = running.ok(code)
    moments = cell.when("comm_msg")
    updates = [size for kind, size in wire(running, cell) if kind == "comm_msg"]
    return (len(moments) - 1) / (moments[-1] - moments[0]), float(max(updates))


def _a_hundred_bars(running: Kernel) -> list[Row]:
    running.ok("TimedPump.spent = 0.0")
    cell = running.ok(HUNDRED)
    spent = float(running.ok("print(TimedPump.spent * 1e3)").stdout)
    count = len(wire(running, cell))
    return [
        Row("100 bars at once, messages", float(count), None, "", f"≤ {MESSAGES}", count <= MESSAGES),
        Row("100 bars at once, CPU of drawing", spent, None, "ms", f"≤ {DRAWING_MS} ms", spent <= DRAWING_MS),
    ]
