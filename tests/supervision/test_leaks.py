"""Round after round of everything that ends: no thread, task, child, socket or descriptor stays behind."""

from __future__ import annotations

import gc
import os
import signal
import sys

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.session import Session
from mcp_notebook.demo import build

from ..client.raw_server import Script
from ..client.ways import reaches
from .residue import children, no_more_than, residue, settles

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are looked up in /proc")

CALLS = 30
SESSIONS = 10
"""rounds, where each has a connection of its own"""
WARM = 3
WAYS = ("stdio", "modern", "legacy", "demo", "object")
RAW = """
def call(n, token, arguments):
    how = arguments.get("how")
    if how == "die": os._exit(1)
    progress(token, 3, total=10)
    if how is None: answer(n, "fine")
serve(call)
"""


class Way:
    """A server, and how its calls are made to hang or to break."""

    def __init__(self, kind, target):
        self.kind = kind
        self.target = target
        self.wired = kind in ("stdio", "modern", "legacy")

    def good(self, connection):
        """Call a tool that answers."""
        tool = {"stdio": ("work", {}), "modern": ("good", {}), "legacy": ("good", {})}
        name, arguments = tool.get(self.kind, ("add", {"a": 1, "b": 2}))
        assert connection.call(name, arguments, timeout=20).text

    def hang(self, connection, **limits):
        """Start a call that does not answer."""
        if not self.wired:
            return connection.start("wait_silently", seconds=60, **limits)
        return connection.start("work", {"how": "report and stay silent"}, **limits)

    def lose(self, connection):
        """Call a tool that breaks the connection."""
        with pytest.raises(mcpn.ConnectionLostError):
            connection.call("work", how="die" if self.kind == "stdio" else "reset", timeout=20)


@pytest.fixture
def way(request, tmp_path, web_process):
    """One way to reach a server, by its name."""
    kind = request.param
    if kind == "stdio":
        return Way(kind, Script(tmp_path / "server.py", RAW).command)
    if kind in ("modern", "legacy"):
        return Way(kind, web_process(kind).url)
    return Way(kind, "demo" if kind == "demo" else build())


def rounds(once, times):
    """Do *once* some times to warm up, look, do it *times*, and return whether nothing came to stay."""
    for _ in range(WARM):
        once()
    assert settles(lambda: residue()["child"] < 5)
    before = quiet()
    for _ in range(times):
        once()
    return no_more_than(before)


def quiet():
    """Look once the process has come to rest."""
    seen = [residue()]

    def resting():
        seen.append(residue())
        return len(seen) > 20 and all(look == seen[-1] for look in seen[-20:])

    assert settles(resting)
    return seen[-1]


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_connecting_calling_and_closing_leaves_nothing(way, connect):
    """Each round has a session of its own, and none of them is kept."""

    def once():
        with connect(way.target, name="x") as connection:
            way.good(connection)

    assert rounds(once, SESSIONS)
    gc.collect()
    assert sum(type(o) is Session for o in gc.get_objects()) <= WARM  # proxies of the dead have a type, too


@pytest.mark.parametrize("way", ["stdio", "modern", "legacy"], indirect=True)
def test_losing_a_server_again_and_again_leaves_nothing(way, connect):
    """One connection, many sessions: what was lost is put away when the next one is opened."""
    connection = connect(way.target, name="x")

    def once():
        way.lose(connection)
        way.good(connection)

    assert rounds(once, SESSIONS)


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_cancelled_calls_leave_nothing(way, connect):
    """While the connection stays open: neither a request nor its socket."""
    connection = connect(way.target, name="x")

    def once():
        call = way.hang(connection)
        if way.wired:
            reaches(call, 3)
        call.cancel()
        with pytest.raises(mcpn.CallCancelledError):
            call.result(20)

    assert rounds(once, CALLS)
    way.good(connection)


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_calls_that_timed_out_leave_nothing(way, connect):
    """The same, where nobody asked for their end."""
    connection = connect(way.target, name="x")

    def once():
        with pytest.raises(mcpn.CallTimeoutError):
            way.hang(connection, timeout=0.03).result(20)

    assert rounds(once, CALLS)
    way.good(connection)


@pytest.mark.parametrize("way", ["modern", "legacy"], indirect=True)
@pytest.mark.parametrize("how", ["500", "drop in json"])
def test_calls_that_ended_badly_leave_nothing(way, connect, how):
    """Answers that are none, and then a good one."""
    connection = connect(way.target, name="x")

    def once():
        with pytest.raises(mcpn.MCPNotebookError):
            connection.call("work", how=how, timeout=20)
        way.good(connection)

    assert rounds(once, SESSIONS)


def test_connects_that_failed_leave_nothing(connect, tmp_path, web):
    """Nobody there, a bad answer, a process that exits, a command that does not exist."""
    server = web()
    server.plan["*"] = "500"
    dead = Script(tmp_path / "dead.py", "sys.exit(3)").command

    def once():
        for target in (server.url, "http://127.0.0.1:9/mcp", dead, "no-such-command-anywhere"):
            with pytest.raises(mcpn.ConnectError):
                connect(target, name="x")

    assert rounds(once, SESSIONS)


def test_killed_servers_leave_nothing(connect, tmp_path):
    """The process is buried, its pipes are closed, before anybody calls again."""
    script = Script(tmp_path / "server.py", RAW)
    before = quiet()
    for _ in range(SESSIONS):
        connection = connect(script.command, name="x")
        os.kill(script.pids()[-1], signal.SIGKILL)
        assert settles(lambda c=connection: c.state == "lost")
        connection.close()

    assert no_more_than(before)


def test_unloading_after_all_that_leaves_no_thread(connect, tmp_path):
    """`shutdown` with a call in flight on every kind of connection."""
    from mcp_notebook.runtime import shutdown

    others = set(children())  # the servers of other modules' tests
    calls = [
        Way("stdio", None).hang(connect(Script(tmp_path / "server.py", RAW).command, name="stdio")),
        Way("demo", None).hang(connect("demo", name="demo")),
    ]

    shutdown()

    for call in calls:
        with pytest.raises(mcpn.MCPNotebookError):
            call.result(20)
    look = residue()
    assert [kind for kind in look if kind.startswith(("bar", "thread mcp_notebook"))] == []
    assert set(children()) <= others
