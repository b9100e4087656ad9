"""In the kernel: calls of every kind and every end, over every transport, in an order that a seed decides."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import mcp_notebook as mcpn

HERE = Path(__file__).parent
COMMAND = [sys.executable, str(HERE / "server.py")]
SIZES = (10, 1_000, 20_000, 200_000)
SHOWN_S = 0.2
"""long enough for a bar"""


class Work:
    """Three connections, and what was done with them so far."""

    def __init__(self, seed: int = 7) -> None:
        from server import build

        self.done: Counter[str] = Counter()
        self._dice = random.Random(seed)
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
        self._server = subprocess.Popen([*COMMAND, "--http"], **pipes)
        url = self._server.stdout.readline().strip()
        self._connections = [
            mcpn.connect(target, name=name)
            for name, target in (("object", build()), ("stdio", COMMAND), ("http", url))
        ]
        self._kinds = {
            self._call: 60, self._fail: 10, self._started: 12, self._cancelled: 5, self._timed_out: 5,
            self._mapped: 5, self._shown: 3,
        }  # fmt: skip

    def some(self, calls: int) -> int:
        """Make at least *calls* calls; returns how many there were so far."""
        goal = self.done.total() + calls
        while self.done.total() < goal:
            connection = self._dice.choice(self._connections)
            kind = self._dice.choices(list(self._kinds), list(self._kinds.values()))[0]
            self.done[kind.__name__.strip("_")] += kind(connection)
        return self.done.total()

    def close(self) -> None:
        """End the connections and the server."""
        for connection in self._connections:
            connection.close()
        self._server.terminate()
        self._server.wait()
        self._server.stdout.close()

    def _arguments(self) -> dict[str, object]:
        dice = self._dice
        reports, words = dice.choice([(0, 0), (3, 20), (12, 200)])
        return {"reports": reports, "words": words, "size": dice.choice(SIZES)}

    def _call(self, connection) -> int:
        arguments = self._arguments()
        assert len(connection.call("work", arguments).text) == arguments["size"]
        return 1

    def _fail(self, connection) -> int:
        with suppress(mcpn.ToolError):
            connection.call("work", self._arguments(), fail=True)
        return 1

    def _started(self, connection) -> int:
        call = connection.start("work", self._arguments())
        call.result()
        return 1

    def _cancelled(self, connection) -> int:
        call = connection.start("work", self._arguments(), seconds=60)
        call.cancel()
        with suppress(mcpn.CallCancelledError):
            call.result()
        return 1

    def _timed_out(self, connection) -> int:
        with suppress(mcpn.CallTimeoutError):
            connection.call("work", self._arguments(), seconds=60, timeout=0.05)
        return 1

    def _mapped(self, connection) -> int:
        rows = [self._arguments() for _ in range(self._dice.randrange(2, 20))]
        connection.map("work", rows)
        return len(rows)

    def _shown(self, connection) -> int:
        connection.call("work", self._arguments(), seconds=SHOWN_S)
        return 1
