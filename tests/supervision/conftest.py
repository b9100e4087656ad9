"""Servers over HTTP for one test each; whatever a test connects is closed with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import mcp_notebook as mcpn

from .known import fault
from .web import Web

TESTS = Path(__file__).parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is known to fail; strictly, so that a mended fault is noticed."""
    for item in items:
        if "supervision" in item.nodeid and (why := fault(item.nodeid)) is not None:
            item.add_marker(pytest.mark.xfail(strict=True, reason=why))


@pytest.fixture(scope="session", autouse=True)
def _imported() -> None:
    """Import now what the first connection and the first call would wait for."""
    import jsonschema  # noqa: F401
    import mcp.client.streamable_http  # noqa: F401


@pytest.fixture
def connect():
    """Connect, and close with the test whatever was connected."""
    yield mcpn.connect
    for connection in mcpn.connections().values():
        connection.close()


@pytest.fixture
def web(connect):
    """Start servers in threads of this process; the connections are closed before they stop."""
    started: list[Web] = []

    def start(era: str = "modern", **options) -> Web:
        started.append(Web(era, **options))
        return started[-1]

    yield start
    for connection in mcpn.connections().values():
        connection.close()
    for one in started:
        one.stop()


class WebProcess:
    """A server in a process of its own."""

    def __init__(self, era: str, port: int = 0) -> None:
        command = [sys.executable, "-S", "-m", "supervision.web", era, str(port)]
        self._process = subprocess.Popen(
            command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._process.stdout.readline().strip()
        self.port = int(self.url.rpartition(":")[2].partition("/")[0])

    def kill(self) -> None:
        """End it as the system does when memory is short; safe to call twice."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.communicate()


@pytest.fixture
def web_process(connect):
    """Start servers in processes of their own; they end with the test."""
    started: list[WebProcess] = []

    def start(era: str = "modern", port: int = 0) -> WebProcess:
        started.append(WebProcess(era, port))
        return started[-1]

    yield start
    for connection in mcpn.connections().values():
        connection.close()
    for one in started:
        one.kill()
