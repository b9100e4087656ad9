"""What tests of several rooms share: one demo server over HTTP, and an end to what a module began.

Properties are tried with few examples, because the suite is run often; MCPN_DEEP=1 tries many.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("suite", max_examples=1_000 if os.environ.get("MCPN_DEEP") else 40, deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def demo_http() -> Iterator[str]:
    """Run a demo server over Streamable HTTP in a process of its own; yield its URL."""
    command = [sys.executable, "-m", "mcp_notebook", "demo", "--http"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Stop the background loop and every server that the tests of a module have started."""
    yield
    if (root := sys.modules.get("mcp_notebook.runtime")) is not None:
        root.shutdown()
