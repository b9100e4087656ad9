"""The servers of another client's list, connected from Python and from the magics."""

from __future__ import annotations

import json
import sys

import pytest

import mcp_notebook as mcpn
from mcp_notebook import runtime

DEMO = {"command": sys.executable, "args": ["-m", "mcp_notebook", "demo"]}
SECRET = "s3cret-of-the-test"


@pytest.fixture
def config(tmp_path):
    """Write a list of servers; return its path."""

    def write(servers, key="mcpServers", **more):
        path = tmp_path / "servers.json"
        path.write_text(json.dumps({key: servers, **more}))
        return path

    return write


@pytest.fixture(autouse=True)
def _closed():
    yield
    for connection in mcpn.connections().values():
        connection.close()


def test_every_server_of_the_list_is_connected_by_its_name(config):
    """A mapping of connections, ready to be called; `mcpn.connections()` has them, too."""
    with mcpn.connect(config=config({"one": DEMO, "two": DEMO})) as found:
        assert {name: c.call("add", a=1, b=2).data for name, c in found.items()} == {"one": 3, "two": 3}
        assert list(mcpn.connections()) == ["one", "two"]
    assert mcpn.connections() == {}


def test_one_that_fails_does_not_keep_the_others_from_being_connected(config):
    """Why it failed is in the table, and is raised where it is asked for."""
    found = mcpn.connect(config=config({"bad": {"command": "no-such-command-here"}, "good": DEMO}))

    assert list(found) == ["good"]
    assert "no-such-command-here" in repr(found)
    with pytest.raises(mcpn.ConnectError, match="no-such-command-here"):
        found["bad"]
    with pytest.raises(mcpn.UnknownServerError, match="good"):
        found["goood"]


def test_a_list_of_which_nothing_can_be_connected_is_an_error(config):
    """With the reasons."""
    with pytest.raises(mcpn.ConnectError, match="no-such-command-here"):
        mcpn.connect(config=config({"bad": {"command": "no-such-command-here"}}))


def test_one_server_is_picked_by_its_name_even_where_it_is_switched_off(config):
    """Whoever names it wants it; an unknown name is told the known ones."""
    path = config({"off": {**DEMO, "disabled": True}, "on": DEMO})

    assert list(mcpn.connect(config=path)) == ["on"]
    assert list(mcpn.connect(config=path, name="off")) == ["off"]
    with pytest.raises(mcpn.UnknownServerError, match="on"):
        mcpn.connect(config=path, name="onn")


def test_variables_are_filled_in_and_shown_nowhere(config, monkeypatch):
    """The server gets the secret; the connection shows none."""
    monkeypatch.setenv("TOKEN_OF_THE_TEST", SECRET)
    server = {**DEMO, "args": [*DEMO["args"], "--token", "${TOKEN_OF_THE_TEST}"]}
    with pytest.raises(mcpn.ConnectError) as caught:  # the demo knows no such option, and says so
        mcpn.connect(config=config({"demo": server}))

    assert "exit status 2" in str(caught.value)
    assert SECRET not in str(caught.value).partition("stderr")[0]


def test_a_relative_path_has_a_folder_too(config, monkeypatch):
    """`${workspaceFolderBasename}` is the folder's name, wherever it is seen from."""
    path = config({"one": {"command": "${workspaceFolderBasename}/nowhere"}})
    monkeypatch.chdir(path.parent)
    with pytest.raises(mcpn.ConnectError, match=path.parent.name):
        mcpn.connect(config=path.name)


def test_an_input_is_asked_of_the_person(config, monkeypatch):
    """VS Code's way; nothing else is asked."""
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "demo")
    server = {**DEMO, "args": ["-m", "mcp_notebook", "${input:what}"]}
    inputs = [{"type": "promptString", "id": "what", "description": "which server"}]
    found = mcpn.connect(config=config({"asked": server}, key="servers", inputs=inputs))

    assert found["asked"].call("add", a=2, b=2).data == 4
    assert asked == ["which server: "]


@pytest.mark.parametrize("more", [{"target": "demo"}, {"headers": {"a": "b"}}, {"timeout": 5}])
def test_what_the_file_says_cannot_be_said_twice(config, more):
    """`config=` stands for the target and all that belongs to it."""
    target = [more.pop("target")] if "target" in more else []
    with pytest.raises(mcpn.ConnectError, match="config= stands for"):
        mcpn.connect(*target, config=config({"one": DEMO}), **more)


def test_a_file_that_is_no_list_is_an_error_with_its_name(tmp_path):
    """Not a traceback of a parser."""
    path = tmp_path / "odd.json"
    path.write_text("not at all")
    with pytest.raises(mcpn.ConnectError, match=r"odd\.json"):
        mcpn.connect(config=path)
    assert runtime.runtime().servers == {}
