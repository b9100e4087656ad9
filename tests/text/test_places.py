"""Every byte that leaves a process: a kernel's messages, a terminal's stream, a script's output."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys

import pytest
from driver import Kernel

from mcp_notebook.notebook.bars import STYLE

from .conftest import ROOT, SERVER
from .sinks import COLOURS, Page, assert_text

CONNECT = f"import mcp_notebook as m\nserver = m.connect({SERVER!r}, name='hostile')"
PAGES = [f"say number={page}" for page in range(1, 7)]
CALLS = ["fail", "refuse", "say", "say number=5", "work number=20", "die"]
# The line that we redraw, and the title that IPython gives to the terminal.
OURS = re.compile(r"\r\x1b\[2K|\x1b\[2[23];0t|\x1b\]0;IPython: [ -~]*\x07|\r")

EMPTY = "\u200b"
"""the placeholder that ipywidgets gives to every empty text"""

pytestmark = pytest.mark.timeout(120)


def strings(value, path=()):
    """Yield every string of a message's content with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, "key"), key
            yield from strings(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, path)


def assert_message(kind, content):
    """Check all that a front end is told by one message, each as what it takes it for."""
    for path, value in strings(content):
        last = path[-1]
        if last == "text/html" or (kind in ("comm_open", "comm_msg") and last == "value"):
            Page(value.replace(STYLE, ""), 3_000_000)
        elif value != EMPTY and (kind in ("error", "stream") or path[:1] == ("data",)):
            assert_text(COLOURS.sub("", value), 400_000)


def test_every_message_of_a_kernel_is_text():
    """Live bars, receipts, results, tables, errors, help and completions of a real kernel."""
    kernel = Kernel(sys.executable, forked=True, cwd=ROOT)
    try:
        kernel.ok(f"%load_ext mcp_notebook\n{CONNECT}")
        cells = [kernel.run(f"%mcp_call {name}") for name in [*PAGES, *CALLS]]
        more = ["%mcp_tools", "%mcp_servers", "%mcp_call --dry-run say choice=fine", "server.tools.work?"]
        more += ["[server.start('work') for _ in range(17)][-1].result()", "%mcp_call -f raw say"]
        cells += [kernel.run(cell) for cell in more]
        messages = [message for cell in cells for _, message in cell.messages]
        messages += [cell.reply for cell in cells]
        client = kernel.client
        for ask in (client.complete, client.inspect):
            reply = ask(
                "%mcp_call " if ask == client.complete else "server.tools.work", reply=True, timeout=30
            )
            messages.append(reply)
    finally:
        kernel.close()

    kinds = {message["msg_type"] for message in messages}
    assert {
        "comm_open",
        "comm_msg",
        "display_data",
        "update_display_data",
        "execute_result",
        "error",
    } <= kinds
    assert any(
        "pwned" in str(message["content"]) for message in messages if message["msg_type"] == "comm_msg"
    )
    for message in messages:
        assert_message(message["msg_type"], message["content"])


SCRIPT = f"""import logging
{CONNECT}
print(repr(server), repr(server.tools), server.tools.table())
for name in {CALLS!r}:
    try:
        tool, _, number = name.partition(" number=")
        print(server.call(tool, number=int(number or 0)))
    except m.MCPNotebookError as error:
        print(type(error).__name__, error)
print(m.connections())
"""


def test_a_script_on_a_pipe_writes_text():
    """Its own prints, our lines, and what the SDK logs of what it cannot read."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, timeout=60, check=False, cwd=ROOT
    )
    said = done.stdout.decode(), done.stderr.decode()

    assert done.returncode == 0, said[1]
    assert "pwned" in said[0]
    for text in said:
        assert_text(text, 500_000)


def test_a_terminal_hears_only_the_sequences_of_ipython_and_our_bar():
    """Raw bytes of a pty: bars while they move, receipts, results, errors, tables, help."""
    lines = ["%load_ext mcp_notebook", *CONNECT.splitlines()]
    lines += [f"%mcp_call {name}" for name in CALLS[:-1]]
    lines += ["%mcp_tools", "server.tools", "%mcp_call -f raw --no-raise-error fail"]
    lines += ["%mcp_call die", "print('the' + ' end')", "exit", ""]
    heard = in_terminal("\n".join(lines))

    assert "the end" in heard
    assert heard.count("\r\x1b[2K") > 5
    assert "pwned" in heard
    assert_text(OURS.sub("", heard))


def in_terminal(typed: str) -> str:
    """Type into IPython on a terminal of its own; return what it wrote, decoded strictly."""
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit"]
    main, child = pty.openpty()
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, start_new_session=True, cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120", "PAGER": "cat", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(child)
    heard, rest = b"", typed.encode()
    try:
        while process.poll() is None or select.select([main], [], [], 0.2)[0]:
            readable, writable, _ = select.select([main], [main] if rest else [], [], 1)
            if readable:
                heard += os.read(main, 65536)
            if writable:  # a terminal takes a few kilobytes of typing at a time
                rest = rest[os.write(main, rest[:512]) :]
    except OSError:
        pass
    finally:
        os.close(main)
        process.wait(30)
    return heard.decode()
