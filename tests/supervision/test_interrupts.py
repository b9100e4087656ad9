"""An interrupt at any moment, in a plain thread: the wait ends, the server learns it, the next call works."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.wire import stdio
from mcp_notebook.runtime import runtime

from ..client.raw_server import Script, gone
from ..client.ways import reaches
from .conftest import TESTS
from .interrupting import at_line, interrupted
from .residue import bars, settles, tasks
from .test_http_call_endings import ERAS


def cancelled(server) -> bool:
    """Return whether the server learns of one cancelled request, as its revision has it."""
    if server.era == "legacy":
        return server.until(lambda: server.asked("notifications/cancelled") >= 1)
    return server.until(lambda: server.hung_up)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", ["handshake", "tools/list"])
def test_interrupting_a_connect_leaves_nothing(web, connect, era, method):
    """A mute server: the socket is closed, no connection is entered, the next attempt works."""
    server = web(era)
    name = method if method == "tools/list" else {"modern": "server/discover", "legacy": "initialize"}[era]
    server.plan[name] = "silent"

    error = interrupted(
        lambda: connect(server.url, name="web"), lambda: server.until(lambda: server.asked(name) == 1)
    )

    assert isinstance(error, KeyboardInterrupt)
    assert server.until(lambda: server.hung_up)
    assert mcpn.connections() == {}
    assert settles(lambda: tasks() == [])
    server.plan.clear()
    assert connect(server.url, name="web").call("good", timeout=20).text == "fine"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("way", "how"),
    [
        *[("call", how) for how in ("silent", "report and stay silent", "endless json", "endless drip")],
        ("map", "silent"),
        ("result", "report and stay silent"),
    ],
)
def test_interrupting_a_call_cancels_it_on_the_wire(web, connect, era, way, how):
    """Whatever the server is doing; the bar ends as interrupted."""
    server = web(era)
    connection = connect(server.url, name="web")
    ways = {
        "call": lambda: connection.call("work", how=how, timeout=60),
        "map": lambda: connection.map("work", [{"how": how}] * 3, timeout=60),
        "result": lambda: connection.start("work", {"how": how}, timeout=60).result(),
    }
    wanted = 3 if way == "map" else 1

    error = interrupted(ways[way], lambda: server.until(lambda: server.asked("tools/call") == wanted))

    assert isinstance(error, KeyboardInterrupt)
    assert settles(lambda: bars() == ())
    assert cancelled(server)
    assert connection.call("good", timeout=20).text == "fine"
    assert connection.state == "open"


@pytest.mark.parametrize("era", ERAS)
def test_interrupting_a_list_of_tools_leaves_the_connection_usable(web, connect, era):
    """The list is given up, the tools known before stay known."""
    server = web(era)
    connection = connect(server.url, name="web")
    server.plan["tools/list"] = "silent"

    error = interrupted(
        lambda: connection.call("nothing"), lambda: server.until(lambda: server.asked("tools/list") == 2)
    )

    assert isinstance(error, KeyboardInterrupt)
    assert cancelled(server)
    assert connection.call("good", timeout=20).text == "fine"


@pytest.mark.parametrize("era", ERAS)
def test_interrupting_a_reconnect_leaves_a_connection_that_can_be_reached(web, connect, era):
    """The lost server is mute when it is tried again; once it is well, the next call works."""
    server = web(era)
    connection = connect(server.url, name="web")
    with pytest.raises(mcpn.ConnectionLostError):
        connection.call("work", how="reset", timeout=20)
    asked = len(server.seen)
    server.plan["*"] = "silent"

    error = interrupted(
        lambda: connection.call("good", timeout=60), lambda: server.until(lambda: len(server.seen) > asked)
    )

    assert isinstance(error, KeyboardInterrupt)
    assert settles(lambda: bars() == ())
    server.plan.clear()
    assert connection.call("good", timeout=20).text == "fine"


@pytest.fixture
def script(tmp_path, connect):
    """Make a stdio server script; its processes are gone afterwards."""
    made = Script(tmp_path / "server.py", "")

    def make(body: str) -> list[str]:
        return Script(made.path, body).command

    make.pids = made.pids
    yield make
    for connection in mcpn.connections().values():
        connection.close()
    assert all(gone(pid) for pid in made.pids())


STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try: serve(lambda n, *_: answer(n))
finally:
    while True: time.sleep(60)
"""


def test_interrupting_a_close_ends_the_server_all_the_same(script, connect, monkeypatch):
    """It ignores the end of its stdin and SIGTERM: what is under way goes on without the waiter."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.4)
    connection = connect(script(STUBBORN), name="stubborn")

    error = interrupted(connection.close, lambda: settles(lambda: connection.state == "closed"))

    assert isinstance(error, KeyboardInterrupt)
    assert all(gone(pid) for pid in script.pids())
    assert mcpn.connections() == {}
    assert settles(lambda: tasks() == [])
    again = connect(script("serve(lambda n, *_: answer(n))"), name="stubborn")
    assert again.call("work", timeout=20).text == "done"


def test_interrupting_the_start_of_a_mute_process_ends_it(script, connect, monkeypatch):
    """The process goes with the attempt."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.2)
    command = script("sys.stdin.readline()\nopen(__file__ + '.mute', 'w').close()\ntime.sleep(60)")

    error = interrupted(
        lambda: connect(command, name="mute"),
        lambda: settles(lambda: os.path.exists(command[-1] + ".mute")),  # noqa: PTH110
    )

    assert isinstance(error, KeyboardInterrupt)
    assert settles(lambda: all(gone(pid, 0.1) for pid in script.pids()))
    assert settles(lambda: tasks() == [])


@pytest.mark.parametrize("era", ERAS)
def test_a_cancelled_await_cancels_on_the_wire(web, connect, era):
    """The task of another event loop is cancelled while it awaits the call."""
    server = web(era)
    connection = connect(server.url, name="web")
    call = connection.start("work", {"how": "report and stay silent"}, timeout=60)
    reaches(call, 3)

    async def visit() -> None:
        waiter = asyncio.ensure_future(call.join())
        await asyncio.sleep(0)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter

    asyncio.run(visit())
    assert settles(lambda: call.status == "interrupted")
    assert cancelled(server)
    assert connection.call("good", timeout=20).text == "fine"


CALLING = ("client/connection.py", "client/pending.py", "client/call.py", "notebook/waiting.py")


@pytest.mark.parametrize("way", ["call", "map", "start"])
def test_an_interrupt_at_any_line_of_a_call_leaves_no_bar_running(connect, way):
    """Every line of ours that the caller's thread runs is a moment at which Ctrl-C may come."""
    connection = connect("demo", name="demo")
    ways = {
        "call": lambda: connection.call("add", a=1, b=2),
        "map": lambda: connection.map("add", [{"a": 1, "b": 2}] * 2),
        "start": lambda: connection.start("add", a=1, b=2).result(),
    }
    before = len(tasks())
    left = []
    for number in range(1, 1000):
        if (where := at_line(number, CALLING, ways[way])) is None:
            break
        if not settles(lambda: bars() == (), 0.5):
            left.append(where)
            for operation in runtime().tracker.running():
                operation.finish("failed")
            break

    assert left == []
    assert number > 30
    assert connection.call("add", a=1, b=2).data == 3
    assert settles(lambda: len(tasks()) <= before)


def test_ctrl_c_in_a_plain_script_ends_the_call_and_the_script_goes_on(web):
    """No kernel, no IPython: SIGINT in the main thread."""
    server = web()
    code = f"""
        import mcp_notebook as mcpn
        connection = mcpn.connect({server.url!r}, name="web")
        for tool, how in (("work", "report and stay silent"), ("work", "silent")):
            try:
                connection.call(tool, how=how)
            except KeyboardInterrupt:
                print("interrupted", connection.call("good").text, flush=True)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=TESTS.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for n in (1, 2):
            assert server.until(lambda n=n: server.asked("tools/call") == 2 * n - 1, 60)
            process.send_signal(signal.SIGINT)
            assert server.until(lambda n=n: len(server.hung_up) == n, 60)
        out, _ = process.communicate(timeout=60)

    assert (out.splitlines(), process.returncode) == (["interrupted fine"] * 2, 0)
