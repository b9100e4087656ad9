"""Connections to the hostile server: one for each way, opened anew where it was lost for good."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from mcp.client.sse import sse_client

import mcp_notebook as mcpn

from .in_memory import InMemory
from .protocol import LEGACY, MODERN

HERE = Path(__file__).parent
ERAS = {"2025": LEGACY, "2026": MODERN}


class Servers:
    """The HTTP servers of a run, one child process for each era, and all processes that were seen."""

    def __init__(self) -> None:
        self._http: dict[str, tuple[subprocess.Popen[str], str]] = {}
        self.pids: set[int] = set()

    def url(self, era: str, path: str) -> str:
        """Return where the server of *era* is, started on first use."""
        if era not in self._http:
            child = subprocess.Popen(
                command("http", era),
                cwd=HERE.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self.pids.add(child.pid)
            self._http[era] = (child, child.stdout.readline().strip())
        return f"http://127.0.0.1:{self._http[era][1]}{path}"

    def close(self) -> None:
        """End them."""
        for child, _ in self._http.values():
            child.stdin.close()
            child.stdout.close()
            child.terminate()
            child.wait(20)

    def left(self) -> list[int]:
        """Return the processes that do not end within a bound."""
        return [pid for pid in self.pids if not ends(pid)]


def ends(pid: int) -> bool:
    """Return whether *pid* ends, within a bound."""
    for _ in range(1_000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def command(transport: str, *words: str) -> list[str]:
    """Return the command that serves over *transport*."""
    return [sys.executable, "-S", "-m", "hostile.serve", transport, *words]


def connect(servers: Servers, way: str, greeting: str = "", **options: object) -> mcpn.Connection:
    """Connect by *way* to a server that greets as *greeting* says."""
    transport, _, year = way.partition("-")
    era = ERAS[year]
    target: object
    if transport == "stdio":
        options["env"] = {"PYTHONPATH": str(HERE.parent)}
        target = command("stdio", era, greeting)
    elif transport == "http":
        target = servers.url(era, f"/mcp/{greeting}")
    elif transport == "sse":
        target = sse_client(servers.url(era, f"/sse/{greeting}"))
    else:
        target = InMemory(era, greeting)
    connection = mcpn.connect(target, name=way, **options)
    if (
        transport == "stdio"
        and connection.server_info is not None
        and connection.server_info.version.isdigit()
    ):
        servers.pids.add(int(connection.server_info.version))
    return connection
