"""Connecting, listing, and what is in flight: %mcp_connect and its kin."""

import json
import sys

import pytest
from mcp.server.mcpserver import MCPServer

from mcp_notebook import CallCancelledError, ConnectError, UnknownServerError, connections

SERVER = """
import json, os, sys
from mcp.server.mcpserver import MCPServer
server = MCPServer("told")
@server.tool()
async def told(name: str) -> str:
    '''Return the command line, or a variable of the environment.'''
    return json.dumps(sys.argv[1:]) if name == "argv" else os.environ.get(name, "unset")
server.run("stdio")
"""


@pytest.fixture
def told(tmp_path, notebook):
    """A command that starts a server which tells its command line and its environment."""
    script = tmp_path / "told server.py"
    script.write_text(SERVER)
    return f"{sys.executable} '{script}'"


@pytest.fixture
def waiting(notebook):
    """Start calls in the background that wait until they are cancelled."""

    def start(count):
        for number in range(count):
            notebook.run(f"%mcp_call --bg -o job{number} wait_silently seconds=60")
        return [notebook[f"job{number}"] for number in range(count)]

    return start


def test_the_last_connected_is_the_default(notebook):
    """And the one before it, when that is closed."""
    notebook.run("%mcp_connect demo --name second")
    assert "second (default)" in repr(notebook.run("%mcp_servers"))
    notebook.run("%mcp_disconnect second")
    assert list(connections()) == ["demo"]
    assert "demo (default)" in repr(notebook.run("%mcp_servers"))


def test_a_connection_is_the_cells_value(notebook):
    """It can be assigned, and shows itself in one line."""
    notebook.run("second = %mcp_connect demo --name second")
    assert notebook["second"] is connections()["second"]
    assert "second open" in repr(notebook["second"])


def test_a_variable_that_holds_a_server_names_its_connection(notebook):
    """A server object of the notebook, by its variable."""
    server = MCPServer("its own name")
    server.add_tool(lambda: "hello", name="greet")
    notebook["mine"] = server
    notebook.run("%mcp_connect mine")
    assert notebook.run("%mcp_call mine.greet").text == "hello"
    notebook.run("%mcp_connect mine --name renamed")
    assert "renamed" in connections()


def test_env_and_the_words_of_a_command_arrive(notebook, told):
    """`--env` may stand anywhere and repeat; quotes work as in a shell."""
    notebook.run(f"%mcp_connect --env FIRST=1 {told} 'two words' --name told --env SECOND=a=b")
    assert json.loads(notebook.run("%mcp_call told name=argv").text) == ["two words"]
    assert notebook.run("%mcp_call told name=FIRST").text == "1"
    assert notebook.run("%mcp_call told name=SECOND").text == "a=b"


def test_two_dashes_end_our_options(notebook, told):
    """What follows belongs to the command, be it spelled like ours."""
    notebook.run(f"%mcp_connect --name told -- {told} --name theirs --env X=1")
    assert json.loads(notebook.run("%mcp_call told.told name=argv").text) == [
        "--name",
        "theirs",
        "--env",
        "X=1",
    ]


def test_headers_go_with_every_request(notebook, demo_http):
    """`--header` for URLs; expanded like any line of a magic."""
    notebook["token"] = "s3cret"
    notebook.run(f"%mcp_connect {demo_http} --name web --header 'Authorization: Bearer {{token}}'")
    assert notebook.run("%mcp_call web.add a=1 b=2").data == 3
    assert "s3cret" not in repr(notebook.run("%mcp_servers"))
    assert "s3cret" not in repr(connections()["web"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "nothing to connect to"),
        ("demo --name", "--name wants a value"),
        ("demo --header nonsense", "--header wants"),
        ("cmd --env nonsense", "--env wants"),
        ("demo --timeout soon", "soon"),
        ("'open", "cannot read the line"),
    ],
)
def test_a_line_that_cannot_be_read_is_a_usage_error(notebook, line, words):
    """With what was wanted."""
    error = notebook.error(f"%mcp_connect {line}")
    assert type(error).__name__ == "UsageError"
    assert words in str(error)


@pytest.mark.parametrize(
    "line",
    [
        "/no/such/command",
        "ftp://example.org",
        "demo --header A:b",
        "demo --env A=b",
        "http://127.0.0.1:9/mcp",
    ],
)
def test_a_server_that_cannot_be_reached_leaves_the_others(notebook, line):
    """`ConnectError`, and the default is what it was."""
    assert isinstance(notebook.error(f"%mcp_connect {line}"), ConnectError)
    assert list(connections()) == ["demo"]
    assert notebook.run("%mcp_call add a=1 b=2").data == 3


@pytest.mark.parametrize("line", ["%mcp_connect demo --name left(", "%mcp_tools [a", "%mcp_tools ("])
def test_a_line_need_not_be_python(notebook, line):
    """Brackets that stay open are nobody's business where the magic takes them."""
    done = notebook.shell.run_cell(line)
    assert type(done.error_in_exec).__name__ in ("NoneType", "UsageError")


def test_disconnecting_without_a_name_closes_the_default(notebook):
    """Then the one connected before is the default again."""
    notebook.run("%mcp_connect demo --name second")
    notebook.run("%mcp_disconnect")
    assert list(connections()) == ["demo"]


def test_everything_can_be_disconnected(notebook):
    """`--all`; then calling says how to connect."""
    notebook.run("%mcp_connect demo --name second")
    notebook.run("%mcp_disconnect --all")
    assert connections() == {}
    assert "%mcp_connect demo" in str(notebook.error("%mcp_call add a=1 b=2"))
    assert "no server is connected" in repr(notebook.run("%mcp_servers"))
    assert isinstance(notebook.error("%mcp_disconnect"), UnknownServerError)


def test_an_unknown_connection_cannot_be_closed(notebook):
    """The message has the nearest names."""
    error = notebook.error("%mcp_disconnect dmeo")
    assert isinstance(error, UnknownServerError)
    assert "did you mean 'demo'" in str(error)


def test_the_servers_are_a_table(notebook):
    """Name, state, protocol, number of tools, address."""
    shown = repr(notebook.run("%mcp_servers"))
    assert "demo (default)" in shown
    assert "open" in shown
    assert connections()["demo"].protocol_version in shown


def test_the_tools_are_a_table_with_their_arguments(notebook):
    """All of the default server's."""
    shown = repr(notebook.run("%mcp_tools"))
    assert "process_items" in shown
    assert "add" in shown
    assert "a: int" in shown


def test_tools_can_be_filtered_and_belong_to_a_server(notebook):
    """`%mcp_tools [SERVER] [PATTERN]`."""
    notebook.run("%mcp_connect demo --name second")
    for line in ("proc", "demo proc", "second PROC"):
        shown = repr(notebook.run(f"%mcp_tools {line}"))
        assert "process_items" in shown
        assert "configure" not in shown
    assert "configure" in repr(notebook.run("%mcp_tools demo"))
    assert "matches 'xyzzy'" in repr(notebook.run("%mcp_tools xyzzy"))


def test_tools_of_a_server_that_is_not_connected_are_refused(notebook):
    """Two words, of which the first is no server."""
    error = notebook.error("%mcp_tools nowhere proc")
    assert type(error).__name__ == "UsageError"
    assert "'nowhere' is not a connected server" in str(error)


def test_the_jobs_are_what_is_in_flight(notebook, waiting):
    """With the ids that %mcp_cancel takes."""
    assert "nothing is running" in repr(notebook.run("%mcp_jobs"))
    (job,) = waiting(1)
    shown = repr(notebook.run("%mcp_jobs"))
    assert str(job.id) in shown
    assert "wait_silently" in shown


def test_the_only_call_needs_no_id_to_be_cancelled(notebook, waiting):
    """`%mcp_cancel` alone."""
    (job,) = waiting(1)
    notebook.run("%mcp_cancel")
    with pytest.raises(CallCancelledError):
        job.result(timeout=30)
    assert job.status == "cancelled"


def test_one_of_several_is_cancelled_by_its_id(notebook, waiting):
    """The other goes on."""
    first, second = waiting(2)
    notebook.run(f"%mcp_cancel {second.id}")
    with pytest.raises(CallCancelledError):
        second.result(timeout=30)
    assert first.status == "running"


def test_cancelling_without_an_id_is_refused_where_it_is_ambiguous(notebook, waiting):
    """With the ids there are."""
    jobs = waiting(2)
    error = notebook.error("%mcp_cancel")
    assert type(error).__name__ == "UsageError"
    assert all(str(job.id) in str(error) for job in jobs)
    assert [job.status for job in jobs] == ["running", "running"]


def test_all_calls_can_be_cancelled(notebook, waiting):
    """`--all`."""
    jobs = waiting(3)
    notebook.run("%mcp_cancel --all")
    for job in jobs:
        with pytest.raises(CallCancelledError):
            job.result(timeout=30)


def test_cancelling_what_does_not_run_is_refused(notebook, waiting):
    """Nothing at all, or another id."""
    assert "nothing is running" in str(notebook.error("%mcp_cancel"))
    (job,) = waiting(1)
    assert str(job.id) in str(notebook.error("%mcp_cancel 99999"))
    assert job.status == "running"


def test_the_servers_of_another_clients_list_are_connected(notebook, tmp_path):
    """All of them, or those that are named; the table says what came of each."""
    demo = {"command": sys.executable, "args": ["-m", "mcp_notebook", "demo"]}
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"one": demo, "two": demo}}))

    assert "two" in repr(notebook.run(f"%mcp_connect --config {path} two"))
    assert "one" not in connections()
    assert "one" in repr(notebook.run(f"%mcp_connect --config {path}"))
    assert {"one", "two"} <= set(connections())


def test_what_other_clients_are_set_up_with_is_listed_without_secrets(notebook, tmp_path, monkeypatch):
    """Nothing is started."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    server = {"command": "never-started", "env": {"API_KEY": "s3cret"}}
    (tmp_path / ".mcp.json").write_text(json.dumps({"mcpServers": {"listed": server}}))

    told = repr(notebook.run("%mcp_servers --discover"))

    assert "listed" in told
    assert "claude-code" in told
    assert "s3cret" not in told
