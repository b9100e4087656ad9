"""How long a quick call takes: our blocking `call`, with bar, receipt and limits, and a bare `await` of the SDK's client.

In process, over stdio and over HTTP; a sample is the median of a block of calls.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..compare import whole
from ..rounds import OURS, interleave
from ..rows import Row
from .peer import SDK, Peer, noop

# `mcp_notebook demo` on stdio keeps every answer back for 15 ms (see `leave_a_gap`): that would hide us.
SERVER = [sys.executable, "-c", "from mcp_notebook.demo import build; build().run('stdio')"]
HTTP_SERVER = [sys.executable, "-m", "mcp_notebook", "demo", "--http"]
IN_PROCESS, STDIO, HTTP = "in process", "stdio", "HTTP"
TARGETS = {IN_PROCESS: 1.35, STDIO: 1.2, HTTP: 1.1}


@dataclass(frozen=True)
class Plan:
    """How many calls are a block, and how many blocks there are."""

    calls: int
    rounds: int
    transports: Sequence[str] = tuple(TARGETS)


FULL = Plan(calls=25, rounds=16)
QUICK = Plan(calls=3, rounds=1, transports=(IN_PROCESS,))


def measure(plan: Plan) -> Iterator[Row]:
    """Yield one row for each transport."""
    for transport in plan.transports:
        with ExitStack() as stack:
            yield from _compared(transport, *targets(stack, transport), plan)


def _compared(transport: str, our_target: Any, peer_target: Any, plan: Plan) -> Iterator[Row]:
    import mcp_notebook as mcpn

    with mcpn.connect(our_target) as connection, Peer(peer_target) as peer:
        blocks = {
            OURS: lambda: our_block(connection, plan.calls),
            SDK: lambda: peer.run(lambda client: peer_block(client, plan.calls)),
        }
        found = interleave(blocks, plan.rounds)
    yield from whole(f"a quick call, {transport}", "ms", found, TARGETS[transport])


def targets(stack: ExitStack, transport: str) -> tuple[Any, Any]:
    """Return what we connect to, and what the SDK's client does."""
    from mcp import StdioServerParameters

    from mcp_notebook.demo import build

    if transport == IN_PROCESS:
        return build(), build()
    if transport == STDIO:
        return SERVER, StdioServerParameters(command=SERVER[0], args=SERVER[1:])
    url = stack.enter_context(demo_over_http())
    return url, url


def our_block(connection: Any, calls: int) -> float:
    """Return the median of the ms of our calls."""
    times = []
    for _ in range(calls):
        began = perf_counter()
        connection.call("echo", text="x")
        times.append(perf_counter() - began)
    return statistics.median(times) * 1e3


async def peer_block(client: Any, calls: int) -> float:
    """Return the median of the ms of the SDK's calls."""
    times = []
    for _ in range(calls):
        began = perf_counter()
        await client.call_tool("echo", {"text": "x"}, progress_callback=noop)
        times.append(perf_counter() - began)
    return statistics.median(times) * 1e3


@contextmanager
def demo_over_http() -> Iterator[str]:
    """Run the demo server in a process of its own; yield its URL."""
    with subprocess.Popen(HTTP_SERVER, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
