"""A runtime directory of the test's own, the kernels that serve in it, and bridges to them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forked import prefix
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

STAND_IN = Path(__file__).with_name("kernel_stand_in.py")
BRIDGE = ["-m", "mcp_notebook", "bridge"]
PATIENCE_S = 30


class Running:
    """A stand-in kernel's process."""

    def __init__(self, name: str, home: Path, env: dict[str, str], published: str) -> None:
        self.name = name
        self.journal = home / f"{name}.journal"
        command = [*prefix(), str(STAND_IN), name, str(self.journal), published]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        self.token, pid = self.process.stdout.readline().split()
        self.pid = int(pid)
        self.label = f"kernel '{name}' (pid {pid})"

    def end(self, by: int = signal.SIGKILL) -> None:
        """End it, as a crash does or more politely."""
        os.kill(self.pid, by)
        self.process.wait()
        self.process.stdout.close()

    def noted(self, **what) -> list[dict]:
        """Return the notes that hold *what*."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [n for n in map(json.loads, lines) if what.items() <= n.items()]

    def comes_to(self, times: int = 1, **what) -> bool:
        """Return whether it notes *what* that often, within a bound."""
        return within(lambda: len(self.noted(**what)) >= times)


class Place:
    """A runtime directory, its kernels, and how to start a bridge there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {**os.environ, "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
        self.errors = home / "stderr"
        self.kernels: list[Running] = []

    @property
    def said(self) -> list[str]:
        """Return the lines that the bridges have written to stderr."""
        return self.errors.read_text().splitlines() if self.errors.exists() else []

    def kernel(self, name: str = "train", published: str = "right") -> Running:
        """Start a kernel that serves."""
        self.kernels.append(Running(name, self.home, self.env, published))
        return self.kernels[-1]

    @asynccontextmanager
    async def client(self, *words: str, mode: str = "auto", **options) -> AsyncIterator[Client]:
        """Yield the SDK's client of a new bridge."""
        command, *forked = prefix()
        server = StdioServerParameters(command=command, args=[*forked, *BRIDGE, *words], env=self.env)
        with self.errors.open("a") as errors:
            wire = stdio_client(server, errlog=errors)
            async with Client(wire, mode=mode, cache=None, **options) as client:
                yield client

    def bridge(self, *words: str) -> subprocess.Popen[str]:
        """Start a bridge with pipes."""
        return self._piped([*prefix(), *BRIDGE, *words])

    def command(self, *words: str) -> subprocess.Popen[str]:
        """Start one as its users do, for tests of what becomes of the process."""
        return self._piped([sys.executable, *BRIDGE, *words])

    def _piped(self, command: list[str]) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.env, text=True, **pipes)

    def close(self) -> None:
        """End every kernel."""
        for kernel in self.kernels:
            if kernel.process.poll() is None:
                kernel.end()


def within(happens, seconds: float = PATIENCE_S) -> bool:
    """Return whether *happens* becomes true, within a bound."""
    for _ in range(int(seconds / 0.02)):
        if happens():
            return True
        time.sleep(0.02)
    return False


def text_of(result) -> str:
    """Return the words of a result's first block."""
    return result.content[0].text
