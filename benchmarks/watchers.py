"""What watching costs, and how late a report is, while the kernel's main thread is busy.

A real kernel serves; the watchers are SDK clients in a process of their own
(`watcher.py`). A report is due when the sampler's timer is; it has come when
the client's callback runs: both are read from the machine's monotonic clock.
Cells with nobody watching, one and ten alternate in one kernel; their speed is
by the clock on the wall, because a thread that waits for its turn uses no CPU.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median as middle
from typing import TYPE_CHECKING, Any

from kernels import kernel
from rounds import Samples, interleave, median, overhead, ratio
from rows import Row

if TYPE_CHECKING:
    from driver import Cell, Kernel

MANY = 10
SPEED = {1: 0.93, MANY: 0.88}
INTERVALS = 2.5
"""how many switch intervals later a report may be where the main thread is hot"""
GATHER_S = 0.2
"""how long a cell waits for its watchers before its loop begins"""
NAP_S = 0.01


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    items: int
    naps: int
    rounds: int
    asking_s: float
    asking_rounds: int


FULL = Plan(items=8_000_000, naps=80, rounds=7, asking_s=0.5, asking_rounds=4)
QUICK = Plan(items=2_500_000, naps=25, rounds=1, asking_s=0.1, asking_rounds=1)


def measure(plan: Plan = FULL) -> list[Row]:
    """Return rows for the latency of reports and answers, and for the loop's speed."""
    with kernel() as running:
        running.ok("import json, time, watchers\nserver = watchers.serve()")
        door = json.loads(running.ok("print(json.dumps([server.url, *server.headers.values()]))").stdout)
        with watcher(door) as clients:
            stand = Stand(running, clients, plan)
            rows = [*_watching(stand), *_asking(stand)]
        running.ok("server.stop()")
    return rows


def _watching(stand: Stand) -> list[Row]:
    late: Samples = {}

    def cell(name: str, code: str, count: int) -> float:
        seconds, latencies = stand.watched(code, count)
        late.setdefault(name, []).append(latencies)
        return seconds

    hot, idle = stand.hot, stand.idle
    contenders = {
        "idle": lambda: cell("idle", idle, 1),
        "0": lambda: cell("0", hot, 0),
        "1": lambda: cell("1", hot, 1),
        str(MANY): lambda: cell(str(MANY), hot, MANY),
    }
    seconds = interleave(contenders, stand.plan.rounds)
    late = {name: found[-stand.plan.rounds :] for name, found in late.items()}
    interval = stand.interval_ms
    bound = INTERVALS * interval
    later = overhead(late, "1", "idle")
    rows = [
        Row(
            "report to 1 watcher, hot main against idle",
            median(late, "1"), median(late, "idle"), "ms", "", None,
        ),
        Row(
            f"report to 1 watcher, later where main is hot, switch interval {interval:g} ms",
            later, None, "ms", f"≤ {bound:g} ms", later <= bound,
        ),
        Row(
            f"report to {MANY} watchers, hot main against idle with 1",
            median(late, str(MANY)), median(late, "idle"), "ms", "", None,
        ),
    ]  # fmt: skip
    for count, target in SPEED.items():
        name = str(count)
        share = ratio(seconds, "0", name)
        speeds = [stand.plan.items / median(seconds, one) / 1e6 for one in (name, "0")]
        rows.append(
            Row(
                f"hot loop's speed, {count} watching, against nobody", speeds[0], speeds[1], "M/s",
                f"≥ {target} ×", share >= target, share,
            )
        )  # fmt: skip
    return rows


def _asking(stand: Stand) -> list[Row]:
    contenders = {"idle": lambda: stand.asked(stand.idle), "hot": lambda: stand.asked(stand.hot)}
    samples = interleave(contenders, stand.plan.asking_rounds)
    hot, idle = median(samples, "hot"), median(samples, "idle")
    return [Row("list_loops with nobody watching, hot main against idle", hot, idle, "ms", "", None)]


class Stand:
    """The kernel, the watchers, and cells to watch."""

    def __init__(self, running: Kernel, clients: Clients, plan: Plan) -> None:
        self.plan = plan
        self.hot = f"watchers.hot({plan.items})"
        self.idle = f"watchers.idle({plan.naps})"
        self.interval_ms = 0.0
        self._running = running
        self._clients = clients

    def watched(self, code: str, count: int) -> tuple[float, float]:
        """Run *code* with *count* clients watching; return its seconds, and a report's middle latency in ms."""
        if count:
            self._clients.tell(watch=count)
        seconds, due = self._result(self._running.ok(self._cell(code)))
        if not count:
            return seconds, 0.0
        came = [moment for one in self._clients.told() for moment in one]
        late = [moment - due[at - 1] for moment in came if (at := bisect_right(due, moment))]
        return seconds, middle(late) * 1e3

    def asked(self, code: str) -> float:
        """Run *code* while a client asks for the loops; return an answer's middle latency in ms."""
        cell = self._running.begin(self._cell(code))
        time.sleep(GATHER_S * 1.5)
        self._clients.tell(ask=self.plan.asking_s)
        answers = self._clients.told()
        self._result(self._running.finish(cell))
        return middle(answers)

    @staticmethod
    def _cell(code: str) -> str:
        return f"time.sleep({GATHER_S})\nprint(json.dumps({code}))"

    def _result(self, cell: Cell) -> tuple[float, list[float]]:
        seconds, due, interval = json.loads(cell.stdout)
        if due:
            self.interval_ms = interval * 1e3
        return seconds, due


class Clients:
    """The process of `watcher.py`."""

    def __init__(self, process: Any) -> None:
        self._process = process
        process.stdout.readline()

    def tell(self, **command: Any) -> None:
        """Give it a command."""
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def told(self) -> Any:
        """Wait for its answer."""
        return json.loads(self._process.stdout.readline())


@contextmanager
def watcher(door: list[str]) -> Iterator[Clients]:
    """Start the clients; they are connected when this yields."""
    command = [sys.executable, str(Path(__file__).with_name("watcher.py")), *door]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Clients(process)
        finally:
            process.stdin.close()


# in the kernel

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
