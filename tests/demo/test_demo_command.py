"""The command line: what it prints, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from mcp import Client

from mcp_notebook import __version__, loopback
from mcp_notebook.cli import main
from mcp_notebook.demo import build, serving

from .demo_calls import call, call_and_cancel, connect

PROGRAM = [sys.executable, "-m", "mcp_notebook"]


def start(*words):
    """Start the command with pipes."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*PROGRAM, *words], text=True, **pipes)


def test_the_version_is_the_packages(capsys):
    """`mcp-notebook --version` says name and version, and ends well."""
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    assert end.value.code == 0
    assert capsys.readouterr().out == f"mcp-notebook {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: COMMAND"),
        (["demo", "--http", "--host", "0.0.0.0"], "invalid choice: '0.0.0.0' (choose from '127.0.0.1'"),
        (["demo", "--port", "8000"], "--host and --port need --http"),
        (["demo", "--http", "--stdio"], "not allowed with"),
    ],
)
def test_bad_command_lines_are_refused(words, said, capsys):
    """Status 2, and words that name the cure; nothing beyond this machine is ever listened on."""
    with pytest.raises(SystemExit) as end:
        main(words)

    assert end.value.code == 2
    assert said in capsys.readouterr().err.replace('"', "'")


def test_a_taken_port_is_one_line_and_status_1(capsys):
    """No traceback for what happens to everybody."""
    with loopback.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        status = main(["demo", "--http", "--port", str(port)])

    out, err = capsys.readouterr()
    assert (status, out) == (1, "")
    assert err.startswith(f"mcp-notebook: cannot listen on 127.0.0.1:{port}: ")
    assert len(err.splitlines()) == 1


def test_the_listening_socket_names_its_protocol():
    """TCP_NODELAY is set by asyncio only on sockets that say IPPROTO_TCP."""
    with loopback.listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_on_stdio_a_response_leaves_its_last_progress_a_moment(monkeypatch):
    """TypeScript clients lose progress that shares a chunk with the response; token 0 is a token too."""
    gaps = []

    async def note(seconds):
        gaps.append(seconds)

    async def visit():
        server = build()
        server.middleware.append(serving.leave_a_gap)
        async with Client(server, mode="legacy") as client:
            await client.call_tool("add", {"a": 1, "b": 2})
            assert gaps == []
            for token in (0, "mine"):
                await client.call_tool("add", {"a": 1, "b": 2}, meta={"progress_token": token})

    monkeypatch.setattr(serving, "asyncio", SimpleNamespace(sleep=note))
    asyncio.run(visit())

    assert gaps == [serving.GAP_S] * 2


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_http_server_ends_cleanly_and_frees_its_port(by):
    """Status 0, no words, nobody listens: although a call is still running."""
    with start("demo", "--http") as server:
        url = server.stdout.readline().strip()

        async def visit():
            async with connect("http", url) as client:
                assert (await call(client, "add", a=1, b=2)).value == 3
                await call_and_cancel(client, "count_slowly", after=1, to=10, delay=0.001)
                async with asyncio.TaskGroup() as group:
                    group.create_task(stop_during(client))

        async def stop_during(client):
            begun = asyncio.Event()

            async def note(*_):
                begun.set()

            cut = asyncio.create_task(
                client.call_tool("count_slowly", {"to": 100_000}, progress_callback=note)
            )
            await begun.wait()
            server.send_signal(by)
            await asyncio.wait([cut])
            assert cut.cancelled() or cut.exception() is not None

        asyncio.run(visit())
        out, err = server.communicate()

    assert (server.returncode, out, err) == (0, "", "")
    address = urlsplit(url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port)).close()


def test_a_stdio_server_ends_with_its_stdin():
    """The way a client ends it: status 0, nothing on either stream."""
    with start("demo", "--stdio") as server:
        out, err = server.communicate()

    assert (server.returncode, out, err) == (0, "", "")


def test_ctrl_c_ends_a_stdio_server_at_once():
    """Its stdin is read in a thread that nothing interrupts; a person at a terminal must not have to know."""
    hello = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
        '"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\n'
    )
    with start("demo") as server:
        server.stdin.write(hello)
        server.stdin.flush()
        assert '"name":"demo"' in server.stdout.readline()
        server.send_signal(signal.SIGINT)

        assert server.wait() == -signal.SIGINT
        assert server.stderr.read() == ""
