"""%mcp_serve, %%mcp_tool: the kernel as a server, its cells as tools."""

from __future__ import annotations

import pytest

import mcp_notebook as mcpn
from mcp_notebook.errors import MCPNotebookError


@pytest.fixture
def me(notebook):
    """The notebook's own client, connected to the notebook's own server."""
    server = notebook.run("%mcp_serve --name mine")
    connection = mcpn.connect(server, name="me")
    yield connection
    connection.close()
    server.stop()


def test_serve_returns_the_server_that_runs(notebook, me):
    """Asked twice, there is one."""
    assert notebook.run("%mcp_serve") is notebook.run("%mcp_serve --name mine")
    assert me.state == "open"


def test_a_second_server_under_another_name_is_refused_with_the_cure(notebook, me):
    """Nothing happens to the first."""
    error = notebook.error("%mcp_serve --name other")

    assert isinstance(error, MCPNotebookError)
    assert "served already" in str(error)
    assert "--stop" in str(error)
    assert me.call("list_loops").data is not None


def test_stop_closes_the_door(notebook):
    """And says so where there is none."""
    server = notebook.run("%mcp_serve")
    notebook.run("%mcp_serve --stop")

    assert not server.running
    assert "not served" in str(notebook.error("%mcp_serve --stop"))
    assert notebook.run("%mcp_serve").running
    notebook.run("%mcp_serve --stop")


def test_a_semicolon_silences_it(notebook, capsys):
    """As with every magic."""
    notebook.run("%mcp_serve ;")
    assert capsys.readouterr().out == ""
    notebook.run("%mcp_serve --stop")


@pytest.mark.parametrize("line", ["--port x", "--nonsense", "--port 80", "--port 99999999", "'"])
def test_a_bad_line_is_a_clear_error(notebook, line):
    """The kernel is not served afterwards."""
    assert str(notebook.error(f"%mcp_serve {line}"))
    assert "not served" in str(notebook.error("%mcp_serve --stop"))


def test_a_cell_becomes_a_tool(notebook, me):
    """Its function stays a function of the notebook."""
    notebook.run(
        "%%mcp_tool --name double --thread\ndef twice(n: int) -> int:\n    'Double it.'\n    return 2 * n"
    )

    assert me.call("double", n=21).data == 42
    assert notebook["twice"](4) == 8
    assert "Double it." in repr(me.tools.table())


def test_running_the_cell_again_replaces_the_tool(notebook, me):
    """The newest definition answers."""
    for factor in (2, 3):
        notebook.run(f"%%mcp_tool\ndef times(n: int) -> int:\n    return {factor} * n")

    assert me.call("times", n=5).data == 15


@pytest.mark.parametrize(
    ("cell", "words"),
    [("x = 1", "it defines none"), ("def a(): ...\ndef b(): ...", "it defines a, b")],
)
def test_a_cell_that_defines_not_one_function_is_refused(notebook, cell, words):
    """Before anything of it runs."""
    error = notebook.error(f"%%mcp_tool\n{cell}")

    assert words in str(error)
    assert "x" not in notebook


def test_a_broken_cell_shows_its_own_error(notebook):
    """Syntax and other errors are the user's, untouched."""
    assert isinstance(notebook.error("%%mcp_tool\ndef f(:"), SyntaxError)
    assert isinstance(notebook.error("%%mcp_tool\ndef f(n=1 / 0): ..."), ZeroDivisionError)


def test_a_tool_called_from_a_blocked_cell_runs_in_it(notebook, me):
    """No deadlock: the waiting cell runs it itself, in the main thread."""
    notebook.run(
        "import threading\nimport mcp_notebook as mcpn\n"
        "@mcpn.tool\ndef where() -> str:\n    return threading.current_thread().name"
    )
    notebook["me"] = me

    assert notebook.run("me.call('where').data") == "MainThread"
    assert notebook.run("%mcp_call me.where").data == "MainThread"


def test_unloading_stops_the_server(notebook):
    """Nothing listens any more."""
    server = notebook.run("%mcp_serve")
    notebook.run("%unload_ext mcp_notebook")

    assert not server.running
    notebook.run("%load_ext mcp_notebook")
