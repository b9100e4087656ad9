"""What tests of several rooms share: one demo server over HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def demo_http() -> Iterator[str]:
    """Run a demo server over Streamable HTTP in a process of its own; yield its URL."""
    command = [sys.executable, "-m", "mcp_notebook", "demo", "--http"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
