"""Other people's server: FastMCP 4 over stdio, HTTP and in-process, both eras."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mcp_notebook as mcpn

SERVER = Path(__file__).with_name("fastmcp_server.py")


def in_process():
    """The FastMCP object itself."""
    spec = importlib.util.spec_from_file_location("theirs", SERVER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.server


@pytest.fixture(scope="module", params=["stdio", "http", "in-process"])
def theirs(request):
    """A connection to their server over each way there is."""
    process = None
    if request.param == "stdio":
        connection = mcpn.connect([sys.executable, str(SERVER)], name="theirs")
    elif request.param == "in-process":
        connection = mcpn.connect(in_process(), name="theirs")
    else:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen([sys.executable, str(SERVER), "--port", str(port)])
        wait_for(port)
        connection = mcpn.connect(f"http://127.0.0.1:{port}/mcp", name="theirs")
    yield connection
    connection.close()
    if process is not None:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    """Wait until something listens."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


def reported(connection, tool, **arguments):
    """Call a tool; return its result, its call, and the values it reported."""
    call = connection.start(tool, **arguments)
    result = call.result()
    return result, call, [(e.progress, e.total) for e in call.events]


def test_percentages_arrive_whole_and_in_order(theirs):
    """Eleven values, 0 first."""
    result, call, values = reported(theirs, "percentage")

    assert values == [(float(p), 100.0) for p in range(0, 101, 10)]
    assert (result.data, call.status, call.progress.fraction) == ("percentage", "done", 1.0)


def test_counts_arrive_with_their_messages(theirs):
    """Absolute numbers, one message each."""
    _, call, values = reported(theirs, "absolute", items=["a", "b", "c"])

    assert values == [(1, 3), (2, 3), (3, 3)]
    assert [e.message for e in call.events] == ["took a", "took b", "took c"]


def test_a_count_without_total_stays_without_percentage(theirs):
    """Nothing is invented."""
    _, call, values = reported(theirs, "indeterminate")

    assert values[-1] == (7, None)
    assert call.progress.fraction is None


def test_repeated_boundary_values_hold_the_bar_and_are_counted(theirs):
    """Two boundaries, sent twice each."""
    _, call, values = reported(theirs, "staged")

    shown = [value for value, _ in values]
    assert shown == sorted(shown)
    assert (call.progress.progress, call.progress.repairs.held, call.progress.stage) == (100, 2, 0)
