"""What a server says beside its results is kept with the call that ran."""

from __future__ import annotations

import sys
import textwrap

import pytest
from mcp.server.mcpserver import MCPServer

import mcp_notebook as mcpn
from mcp_notebook.errors import ArgumentError

from .raw_server import Script

SERVER = """
    import sys
    from typing import Any
    from mcp.server.mcpserver import Context, MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import LoggingMessageNotification, LoggingMessageNotificationParams
    from mcp.server.connection import allowed_log_levels

    server = MCPServer("logging")

    async def log(ctx, level, data):
        request = ctx.request_context
        if level in allowed_log_levels(request.protocol_version, request.meta):
            told = LoggingMessageNotificationParams(level=level, logger="store", data=data)
            await ctx.session.send_notification(
                LoggingMessageNotification(params=told), related_request_id=ctx.request_id
            )

    @server.tool()
    async def work(ctx: Context, lines: int = 2, fails: bool = False) -> str:
        await log(ctx, "debug", "too small to be told")
        for line in range(lines):
            await log(ctx, "info", {"line": line})
        await log(ctx, "warning", "disk \\x1b[31mnearly\\x1b[0m full")
        if fails:
            raise ToolError("no room")
        return "done"

    @server.tool()
    async def mutter(ctx: Context) -> str:
        print("reading the index", file=sys.stderr, flush=True)
        await log(ctx, "info", "after")
        return "done"

    if __name__ == "__main__":
        server.run("stdio")
"""
WAYS = ["in this process", "stdio"]


@pytest.fixture(params=WAYS)
def server(request, tmp_path):
    """The same server in this process and as a child."""
    source = textwrap.dedent(SERVER)
    if request.param == "stdio":
        path = tmp_path / "logging_server.py"
        path.write_text(source)
        target = [sys.executable, str(path)]
    else:
        names = {"__name__": "logging_server"}
        exec(source, names)
        target = names["server"]
        assert isinstance(target, MCPServer)
    with mcpn.connect(target, name="logs") as connection:
        yield connection


def texts(call):
    """Return the lines of *call* as they are shown."""
    return [str(entry) for entry in call.logs]


def test_log_messages_are_kept_with_the_call_that_ran(server):
    """From info on, clean, with level and logger; the next call has its own."""
    first = server.call("work").call
    second = server.call("work", lines=0).call

    assert texts(first) == [
        'info: store: {"line": 0}',
        'info: store: {"line": 1}',
        "warning: store: disk nearly full",
    ]
    assert texts(second) == ["warning: store: disk nearly full"]
    assert 0 <= first.logs[0].at <= first.logs[-1].at <= first.progress.elapsed


def test_an_error_says_what_was_logged_last(server):
    """As a note below it: at most five lines, and how many there were."""
    with pytest.raises(mcpn.ToolError, match="no room") as caught:
        server.call("work", lines=9, fails=True)

    (note,) = caught.value.__notes__
    head, *lines = note.splitlines()
    said = len(caught.value.result.call.logs)  # the SDK's server may write to stderr, too
    assert head == f"the server's log (the last 5 of {said} lines):"
    assert said >= 10
    assert len(lines) == 5
    assert "  warning: store: disk nearly full" in lines


def test_many_lines_are_bounded(server):
    """The newest stay."""
    call = server.call("work", lines=1_000).call

    assert len(call.logs) == 200
    assert texts(call)[-2] == 'info: store: {"line": 999}'


def test_the_level_is_the_users_choice(server):
    """With debug there is more, with None nothing is asked for."""
    target = server._link.target
    with mcpn.connect(_again(target), name="all", log_level="debug") as connection:
        assert texts(connection.call("work", lines=0).call)[0] == "debug: store: too small to be told"
    with mcpn.connect(_again(target), name="none", log_level=None) as connection:
        assert texts(connection.call("work").call) == []


OLDER = """
    asked = []

    def serve_logging():
        for line in sys.stdin:
            message = json.loads(line)
            method, n, params = message.get("method"), message.get("id"), message.get("params", {})
            if method == "initialize":
                send(id=n, result={"protocolVersion": params["protocolVersion"],
                    "capabilities": {"tools": {}, "logging": {}}, "serverInfo": {"name": "older", "version": "1"}})
            elif method == "tools/list":
                send(id=n, result={"tools": [{"name": "levels", "inputSchema": {"type": "object"}}]})
            elif method == "tools/call":
                answer(n, " ".join(asked))
            elif method == "logging/setLevel":
                asked.append(params["level"])
                send(id=n, error={"code": -32603, "message": "no"}) if params["level"] == "alert" else send(id=n, result={})
            elif n is not None:
                send(id=n, error={"code": -32601, "message": "no such method"})

    serve_logging()
"""


@pytest.mark.parametrize(
    ("level", "heard"), [("debug", "debug"), ("alert", "alert"), ("info", ""), (None, "")]
)
def test_an_older_server_is_told_the_level(tmp_path, level, heard):
    """Once, where it is another than usual; a server that refuses is connected all the same."""
    older = Script(tmp_path / "older.py", OLDER)
    with mcpn.connect(older.command, name="older", log_level=level) as connection:
        assert connection.call("levels").text == heard


def _again(target):
    return getattr(target, "server", None) or target.parameters


def test_a_level_that_is_none_is_refused():
    """Before anything is started."""
    with pytest.raises(ArgumentError, match="log_level='loud' is none of debug, info"):
        mcpn.connect("demo", log_level="loud")


@pytest.mark.parametrize("server", ["stdio"], indirect=True)
def test_stderr_is_kept_with_the_call_that_ran(server):
    """Line by line, as it came."""
    call = server.call("mutter").call
    later = server.call("mutter").call

    said = [*texts(call), *texts(later)]  # the two pipes may race at the end of the first
    assert said.count("stderr: reading the index") == 2
    assert "info: store: after" in texts(call)


def test_calls_side_by_side_each_have_the_lines(server):
    """A log message names no call."""
    results = server.map("work", [{"lines": 1}, {"lines": 1}])

    assert all("warning: store: disk nearly full" in texts(result.call) for result in results)
