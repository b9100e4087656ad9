"""The stdio transport by itself: framing, limits, the end of a process, and what is known of it afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress

import pytest
from mcp.client.stdio import StdioServerParameters
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest

from mcp_notebook.client.wire import stdio
from mcp_notebook.client.wire.stdio import StdioTransport

from ..raw_server import gone

ECHO = "import sys\nfor line in sys.stdin: sys.stdout.write(line); sys.stdout.flush()"


def run(code, use, **parameters):
    """Run *code* behind a transport, and *use* it: with read stream, write stream, transport."""

    async def visit():
        transport = StdioTransport(
            StdioServerParameters(command=sys.executable, args=["-S", "-c", code], **parameters)
        )
        async with asyncio.timeout(30), transport as (read, write):
            result = await use(read, write, transport)
        assert gone(transport._process.pid)
        assert all(task.done() for task in transport._tasks)
        return result

    return asyncio.run(visit())


async def everything(read, _write, _transport):
    """Read to the end: messages as dictionaries, errors as they are."""
    return [i if isinstance(i, Exception) else plain(i) async for i in read]


def plain(item):
    """Return what was on the wire."""
    return json.loads(item.message.model_dump_json(by_alias=True, exclude_unset=True))


def ping(n, **params):
    """A request."""
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=n, method="ping", params=params))


def test_messages_go_there_and_back_one_a_line():
    """Newlines inside a message are escaped; every character survives."""

    async def use(read, write, _):
        seen = []
        for n, text in enumerate(["a\nb\r\n", "漢字 🎉  ", "\x00\x7f", "x" * 300_000]):
            await write.send(ping(n, text=text))
            seen.append((await read.receive()).message.params["text"] == text)
        return seen

    assert run(ECHO, use) == [True] * 4


def test_lines_are_whole_however_they_are_cut():
    """Byte by byte, several in one write, with carriage returns, and blank ones between."""
    code = (
        "import sys, json\n"
        'm = lambda n: json.dumps({"jsonrpc": "2.0", "id": n, "result": {"t": "é漢"}}, ensure_ascii=False).encode()\n'
        "w = sys.stdout.buffer\n"
        "for b in m(1) + b'\\n': w.write(bytes([b])); w.flush()\n"
        "w.write(m(2) + b'\\r\\n\\n  \\n' + m(3) + b'\\n'); w.flush()\n"
    )

    items = run(code, everything)

    assert [item["id"] for item in items] == [1, 2, 3]
    assert {item["result"]["t"] for item in items} == {"é漢"}


def test_what_is_no_message_is_passed_on_as_an_error_and_remembered():
    """The session decides; the post-mortem quotes it on one line."""

    async def use(read, write, transport):
        items = await everything(read, write, transport)
        return items, await transport.post_mortem()

    code = r"""print("hello \x1b[1mworld"); print('{"jsonrpc":"2.0","id":1,"result":{}}'); print('{"jsonrpc":"3"}')"""
    items, words = run(code, use)

    assert [isinstance(i, ValueError) for i in items] == [True, False, True]
    assert "stdout holds what is not a message" in words
    assert "\x1b" not in words


def test_a_last_line_without_its_newline_is_not_a_message():
    """Half a message is none: a newline ends it."""
    assert run("""print('{"jsonrpc":"2.0","id":1,"result":{}}', end="")""", everything) == []


def test_a_line_beyond_the_limit_ends_the_connection(monkeypatch):
    """And says so; the process that goes on writing is not left hanging in its pipe."""
    monkeypatch.setattr(stdio, "LINE_LIMIT", 1 << 20)

    async def use(read, write, transport):
        return await everything(read, write, transport), await transport.post_mortem()

    items, words = run("import sys\nwhile True: sys.stdout.write('x' * 65536)", use)

    assert items == []
    assert "a line of over 1 MiB on stdout" in words


def test_the_post_mortem_has_status_and_the_tail_of_stderr():
    """The last five of many lines; bytes that are no UTF-8 and control characters are harmless."""
    code = (
        "import sys\n"
        "for n in range(5000): print('line', n, file=sys.stderr)\n"
        "sys.stderr.buffer.write(b'\\xff\\x1b[31mlast\\n\\n no newline'); sys.stderr.flush(); sys.exit(7)"
    )

    async def use(read, write, transport):
        await everything(read, write, transport)
        return await transport.post_mortem(), transport.stderr()

    words, tail = run(code, use)

    assert (
        words
        == "exit status 7; stderr ends: line 4997 | line 4998 | line 4999 | \N{REPLACEMENT CHARACTER}last | no newline"
    )
    assert len(tail) == 20


def test_an_endless_line_of_stderr_is_bounded():
    """Progress bars of servers are one long line."""
    code = "import sys\nfor n in range(200): sys.stderr.write('\\r' + 'x' * 10_000)\nsys.stderr.flush()"

    async def use(read, write, transport):
        await everything(read, write, transport)
        return await transport.post_mortem()

    assert len(run(code, use)) < 500


def test_a_server_that_ends_by_itself_is_told_from_one_that_is_asked_to():
    """Only the first may be tried again with the older handshake."""

    async def use(read, write, transport):
        await everything(read, write, transport)
        return transport.ended_by_itself

    async def leave(_read, _write, transport):
        kept.append(transport)

    kept = []
    assert run("pass", use)
    run(ECHO, leave)
    assert not kept[0].ended_by_itself


@pytest.mark.parametrize(
    "code",
    [
        ECHO,
        "import time\nwhile True: time.sleep(60)",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(flush=True)\nwhile True: time.sleep(60)",
        "import os, time\nos.close(0); os.close(1); os.close(2)\nwhile True: time.sleep(60)",
        "import sys\nwhile True: sys.stdout.write('x\\n' * 10000)",
        "import sys\nwhile True: sys.stderr.write('x\\n' * 10000)",
    ],
    ids=["polite", "deaf", "deaf to SIGTERM", "closed pipes", "loud", "loud on stderr"],
)
def test_every_process_ends(code, monkeypatch):
    """Stdin is closed, then the group is terminated, then killed; each within its grace."""
    monkeypatch.setattr(stdio, "EXIT_GRACE_S", 0.3)

    async def use(*_):
        await asyncio.sleep(0)

    run(code, use)


def test_a_grandchild_that_holds_the_pipes_does_not_hold_us():
    """The server ends when it is asked to; what it started is ended with it."""
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)'])\n"
        """print('{"jsonrpc": "2.0", "id": %d, "result": {}}' % child.pid, flush=True)\n"""
        "for line in sys.stdin: pass"
    )
    parameters = StdioServerParameters(command=sys.executable, args=["-S", "-c", code])

    async def visit():
        transport = StdioTransport(parameters)
        child = None
        try:
            async with asyncio.timeout(3), transport as (read, _):
                child = (await read.receive()).message.id
            assert gone(child)
        finally:
            transport._process._transport.close()
            await asyncio.sleep(0)
            if child is not None:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    asyncio.run(visit())


def test_writing_to_a_process_that_has_gone_ends_the_stream():
    """The reader sees the end instead of waiting for ever."""

    async def use(read, write, transport):
        while transport._process.returncode is None:
            await asyncio.sleep(0.005)
        await write.send(ping(1, text="x" * 1_000_000))
        return await everything(read, write, transport)

    assert run("import os; os.close(0); os._exit(0)", use) == []


def test_the_environment_is_the_default_one_and_what_is_given():
    """Nothing of ours leaks: only what the SDK holds to be safe, plus what was asked for."""
    code = 'import json, os; print(json.dumps({"jsonrpc": "2.0", "id": 1, "result": dict(os.environ)}))'

    environment = run(code, everything, env={"MINE": "1"})[0]["result"]

    assert environment["MINE"] == "1"
    assert "PATH" in environment
    assert "PYTEST_CURRENT_TEST" not in environment


def test_the_process_has_a_group_of_its_own():
    """The kernel's interrupt goes to the kernel's group, and must not reach the servers."""
    code = 'import json, os; print(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"own": os.getpgid(0) == os.getpid()}}))'

    assert run(code, everything)[0]["result"] == {"own": True}


def test_a_transport_that_was_not_entered_has_nothing_to_tell():
    """A post-mortem is asked for after any failure, the earliest included."""
    transport = StdioTransport(StdioServerParameters(command="x"))

    assert asyncio.run(transport.post_mortem()) == ""
    assert transport.stderr() == ()
