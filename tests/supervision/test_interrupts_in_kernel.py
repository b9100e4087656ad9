"""Stop, pressed at any moment in a real kernel: the next cell runs, the next call works, no bar is left running."""

from __future__ import annotations

import sys
import time

import pytest
from driver import Kernel

from ..client.raw_server import Script, gone
from .conftest import TESTS
from .residue import settles
from .web import Web

pytestmark = pytest.mark.timeout(200)

ERAS = ("modern", "legacy")
LOOK = "settles(lambda: not bars(), 10); print(bars())"
STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try: serve(lambda n, *_: answer(n))
finally:
    while True: time.sleep(60)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all: it has to stay usable through every interrupt of this module."""
    running = Kernel(sys.executable, cwd=TESTS.parent)
    running.ok(
        "%load_ext mcp_notebook\nimport mcp_notebook as mcpn\n%mcp_connect demo\n%mcp_call add a=1 b=2"
    )
    running.ok(
        f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
        "from supervision.interrupting import tell\n"
        "from supervision.residue import bars, children, settles, tasks"
    )
    running.told = tmp_path_factory.mktemp("told")
    yield running
    running.close()


@pytest.fixture
def server(request):
    """A server in a thread of this process."""
    running = Web(request.param)
    yield running
    running.stop()


both_eras = pytest.mark.parametrize("server", ERAS, indirect=True)


def stopped(kernel, code, when):
    """Run *code*, press Stop once *when* holds, and return the cell; the kernel is usable after it."""
    told = kernel.told / str(len(list(kernel.told.iterdir())))
    cell = kernel.begin(f"tell({str(told)!r})\n{code}")
    assert when()
    if "await" not in code:
        assert settles(told.exists)
    else:
        kernel.until(lambda: cell.of("comm_open"))
        told.touch()
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.status == "error", cell.stdout
    assert kernel.ok("print('next')").stdout == "next\n"
    assert kernel.ok(LOOK).stdout == "()\n"
    return cell


def works(kernel, name="web"):
    """Return whether the next call works."""
    return kernel.ok(f"print(mcpn.connections()[{name!r}].call('good', timeout=20).text)").stdout == "fine\n"


def learns(server):
    """Return whether the server learns that a request was cancelled."""
    if server.era == "legacy":
        return server.until(lambda: server.asked("notifications/cancelled") >= 1)
    return server.until(lambda: server.hung_up)


@both_eras
@pytest.mark.parametrize("code", ["mcpn.connect({!r}, name='web')", "%mcp_connect {} --name web"])
@pytest.mark.parametrize("method", ["handshake", "tools/list"])
def test_stop_while_connecting(kernel, server, code, method):
    """The server is mute: no connection is entered, the socket is closed, the second attempt works."""
    name = (
        method
        if method == "tools/list"
        else {"modern": "server/discover", "legacy": "initialize"}[server.era]
    )
    server.plan[name] = "silent"

    cell = stopped(kernel, code.format(server.url), lambda: server.until(lambda: server.asked(name) == 1))

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert server.until(lambda: server.hung_up)
    assert kernel.ok("print([*mcpn.connections()])").stdout == "['demo']\n"
    server.plan.clear()
    kernel.ok(f"mcpn.connect({server.url!r}, name='web')")
    assert works(kernel)
    kernel.ok("mcpn.connections()['web'].close()")


CALLS = {
    "call": "web.call('work', how='report and stay silent')",
    "magic": "%mcp_call web.work how='report and stay silent'",
    "await": "job = web.start('work', how='report and stay silent')\nawait job",
    "result": "job = web.start('work', how='report and stay silent')\njob.result()",
    "map": "web.map('work', [{'how': 'report and stay silent'}] * 3)",
    "background": "job = %mcp_call --bg web.work how='report and stay silent'\njob.result()",
    "mute": "web.call('work', how='silent')",
}


@both_eras
@pytest.mark.parametrize("way", CALLS)
def test_stop_while_calling(kernel, server, way):
    """However the cell waits: the call is cancelled on the wire, its receipt says interrupted."""
    kernel.ok(f"web = mcpn.connect({server.url!r}, name='web')")
    wanted = 3 if way == "map" else 1

    cell = stopped(kernel, CALLS[way], lambda: server.until(lambda: server.asked("tools/call") == wanted))

    assert learns(server)
    assert "interrupted" in cell.receipt, cell.receipt
    assert works(kernel)
    kernel.ok("web.close()")


@both_eras
def test_a_background_call_is_not_stopped_by_another_cells_stop(kernel, server):
    """Stop ends what the cell waits for; the job goes on, and can be cancelled."""
    kernel.ok(f"web = mcpn.connect({server.url!r}, name='web')\njob = web.start('work', how='wait')")
    assert server.until(lambda: server.asked("tools/call") == 1)

    cell = kernel.begin("print('sleeping', flush=True)\nimport time; time.sleep(60)")
    kernel.until(lambda: cell.stdout)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.ok("print(job.status)").stdout == "running\n"
    server.release.set()
    assert kernel.ok("print(job.result(20).text)").stdout == "fine\n"
    kernel.ok("web.close()")


@both_eras
def test_stop_while_listing_tools(kernel, server):
    """An unknown name asks the server again, which is mute."""
    kernel.ok(f"web = mcpn.connect({server.url!r}, name='web')")
    server.plan["tools/list"] = "silent"

    stopped(kernel, "web.call('nothing')", lambda: server.until(lambda: server.asked("tools/list") == 2))

    assert learns(server)
    server.plan.clear()
    assert works(kernel)
    kernel.ok("web.close()")


@both_eras
def test_stop_while_reconnecting(kernel, server):
    """The lost server is mute when it is tried again; once it is well, the next call works."""
    kernel.ok(f"web = mcpn.connect({server.url!r}, name='web')")
    assert kernel.run("web.call('work', how='reset')").status == "error"
    asked = len(server.seen)
    server.plan["*"] = "silent"

    stopped(kernel, "web.call('good')", lambda: server.until(lambda: len(server.seen) > asked))

    server.plan.clear()
    assert works(kernel)
    kernel.ok("web.close()")


def test_stop_while_closing(kernel, tmp_path):
    """The process ignores the end of its stdin and SIGTERM; it is killed all the same."""
    script = Script(tmp_path / "stubborn.py", STUBBORN)
    kernel.ok(f"web = mcpn.connect({script.command!r}, name='web')")

    stopped(kernel, "web.close()", lambda: True)

    assert kernel.ok("print(web.state, [*mcpn.connections()])").stdout == "closed ['demo']\n"
    assert settles(lambda: all(gone(pid, 0.1) for pid in script.pids()))
    again = Script(tmp_path / "again.py", "serve(lambda n, *_: answer(n))")
    code = f"web = mcpn.connect({again.command!r}, name='web')\nprint(web.call('work').text)\nweb.close()"
    assert kernel.ok(code).stdout == "done\n"


def test_stop_again_and_again(kernel):
    """Ten loops of quick calls, each stopped somewhere: the kernel and the server of this process stay well."""
    code = (
        "print('begun', flush=True)\n"
        "for _ in range(500): mcpn.connections()['demo'].call('wait_silently', seconds=0.02)"
    )
    for n in range(10):
        cell = kernel.begin(code)
        kernel.until(lambda cell=cell: cell.stdout)
        time.sleep(0.01 * n)
        kernel.interrupt()
        kernel.finish(cell)
        assert cell.reply["content"]["ename"] == "KeyboardInterrupt"

    assert kernel.ok(LOOK).stdout == "()\n"
    assert kernel.ok("print(mcpn.connections()['demo'].call('add', a=1, b=2).data)").stdout == "3\n"


def test_in_the_end_nothing_is_left(kernel):
    """All those interrupts: no task on the background loop, no socket, no child."""
    kernel.ok("mcpn.connections()['demo'].close()")
    code = "settles(lambda: not tasks(), 10); print(tasks(), bars(), children())"
    assert kernel.ok(code).stdout == "[] () ()\n"
