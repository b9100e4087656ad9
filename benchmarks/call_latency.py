"""How long a quick call takes: our blocking `call`, with receipt and limits, against a bare `await`.

In process, over stdio and over HTTP; blocks of calls alternate, medians of all calls.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from peer import Peer, noop
from rows import Row

BLOCK = 25
ROUNDS = 16
WARM_UP = 2
# `mcp_notebook demo` on stdio keeps every answer back for 15 ms (see `leave_a_gap`): that would hide us.
SERVER = [sys.executable, "-c", "from mcp_notebook.demo import build; build().run('stdio')"]
HTTP_SERVER = [sys.executable, "-m", "mcp_notebook", "demo", "--http"]
TARGETS = {"in-process": 1.35, "stdio": 1.2, "HTTP": 1.1}


def measure() -> list[Row]:
    """Return one row for each transport."""
    from mcp import StdioServerParameters

    from mcp_notebook.demo import build

    with demo_over_http() as url:
        return [
            _compare("in-process", build(), build()),
            _compare("stdio", SERVER, StdioServerParameters(command=SERVER[0], args=SERVER[1:])),
            _compare("HTTP", url, url),
        ]


def _compare(transport: str, our_target: Any, peer_target: Any) -> Row:
    import mcp_notebook as mcpn

    with mcpn.connect(our_target) as connection, Peer(peer_target) as peer:
        ours, theirs = [], []
        for _ in range(WARM_UP):
            our_block(connection)
            peer.run(peer_block)
        for _ in range(ROUNDS):
            ours += our_block(connection)
            theirs += peer.run(peer_block)
    return Row(
        f"call latency, {transport}",
        statistics.median(ours) * 1e3,
        statistics.median(theirs) * 1e3,
        "ms",
        f"≤ {TARGETS[transport]} ×",
        met=statistics.median(ours) <= TARGETS[transport] * statistics.median(theirs),
    )


def our_block(connection: Any) -> list[float]:
    """Return the seconds of each of a block of our calls."""
    times = []
    for _ in range(BLOCK):
        began = perf_counter()
        connection.call("echo", text="x")
        times.append(perf_counter() - began)
    return times


async def peer_block(client: Any) -> list[float]:
    """Return the seconds of each of a block of the SDK's calls."""
    times = []
    for _ in range(BLOCK):
        began = perf_counter()
        await client.call_tool("echo", {"text": "x"}, progress_callback=noop)
        times.append(perf_counter() - began)
    return times


@contextmanager
def demo_over_http() -> Iterator[str]:
    """Run the demo server in a process of its own; yield its URL."""
    with subprocess.Popen(HTTP_SERVER, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
