"""CPU per notification while a server floods: ours, live bar included, against the SDK's no-op callback.

Both run in one kernel, in alternating rounds, each over stdio with a raw
server of its own (`flood_server.py`). CPU is the kernel process's, all threads.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kernels import kernel
from peer import Peer, noop
from rows import Row

COUNT = 20_000
LONG = 100_000
ROUNDS = 5
TARGET = 0.45
SERVER = [sys.executable, str(Path(__file__).with_name("flood_server.py"))]


def measure() -> list[Row]:
    """Return CPU per notification, and what the front end had to take meanwhile."""
    with kernel() as running:
        cell = running.ok("import json, flood\nprint(json.dumps(flood.in_kernel()))")
        ours, theirs = json.loads(cell.stdout)
        running.ok("server = flood.connect()")
        long = running.ok(f"server.call('flood', count={LONG})")
        running.ok("server.close()")
    moments = long.when("comm_msg")
    rate = (len(moments) - 1) / (moments[-1] - moments[0])
    return [
        Row(
            f"flood of {COUNT:,}, CPU per notification",
            ours,
            theirs,
            "µs",
            f"≤ {TARGET} ×",
            ours <= TARGET * theirs,
        ),
        Row("flood, messages to the front end", rate, None, "per s", "≤ 15 per s", rate <= 15),
    ]


def connect() -> Any:
    """Return our connection to a server of its own."""
    import mcp_notebook as mcpn

    return mcpn.connect(SERVER)


def in_kernel() -> tuple[float, float]:
    """Return the CPU of a notification in µs, ours and the peer's: medians of all rounds."""
    from mcp import StdioServerParameters

    parameters = StdioServerParameters(command=SERVER[0], args=SERVER[1:])
    ours: list[float] = []
    theirs: list[float] = []
    # The kernel's main thread has a running loop of its own.
    with connect() as connection, ThreadPoolExecutor(1) as thread:
        peer = thread.submit(Peer(parameters).__enter__).result()
        try:
            for _ in range(ROUNDS):
                ours.append(_cost(lambda: connection.call("flood", count=COUNT)))
                theirs.append(_cost(lambda: thread.submit(peer.run, _flood).result()))
        finally:
            thread.submit(peer.__exit__).result()
    return statistics.median(ours), statistics.median(theirs)


async def _flood(client: Any) -> None:
    await client.call_tool("flood", {"count": COUNT}, progress_callback=noop, read_timeout_seconds=None)


def _cost(work: Any) -> float:
    """Return the µs of CPU that each notification cost."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / COUNT * 1e6
