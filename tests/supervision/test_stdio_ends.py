"""Stdio servers that flood, go deaf, die early or leave someone behind: the call says so, the process ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client import session as session_module
from mcp_notebook.client.wire import stdio

from ..client.raw_server import Script, gone
from ..client.ways import reaches
from .clarity import is_clear
from .residue import no_more_than, residue, settles

LARGE = "x" * 5_000_000
"""far more than a pipe holds"""


@pytest.fixture
def script(tmp_path, connect, monkeypatch):
    """Make a server script; afterwards all that it started is gone, and so are our pipes to it."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.4)
    with connect("demo"):  # the background loop is there before the first look
        pass
    before = residue()
    made: list[Script] = []

    def make(body: str) -> list[str]:
        made.append(Script(tmp_path / f"server{len(made)}.py", body))
        return made[-1].command

    make.pids = lambda: [pid for one in made for pid in one.pids()]
    make.path = lambda: made[-1].path
    yield make
    for connection in mcpn.connections().values():
        connection.close()
    assert [pid for pid in make.pids() if not gone(pid)] == []
    assert no_more_than(before)


def test_a_hundred_megabytes_on_stderr_do_not_stop_a_call(script, connect):
    """They are read away, the last words are kept, the memory is not."""
    connection = connect(
        script(
            """
            def call(n, token, arguments):
                block = (b"noise " * 16 + b"\\n") * 10_000
                for i in range(1 if arguments.get("die") else 105):
                    sys.stderr.buffer.write(block)
                    progress(token, i + 1)
                sys.stderr.buffer.write(b"the last word\\n"); sys.stderr.flush()
                if arguments.get("die"): os._exit(9)
                answer(n)
            serve(call)
            """
        ),
        name="loud",
    )

    call = connection.start("work", timeout=60)
    assert call.result(60).text == "done"
    assert call.progress.progress == 105
    with pytest.raises(
        mcpn.ConnectionLostError, match=r"exit status 9; stderr ends: .*the last word"
    ) as caught:
        connection.call("work", die=True, timeout=60)
    assert len(str(caught.value)) < 2_500
    assert sum(map(len, connection._link._session._opening.source.stderr())) < 10_000


DEAF = """
def call(n, token, arguments):
    progress(token, 1)
    while not os.path.exists(__file__ + ".hear"): time.sleep(0.01)
    answer(n, str(len(arguments.get("text", ""))))
serve(call)
"""


def test_a_call_that_the_server_does_not_read_ends_with_its_timeout(script, connect):
    """The pipe is full: neither the call nor its cancel can be written; both end, and so do later ones."""
    connection = connect(script(DEAF), name="deaf")
    busy = connection.start("work", timeout=60)
    reaches(busy, 1)

    for text in (LARGE, "small"):
        with pytest.raises(mcpn.CallTimeoutError, match="silent for"):
            connection.call("work", text=text, timeout=0.3)

    busy.cancel()
    with pytest.raises(mcpn.CallCancelledError):
        busy.result(20)
    assert connection.state == "open"


def test_a_server_that_reads_again_is_usable_again(script, connect):
    """What was given up meanwhile is not taken for anybody's answer."""
    connection = connect(script(DEAF), name="deaf")
    busy = connection.start("work", timeout=60)
    reaches(busy, 1)
    with pytest.raises(mcpn.CallTimeoutError):
        connection.call("work", text=LARGE, timeout=0.3)
    Path(f"{script.path()}.hear").touch()

    assert busy.result(20).text == "0"
    assert connection.call("work", text="four", timeout=20).text == "4"
    assert connection.call("work", text=LARGE, timeout=20).text == str(len(LARGE))


def test_closing_a_server_that_does_not_read_is_bounded(script, connect, monkeypatch):
    """A full pipe is no reason to wait."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.3)
    connection = connect(script(DEAF), name="deaf")
    call = connection.start("work", {"text": LARGE}, timeout=60)
    other = connection.start("work", {"text": LARGE}, timeout=60)
    reaches(call, 1)

    connection.close()

    for one in (call, other):
        with pytest.raises(mcpn.MCPNotebookError):
            one.result(20)
    assert gone(script.pids()[-1])


@pytest.mark.parametrize("how", ["exit", "close"])
def test_a_server_that_stops_reading_for_good_is_lost(script, connect, how):
    """Broken pipe, while five megabytes are on their way: status and last words are told."""
    connection = connect(
        script(
            f"""
            def call(n, token, arguments):
                progress(token, 1)
                os.close(0)
                sys.stderr.write("I hear no more\\n"); sys.stderr.flush()
                if {how!r} == "exit": os._exit(6)
                while True: time.sleep(60)
            serve(call)
            """
        ),
        name="deaf",
    )
    first = connection.start("work", timeout=60)
    reaches(first, 1)

    with pytest.raises(mcpn.ConnectionLostError, match="I hear no more") as caught:
        connection.call("work", text=LARGE, timeout=20)

    assert is_clear(caught.value, "work")
    assert ("exit status 6" in str(caught.value)) is (how == "exit")
    with pytest.raises(mcpn.ConnectionLostError):
        first.result(20)


EARLY = {
    "before reading": "sys.stderr.write('no licence\\n'); sys.exit(3)",
    "after discover": "sys.stdin.readline(); sys.stderr.write('no licence\\n'); sys.exit(3)",
    "at initialize": """
real = json.loads
def loads(line):
    message = real(line)
    if message.get("method") == "initialize":
        sys.stderr.write('no licence\\n'); sys.stderr.flush(); os._exit(3)
    return message
json.loads = loads
serve(lambda n, *_: answer(n))
""",
    "at the list": """
real = send
def send(**message):
    if "tools" in message.get("result", {}):
        sys.stderr.write('no licence\\n'); sys.stderr.flush(); os._exit(3)
    real(**message)
serve(lambda n, *_: answer(n))
""",
}


@pytest.mark.parametrize("when", EARLY)
def test_a_server_that_exits_in_the_handshake_is_quoted(script, connect, when):
    """Wherever it stops: its status and its words, once, on one line."""
    with pytest.raises(mcpn.ConnectError, match=r"exit status 3; stderr ends: no licence$") as caught:
        connect(script(EARLY[when]), name="early")

    assert is_clear(caught.value, script.path().name)
    assert mcpn.connections() == {}


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM, signal.SIGKILL])
def test_the_signal_that_ended_a_server_is_named(script, connect, number):
    """In mid-call and in the handshake."""
    die = f"sys.stderr.write('ouch\\n'); sys.stderr.flush(); os.kill(os.getpid(), {int(number)})"
    connection = connect(script(f"def call(n, token, arguments):\n    {die}\nserve(call)"), name="mortal")

    with pytest.raises(
        mcpn.ConnectionLostError, match=rf"killed by {number.name}; stderr ends: ouch"
    ) as caught:
        connection.call("work", timeout=20)
    assert is_clear(caught.value, "work")
    with pytest.raises(mcpn.ConnectError, match=rf"killed by {number.name}; stderr ends: ouch"):
        connect(script(f"sys.stdin.readline(); {die}"), name="other")


def test_a_server_that_exits_after_its_answer_was_a_good_one(script, connect):
    """The result counts; the next call starts it again."""
    connection = connect(
        script(
            "def call(n, token, arguments):\n    answer(n, str(os.getpid()))\n    os._exit(0)\nserve(call)"
        ),
        name="once",
    )

    seen = []
    for _ in range(3):
        seen.append(int(connection.call("work", timeout=20).text))
        assert settles(lambda: connection.state == "lost")

    assert seen == script.pids()


DAEMON = """
def call(n, token, arguments):
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with open(__file__ + ".daemon", "w") as out: out.write(str(os.getpid()))
            os.close(tell)
            time.sleep(60)
        os._exit(0)
    os.close(tell)
    os.read(ready, 1)
    sys.stderr.write("gone to the background\\n"); sys.stderr.flush()
    os._exit(7)
serve(call)
"""


@pytest.fixture
def daemon(script):
    """Return the process id of the daemon that a script left; it ends with the test."""
    yield lambda: int(Path(f"{script.path()}.daemon").read_text())
    if (record := Path(f"{script.path()}.daemon")).exists():
        try:
            os.kill(int(record.read_text()), signal.SIGKILL)
        except ProcessLookupError:
            return


def test_a_server_that_leaves_a_daemon_with_its_pipes_is_lost_all_the_same(script, daemon, connect):
    """Its exit can be seen although no pipe has ended: nobody will answer."""
    connection = connect(script(DAEMON), name="daemon")

    with pytest.raises(mcpn.ConnectionLostError, match=r"exit status 7; .*gone to the background") as caught:
        connection.call("work", timeout=2)

    assert is_clear(caught.value, "work")
    assert daemon()


def test_closing_does_not_wait_for_a_daemon(script, daemon, connect):
    """It has a session of its own and is nobody's to end; our ends of its pipes are closed."""
    connection = connect(script(DAEMON), name="daemon")
    call = connection.start("work", timeout=60)
    assert settles(lambda: gone(script.pids()[-1], 0.1))

    connection.close()

    with pytest.raises(mcpn.MCPNotebookError):
        call.result(20)
    assert daemon()


def test_a_server_that_ignores_sigterm_is_killed(script, connect, monkeypatch):
    """Stdin closed, SIGTERM, SIGKILL: closing ends, and so does what the server started."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.2)
    connection = connect(
        script(
            """
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if os.fork() == 0:
                with open(__file__ + ".pids", "a") as pids: pids.write(f"{os.getpid()}\\n")
                while True: time.sleep(60)
            try: serve(lambda n, *_: answer(n))
            finally:
                while True: time.sleep(60)
            """
        ),
        name="stubborn",
    )
    assert connection.call("work", timeout=20).text == "done"

    connection.close()

    assert len(script.pids()) == 2
    assert all(gone(pid) for pid in script.pids())


def test_a_mute_server_is_given_up_and_ended(script, connect, monkeypatch):
    """Connecting is bounded, whatever signals it ignores."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 0.3)
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.2)
    command = script("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)")

    with pytest.raises(mcpn.ConnectError, match=r"no answer within 0\.3 s"):
        connect(command, name="mute")

    assert all(gone(pid) for pid in script.pids())
