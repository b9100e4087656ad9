"""A kernel that serves, watchers in a process of their own, and cells to watch."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from driver import Cell, Kernel

GATHER_S = 0.2
"""how long a cell waits for its watchers before its loop begins"""


class Stand:
    """The kernel, the watchers, and cells to watch."""

    def __init__(self, running: Kernel, clients: Clients) -> None:
        self.interval_ms = 0.0
        self._running = running
        self._clients = clients

    def watched(self, code: str, count: int) -> tuple[float, float]:
        """Run *code* with *count* clients watching; return its seconds, and a report's median latency in ms."""
        if count:
            self._clients.tell(watch=count)
            assert self._clients.told() == "watching"
        seconds, due = self._result(self._running.ok(self._cell(code)))
        if not count:
            return seconds, 0.0
        came = [moment for one in self._clients.told() for moment in one]
        late = [moment - due[at - 1] for moment in came if (at := bisect_right(due, moment))]
        return seconds, median(late) * 1e3

    def asked(self, code: str, seconds: float) -> float:
        """Run *code* while a client asks for the loops for *seconds*; return an answer's median latency in ms."""
        cell = self._running.begin(self._cell(code))
        time.sleep(GATHER_S * 1.5)
        self._clients.tell(ask=seconds)
        answers = self._clients.told()
        self._result(self._running.finish(cell))
        return median(answers)

    @staticmethod
    def _cell(code: str) -> str:
        return f"time.sleep({GATHER_S})\nprint(json.dumps({code}))"

    def _result(self, cell: Cell) -> tuple[float, list[float]]:
        seconds, due, interval = json.loads(cell.stdout)
        if due:
            self.interval_ms = interval * 1e3
        return seconds, due


class Clients:
    """The process of `client.py`."""

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
    command = [sys.executable, str(Path(__file__).with_name("client.py")), *door]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Clients(process)
        finally:
            process.stdin.close()
