"""Servers that die, lie and flood: the session survives or says why not, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client import session as session_module
from mcp_notebook.runtime import runtime, shutdown

from .raw_server import Script, gone
from .ways import reaches

OWN = ("mcp_notebook", "asyncio-waitpid")
"""how the threads are called that would be ours"""


@pytest.fixture
def script(tmp_path):
    """Make a server script; afterwards no process, thread or task of it is left."""
    made: list[Script] = []

    def make(body: str) -> list[str]:
        made.append(Script(tmp_path / f"server{len(made)}.py", body))
        return made[-1].command

    make.pids = lambda: [pid for one in made for pid in one.pids()]
    yield make
    for connection in mcpn.connections().values():
        connection.close()
    tasks = left_running()
    shutdown()
    assert tasks == []
    assert [t.name for t in threading.enumerate() if t.name.startswith(OWN) and "import" not in t.name] == []
    assert make.pids()
    assert [pid for pid in make.pids() if not gone(pid)] == []


def left_running() -> list[str]:
    """Return the tasks of the background loop that are still there after a bounded moment."""
    found: Future[list[str]] = Future()

    async def look() -> None:
        tasks: set[asyncio.Task] = set()
        for _ in range(500):
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            if not tasks:
                break
            await asyncio.sleep(0.01)
        found.set_result([repr(task) for task in tasks])

    asyncio.run_coroutine_threadsafe(look(), runtime().loop)
    return found.result(20)


def ask(connection, **arguments):
    """Call the one tool; return its text and its call."""
    call = connection.start("work", arguments, timeout=20)
    return call.result(30).text, call


# connecting


def test_a_server_that_exits_at_once_is_quoted(script):
    """Command, status and the last words of stderr."""
    command = script('sys.stderr.write("line one\\nno licence found\\n"); sys.exit(3)')

    with pytest.raises(mcpn.ConnectError) as caught:
        mcpn.connect(command, name="raw")

    words = str(caught.value)
    assert "exit status 3" in words
    assert "stderr ends: line one | no licence found" in words
    assert command[-1] in words
    assert "\n" not in words
    assert mcpn.connections() == {}


def test_a_server_that_prints_rubbish_and_exits_is_quoted(script):
    """What stood on stdout is shown, on one line and without its control characters."""
    command = script('print("\\x1b[31mUsage: server [OPTIONS]\\x1b[0m"); print("more")')

    with pytest.raises(mcpn.ConnectError, match="stdout holds what is not a message") as caught:
        mcpn.connect(command, name="raw")

    assert "\x1b" not in str(caught.value)
    assert "exit status 0" in str(caught.value)


def test_a_server_that_never_answers_is_given_up(script, monkeypatch):
    """Bounded, and its process is ended."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 0.3)

    with pytest.raises(mcpn.ConnectError, match=r"no answer within 0\.3 s"):
        mcpn.connect(script("for line in sys.stdin: pass"), name="raw")


def test_a_server_that_dies_of_a_new_request_is_asked_the_older_way(script):
    """Some exit at a method they don't know: the second process gets `initialize` first."""
    connection = mcpn.connect(script("serve(lambda n, *_: answer(n), discover=sys.exit)"), name="raw")

    assert ask(connection)[0] == "done"
    assert connection.protocol_version == "2025-11-25"
    assert len(script.pids()) == 2


def test_a_command_that_is_not_there_is_named():
    """Before anything is started."""
    with pytest.raises(mcpn.ConnectError, match="no command 'no-such-command-anywhere'"):
        mcpn.connect("no-such-command-anywhere --now", name="raw")


def test_a_file_that_cannot_be_executed_is_a_connect_error(tmp_path):
    """A binary of another machine, say."""
    bad = tmp_path / "bad"
    bad.write_bytes(b"\x00\x01\x02")
    bad.chmod(0o755)

    with pytest.raises(mcpn.ConnectError):
        mcpn.connect([str(bad)], name="raw")


# in the middle of a call


MORTAL = """
def call(n, token, arguments):
    progress(token, 3, total=10)
    if arguments.get("live"):
        answer(n, str(os.getpid()))
    else:
        sys.stderr.write("about to fall over\\n"); sys.stderr.flush()
serve(call)
"""


def test_a_killed_server_fails_its_calls_and_is_started_again(script):
    """The error carries signal and stderr, the bar stands, the next call runs in a new process."""
    connection = mcpn.connect(script(MORTAL), name="raw")
    call = connection.start("work")
    other = connection.start("work")
    reaches(call, 3)
    reaches(other, 3)
    os.kill(script.pids()[-1], signal.SIGKILL)

    with pytest.raises(mcpn.ConnectionLostError, match=r"killed by SIGKILL.*about to fall over"):
        call.result(20)
    with pytest.raises(mcpn.ConnectionLostError):
        other.result(20)

    assert connection.state == "lost"
    assert (connection.server_info, connection.protocol_version) == (None, None)
    assert (call.status, call.progress.progress, call.progress.total) == ("failed", 3, 10)
    assert int(ask(connection, live=True)[0]) == script.pids()[-1]
    assert (connection.state, len(script.pids())) == ("open", 2)


def test_several_calls_after_a_loss_share_one_new_process(script):
    """The reconnect happens once, whoever asks."""
    connection = mcpn.connect(script(MORTAL), name="raw")
    call = connection.start("work")
    reaches(call, 3)
    os.kill(script.pids()[-1], signal.SIGKILL)
    with pytest.raises(mcpn.ConnectionLostError):
        call.result(20)

    results = connection.map("work", [{"live": True}] * 5)

    assert len({r.text for r in results}) == 1
    assert len(script.pids()) == 2


def test_a_server_that_cannot_be_started_again_is_a_clear_error(script):
    """Tried once, at the next call; the call is marked as failed."""
    command = script(
        """
        if os.path.exists(__file__ + ".ran"):
            sys.stderr.write("port is taken\\n"); sys.exit(4)
        open(__file__ + ".ran", "w").close()
        serve(lambda n, *_: os._exit(1))
        """
    )
    connection = mcpn.connect(command, name="raw")
    with pytest.raises(mcpn.ConnectionLostError, match="exit status 1"):
        ask(connection)

    call = connection.start("work")
    with pytest.raises(mcpn.ConnectError, match=r"exit status 4.*port is taken"):
        call.result(20)

    assert (call.status, connection.state) == ("failed", "lost")


def test_a_server_that_closes_its_stdout_and_hangs_is_lost(script):
    """Nothing waits for it, and its process is ended all the same."""
    connection = mcpn.connect(
        script(
            """
            def call(n, token, arguments):
                os.close(1)
                while True: time.sleep(60)
            serve(call)
            """
        ),
        name="raw",
    )

    with pytest.raises(mcpn.ConnectionLostError, match="work got no result"):
        ask(connection)
    assert connection.state == "lost"


def test_losing_a_server_between_calls_is_noticed(script):
    """State is lost without anybody asking; the next call starts it again."""
    connection = mcpn.connect(script(MORTAL), name="raw")
    os.kill(script.pids()[-1], signal.SIGKILL)
    connection._run(lambda: asyncio.wait_for(asyncio.shield(connection._link._session._owner), 20))

    assert connection.state == "lost"
    assert int(ask(connection, live=True)[0]) == script.pids()[-1]


def test_a_loss_while_tools_are_listed_is_an_error_of_ours(script):
    """An unknown name asks the server again; whatever happens then derives from our base."""
    connection = mcpn.connect(
        script(
            """
            lists = 0
            def call(n, token, arguments): answer(n)
            real = send
            def send(**message):
                global lists
                if "tools" in message.get("result", {}):
                    lists += 1
                    if lists > 1:
                        os._exit(5)
                real(**message)
            serve(call)
            """
        ),
        name="raw",
    )

    with pytest.raises(mcpn.MCPNotebookError):
        connection.call("nothing")


def test_a_ready_made_transport_that_was_lost_cannot_be_opened_again(script):
    """The SDK's transports are single use; the error says so and names the cure."""
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = script("serve(lambda n, *_: os._exit(1))")
    transport = stdio_client(StdioServerParameters(command=command[0], args=command[1:]))
    connection = mcpn.connect(transport, name="raw")
    with pytest.raises(mcpn.ConnectionLostError, match="work got no result"):
        ask(connection)

    with pytest.raises(mcpn.ConnectionLostError, match="opened only once"):
        ask(connection)


def test_closing_while_a_lost_server_is_started_again_leaves_nothing(script):
    """The call ends, and so does the process that was on its way."""
    command = script(
        """
        again = os.path.exists(__file__ + ".ran")
        if again:
            time.sleep(0.3)
        open(__file__ + ".ran", "w").close()
        serve(lambda n, *_: None if again else os._exit(1))
        """
    )
    connection = mcpn.connect(command, name="raw")
    with pytest.raises(mcpn.ConnectionLostError):
        ask(connection)
    call = connection.start("work")
    for _ in range(1000):
        if len(script.pids()) == 2:
            break
        connection._run(lambda: asyncio.sleep(0.01))
    connection.close()

    try:
        with pytest.raises(mcpn.MCPNotebookError):
            call.result(3)
        assert connection.state == "closed"
    finally:
        call.cancel()
        connection._run(connection._link.close)


# what is not the protocol


def test_rubbish_between_messages_is_passed_over(script):
    """Banners, blank lines, half a message, JSON that is no message, bytes that are no UTF-8."""
    connection = mcpn.connect(
        script(
            r"""
            raw(b"Welcome!\n\n   \n\xff\xfe\x00\n")
            def call(n, token, arguments):
                raw(b'{"jsonrpc": "2.0", "id": \n[]\n{}\n42\nnull\n"text"\n' + b"[" * 5000 + b"\n")
                progress(token, 1)
                raw(b"\xc3\x28\n")
                answer(n)
            serve(call)
            """
        ),
        name="raw",
    )

    text, call = ask(connection)

    assert (text, call.progress.progress, connection.state) == ("done", 1, "open")
    assert ask(connection)[0] == "done"


def test_bytes_that_are_no_utf8_inside_a_message_are_replaced(script):
    """One bad byte in a result costs one character, not the session."""
    connection = mcpn.connect(
        script(
            r"""
            def call(n, token, arguments):
                raw(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"caf\xe9!"}]}}\n' % n)
            serve(call)
            """
        ),
        name="raw",
    )

    assert ask(connection)[0] == "caf�!"


def test_a_second_answer_changes_nothing(script):
    """The first one counts; answers to what nobody asked are dropped."""
    connection = mcpn.connect(
        script(
            """
            def call(n, token, arguments):
                answer(n, "first"); answer(n, "second"); answer(999, "nobody's")
                send(id=n, error={"code": -1, "message": "third"})
            serve(call)
            """
        ),
        name="raw",
    )

    assert [ask(connection)[0] for _ in range(3)] == ["first"] * 3


def test_an_error_response_is_a_tool_error_with_its_code(script):
    """The server's words and number."""
    connection = mcpn.connect(
        script(
            'serve(lambda n, *_: send(id=n, error={"code": -32050, "message": "quota\\u001b[2J used up"}))'
        ),
        name="raw",
    )
    call = connection.start("work")

    with pytest.raises(mcpn.ToolError, match="work: quota used up") as caught:
        call.result(20)

    assert (caught.value.code, caught.value.result, call.status) == (-32050, None, "failed")
    assert connection.state == "open"


# progress


PROGRESS = """
def call(n, token, arguments):
    progress(token, 5, total=10, message="five")
    {sent}
    answer(n)
serve(call)
"""
HUGE = "1" + "0" * 400
BEYOND_FLOAT = (
    'raw(json.dumps({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": token,'
    ' "progress": "?"}}).replace(\'"?"\', "1e400").encode() + b"\\n")'
)


@pytest.mark.spec("schema.numbers", "progress.increase", "progress.active-request")
@pytest.mark.parametrize(
    ("sent", "rejected", "held"),
    [
        (f"progress(token, {HUGE})", 1, 0),
        (f"progress(token, -{HUGE}, total={HUGE})", 1, 0),
        (
            BEYOND_FLOAT,
            1,
            0,
        ),
        ("progress(token, float('nan'))", 1, 0),
        ("progress(token, float('inf'))", 1, 0),
        ("progress(token, '7')", 1, 0),
        ("progress(token, True)", 1, 0),
        ("progress(token, None)", 1, 0),
        ("progress(token, [7])", 1, 0),
        ("progress(token, -1)", 1, 0),
        ("progress(token, 3, total=10)", 0, 1),
        ("progress(token, 5, total=10)", 0, 1),
        ("progress('somebody-else', 9)", 0, 0),
        ("progress(0, 9); progress(1.5, 9); progress(None, 9); progress([token], 9)", 0, 0),
        ("send(method='notifications/progress', params={'progressToken': token})", 1, 0),
        ("send(method='notifications/progress', params=[]); send(method='notifications/progress')", 0, 0),
        ("send(method='notifications/unheard_of', params={'x': 1})", 0, 0),
    ],
)
def test_progress_that_is_none_holds_the_bar(script, sent, rejected, held):
    """Counted, never shown; the session goes on."""
    connection = mcpn.connect(script(PROGRESS.format(sent=sent)), name="raw")

    text, call = ask(connection)

    repairs = call.progress.repairs
    assert (text, call.progress.progress, call.progress.total) == ("done", 5, 10)
    assert (repairs.rejected, repairs.held) == (rejected, held)
    assert ask(connection)[0] == "done"


@pytest.mark.spec("schema.numbers")
@pytest.mark.parametrize("total", [HUGE, "'10'", "0", "-3", "float('nan')", "True", "[]"])
def test_a_total_that_is_none_is_unknown(script, total):
    """The value beside it is taken."""
    connection = mcpn.connect(script(PROGRESS.format(sent=f"progress(token, 6, total={total})")), name="raw")

    call = ask(connection)[1]

    assert (call.progress.progress, call.progress.total, call.progress.repairs.totals) == (6, None, 1)


@pytest.mark.spec("progress.message")
@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("'x' * 3_000_000", "x" * 1999 + "…"),
        ("'a\\nb\\x1b[31mc\\u202e'", "a bc"),
        ("7", "five"),
        ("{'a': 1}", "five"),
        ("''", None),
    ],
)
def test_a_message_is_one_clean_line(script, message, shown):
    """Cut, cleaned, and no message where it is not text."""
    connection = mcpn.connect(
        script(PROGRESS.format(sent=f"progress(token, 6, message={message})")), name="raw"
    )

    assert ask(connection)[1].progress.message == shown


@pytest.mark.parametrize(("value", "total"), [("1e300", "1e-300"), ("1.7e308", "1"), ("1.7e308", "None")])
def test_numbers_whose_quotient_is_infinite_harm_nothing(script, value, total):
    """Finite values both, an infinite fraction or rate: words, and a cancel that ends."""
    connection = mcpn.connect(
        script(
            f"""
            def call(n, token, arguments): progress(token, {value}, total={total})
            serve(call)
            """
        ),
        name="raw",
    )
    call = connection.start("work")
    reaches(call, 1e300)
    try:
        call.cancel()
        with pytest.raises(mcpn.CallCancelledError):
            call.result(3)
        assert repr(call)
    finally:
        call._edge.loop.call_soon_threadsafe(call._settle, None, RuntimeError("given up"))


@pytest.mark.spec("progress.stop", "progress.in-progress")
def test_progress_after_the_response_is_dropped(script):
    """The receipt stands; the stray ones are counted."""
    connection = mcpn.connect(
        script(
            """
            def call(n, token, arguments):
                progress(token, 1, total=2)
                answer(n)
                progress(token, 2, total=2)
            serve(call)
            """
        ),
        name="raw",
    )
    call = ask(connection)[1]
    ask(connection)

    assert (call.progress.progress, call.progress.status) == (1, "done")
    assert connection._link._session.strays >= 1


@pytest.mark.spec("progress.any-frequency")
def test_a_flood_ends_at_its_exact_last_value(script):
    """20,000 notifications, none lost, events bounded, first and last exact."""
    connection = mcpn.connect(
        script(
            """
            def call(n, token, arguments):
                line = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"%s","progress":%d}}'
                raw(("\\n".join(line % (token, i) for i in range(1, 20001)) + "\\n").encode())
                answer(n)
            serve(call)
            """
        ),
        name="raw",
    )

    call = ask(connection)[1]

    assert (call.progress.progress, call.progress.updates) == (20_000, 20_000)
    assert (call.events[0].progress, call.events[-1].progress) == (1, 20_000)
    assert len(call.events) <= 257
    assert not call.progress.repairs


@pytest.mark.spec("progress.original-token", "progress.track", "stdio.shared")
def test_two_calls_of_one_server_keep_their_progress_apart(script):
    """Interleaved, answered in the other order."""
    connection = mcpn.connect(
        script(
            """
            open_calls = []
            def call(n, token, arguments):
                open_calls.append((n, token, arguments["to"]))
                if len(open_calls) == 2:
                    for i in range(1, 101):
                        for _, t, to in open_calls:
                            if i <= to:
                                progress(t, i, total=to)
                    for m, _, to in reversed(open_calls):
                        answer(m, str(to))
            serve(call)
            """
        ),
        name="raw",
    )
    calls = [connection.start("work", {"to": to}) for to in (100, 40)]

    assert [call.result(20).text for call in calls] == ["100", "40"]
    assert [(c.progress.progress, c.progress.total, c.progress.updates) for c in calls] == [
        (100, 100, 100),
        (40, 40, 40),
    ]


@pytest.mark.spec("cancel.ignorable", "cancel.late-response", "cancel.races")
def test_a_cancel_that_the_server_ignores_ends_the_call_all_the_same(script):
    """The request is cancelled on the wire, the connection is usable, a late answer is dropped."""
    connection = mcpn.connect(
        script(
            """
            waiting = []
            def call(n, token, arguments):
                if arguments.get("then"):
                    answer(waiting.pop(), "late")
                    answer(n, "yes")
                else:
                    waiting.append(n)
                    progress(token, 1)
            serve(call)
            """
        ),
        name="raw",
    )
    call = connection.start("work")
    reaches(call, 1)
    call.cancel()

    with pytest.raises(mcpn.CallCancelledError):
        call.result(20)
    assert ask(connection, then=True)[0] == "yes"
    assert call.status == "cancelled"


# http


@pytest.fixture
def answers():
    """Run an HTTP server that gives one answer to everything; return its URL."""
    servers = []

    def start(status: int, body: bytes = b"", kind: str = "text/html") -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_DELETE = do_POST

            def log_message(self, *_):
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), name="answers").start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/mcp"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
    assert left_running() == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, r"HTTP 401 Unauthorized; give the token: headers="),
        (403, r"HTTP 403 Forbidden; the server refused"),
        (404, r"HTTP 404 Not Found; is the path right\?"),
        (500, r"HTTP 500 Internal Server Error"),
        (503, r"HTTP 503 Service Unavailable"),
        (599, r"HTTP 599"),
    ],
)
def test_a_bad_status_is_named_with_its_cure(answers, status, said):
    """The SDK's error does not carry it; ours does, on one line, with the URL."""
    url = answers(status, b"<h1>no</h1>")

    with pytest.raises(mcpn.ConnectError, match=said) as caught:
        mcpn.connect(url, name="bad")

    assert url in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><title>Sign in</title>", "text/html"),
        (b"{}", "application/json"),
        (b"not json", "application/json"),
        (b"", "application/json"),
        (b"data: rubbish\n\n", "text/event-stream"),
    ],
)
def test_an_answer_that_is_not_the_protocol_is_a_connect_error(answers, body, kind, monkeypatch):
    """A page, an empty object, half a stream: an error, in bounded time."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 2.0)

    with pytest.raises(mcpn.ConnectError, match="cannot connect to"):
        mcpn.connect(answers(200, body, kind), name="bad")


def test_an_http_server_that_dies_in_mid_call_is_lost():
    """Its call ends as lost, the next one says that nobody is there, and neither hangs."""
    command = [sys.executable, "-m", "mcp_notebook", "demo", "--http"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            connection = mcpn.connect(server.stdout.readline().strip(), name="mortal")
            call = connection.start("count_slowly", to=100_000, delay=0.001)
            reaches(call, 3)
        finally:
            server.kill()
        with pytest.raises(mcpn.ConnectionLostError):
            call.result(20)
        assert call.status == "failed"
        server.wait(20)
        with pytest.raises((mcpn.ConnectionLostError, mcpn.ConnectError)):
            connection.call("add", a=1, b=2, timeout=20)
        connection.close()
    assert left_running() == []


def test_a_refused_connection_is_a_connect_error():
    """Nobody listens there; no secret of the URL is shown."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(mcpn.ConnectError, match=f"http://127.0.0.1:{port}/mcp") as caught:
        mcpn.connect(f"http://user:secret@127.0.0.1:{port}/mcp?key=secret", name="bad")

    assert "secret" not in str(caught.value)
    assert mcpn.connections() == {}
    assert left_running() == []
