"""The bridge ends with its client, whatever is open, and takes its requests to the kernel along."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import termios
import textwrap

import pytest

from .places import BRIDGE, PATIENCE_S, within
from .raw_client import RawClient

PAGE = 4096
FULL = PAGE - 200
"""bytes in a pipe of one page that has room for one more message at most"""


def waiting_in(pipe) -> int:
    """Return how many bytes nobody has read."""
    size = fcntl.ioctl(pipe.fileno(), termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(size, sys.byteorder)


def test_the_end_of_stdin_ends_it_and_cancels_in_the_kernel(place, era):
    """Status 0, one line on stderr about the kernel, nothing but JSON-RPC on stdout."""
    kernel = place.kernel()
    with place.command() as bridge:
        client = RawClient(bridge, era)
        client.call("hang", 1, token=0)
        assert client.next()["method"] == "notifications/progress"
        bridge.stdin.close()
        rest, said = bridge.stdout.read(), bridge.stderr.read()
        assert bridge.wait(PATIENCE_S) == 0

    assert [line for line in rest.splitlines() if not line.startswith('{"jsonrpc"')] == []
    assert said == f"mcp-notebook bridge: using {kernel.label}\n"
    assert kernel.comes_to(cancelled="hang")


def test_it_ends_although_nothing_was_ever_asked(place):
    """A client that only looks whether the command exists."""
    with place.command() as bridge:
        out, _ = bridge.communicate(timeout=PATIENCE_S)

    assert (bridge.returncode, out) == (0, "")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_and_cancels_in_the_kernel(place, by):
    """Although stdin is read in a thread that nothing interrupts; no traceback."""
    kernel = place.kernel()
    with place.command() as bridge:
        client = RawClient(bridge)
        client.call("hang", 1, token="t")
        client.next()
        bridge.send_signal(by)
        assert bridge.wait(PATIENCE_S) == -by
        assert bridge.stderr.read() == f"mcp-notebook bridge: using {kernel.label}\n"

    assert kernel.comes_to(cancelled="hang")


def test_a_killed_client_takes_the_bridge_along(place):
    """No orphan: the bridge's stderr, which it alone holds then, comes to its end."""
    kernel = place.kernel()
    program = f"""
        import subprocess, sys
        from mcp_notebook_raw_client import RawClient

        pipes = {{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}}
        bridge = subprocess.Popen([sys.executable, *{BRIDGE!r}], text=True, **pipes)
        RawClient(bridge).call("hang", 1, token=1)
        bridge.wait()
    """
    script = place.home / "client.py"
    script.write_text(textwrap.dedent(program))
    raw_client = (place.home / __file__).with_name("raw_client.py").read_text()
    (place.home / "mcp_notebook_raw_client.py").write_text(raw_client)
    with subprocess.Popen(
        [sys.executable, str(script)], env=place.env, stderr=subprocess.PIPE, text=True
    ) as it:
        assert kernel.comes_to(hanging=True)
        it.kill()
        said = it.stderr.read()

    assert said == f"mcp-notebook bridge: using {kernel.label}\n"
    assert kernel.comes_to(cancelled="hang")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes have the size they have here")
def test_a_client_that_stopped_reading_does_not_hold_it(place):
    """Its pipe is full, the thread that writes to it stands: the end is bounded all the same."""
    kernel = place.kernel()
    with place.command() as bridge:
        fcntl.fcntl(bridge.stdout, fcntl.F_SETPIPE_SZ, PAGE)
        client = RawClient(bridge)
        client.call("count", 1, token="t", to=100_000)
        assert within(lambda: waiting_in(bridge.stdout) > FULL)
        client.call("who", 2)
        assert kernel.comes_to(called="who")
        bridge.stdin.close()
        assert bridge.wait(PATIENCE_S) == 0

    assert kernel.comes_to(cancelled="count")
