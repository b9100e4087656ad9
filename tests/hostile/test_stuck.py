"""Servers that neither answer nor end, answers that come too late, and patterns that take for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mcp_notebook as mcpn

from .behaviours import WAYS
from .observing import good
from .opening import HERE, connect, ends

STUCK = """
import json, sys, time
sys.path.insert(0, {place!r})
from hostile.serve import Pipe
from hostile.catalogue import server
hostile, pipe = server({era!r}), Pipe()
for line in sys.stdin.buffer:
    message = json.loads(line)
    hostile.hear(message, pipe)
    if message["method"] == "tools/call":
        time.sleep(3600)
"""


@pytest.mark.parametrize("era", ["2025-11-25", "2026-07-28"])
def test_a_server_that_reads_no_more_times_out_and_is_ended(servers, tmp_path, era):
    """Its pipe is full: calls with much to say time out, closing ends its process."""
    path = tmp_path / "stuck.py"
    path.write_text(STUCK.format(place=str(HERE.parent), era=era))
    with mcpn.connect([sys.executable, "-S", str(path)], name="stuck") as connection:
        pid = int(connection.server_info.version)
        servers.pids.add(pid)
        assert good(connection) == "good"
        calls = [connection.start("good", {"much": "x" * 1_000_000}, timeout=0.5) for _ in range(3)]

        for call in calls:
            with pytest.raises(mcpn.CallTimeoutError):
                call.result(30)
        assert [call.status for call in calls] == ["timed out"] * 3
    assert ends(pid)


@pytest.mark.parametrize("way_name", WAYS)
def test_an_answer_after_the_timeout_changes_nothing(servers, way_name):
    """The call stays timed out, and the next one gets its own answer."""
    with connect(servers, way_name) as connection:
        late = connection.start("answer_too_late", timeout=0.3)
        with pytest.raises(mcpn.CallTimeoutError):
            late.result(30)

        assert connection.call("answer_at_last", timeout=30).text == "at last"
        assert late.status == "timed out"
        with pytest.raises(mcpn.CallTimeoutError):
            late.result(1)
        assert (connection.state, good(connection)) == ("open", "good")


@pytest.mark.parametrize("way_name", WAYS)
def test_an_answer_after_the_cancel_changes_nothing(servers, way_name):
    """Likewise where the user cancelled."""
    with connect(servers, way_name) as connection:
        late = connection.start("answer_too_late", timeout=30)
        assert good(connection) == "good"
        late.cancel()
        with pytest.raises(mcpn.CallCancelledError):
            late.result(30)

        assert connection.call("answer_at_last", timeout=30).text == "at last"
        assert late.status == "cancelled"
        assert good(connection) == "good"


HAMMERS = "in the older era the SDK's request lives on after its call has ended, and resumes its stream"


@pytest.mark.parametrize(
    "way_name",
    [pytest.param("http-2025", marks=pytest.mark.xfail(strict=True, reason=HAMMERS)), "http-2026"],
)
def test_a_stream_that_never_ends_well_is_left_alone_when_its_call_has_ended(servers, way_name):
    """It is resumed while the call waits, and not any more when that has timed out."""
    with connect(servers, way_name) as connection:
        call = connection.start("stream_to_be_resumed_for_ever", timeout=0.5)
        with pytest.raises(mcpn.CallTimeoutError):
            call.result(30)
        assert (call.progress.progress, connection.state, good(connection)) == (5, "open", "good")

        first = int(connection.call("resumptions", timeout=30).text)
        for _ in range(20):
            assert good(connection) == "good"

        assert first > 0
        assert int(connection.call("resumptions", timeout=30).text) <= first + 1


PATTERN = """
import sys
sys.path.insert(0, {place!r})
import mcp_notebook as mcpn
from hostile.opening import Servers, connect
servers = Servers()
connection = connect(servers, {way!r})
print("ready", flush=True)
try:
    print(connection.call({tool!r}, timeout=2, max_timeout=4).text)
except mcpn.MCPNotebookError as error:
    print(type(error).__name__)
print(connection.call("good", timeout=30).text)
connection.close()
servers.close()
"""


@pytest.mark.parametrize(
    ("tool", "way_name"), [("schema_of_slow_patterns", "memory-2026"), ("schema_of_doubles", "memory-2025")]
)
def test_an_output_schema_that_takes_for_ever_stops_no_kernel(tool, way_name):
    """Result, error or timeout, and a good call afterwards: in a process of its own, which is stopped else."""
    script = PATTERN.format(place=str(HERE.parent), way=way_name, tool=tool)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "ready\n"
            told, _ = child.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            pytest.fail("the whole process is frozen")
        finally:
            child.kill()
    assert told.splitlines()[-1].startswith("good")
