"""What `connect()` accepts: recognised, named, shown without secrets, or refused with a list of what there is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from mcp.client.stdio import StdioServerParameters
from mcp.server import Server

from mcp_notebook.client.resolving import resolve
from mcp_notebook.client.targets import Command, Demo, Object, ReadyMade, Url
from mcp_notebook.client.wire.tap import Routes, Tap
from mcp_notebook.demo import build
from mcp_notebook.errors import ConnectError


class Transport:
    """A transport that counts how often it is entered."""

    async def __aenter__(self):
        """Enter."""

    async def __aexit__(self, *_):
        """Leave."""


@pytest.mark.parametrize(
    ("target", "kind", "name"),
    [
        ("demo", Demo, "demo"),
        (" demo ", Demo, "demo"),
        ("npx -y some-server .", Command, "some-server"),
        ("npx -y @scope/some-server", Command, "some-server"),
        ("python /opt/tools/weather.py --fast", Command, "weather"),
        ("uvx mcp-server-git --repository '/a b'", Command, "mcp-server-git"),
        ("my-server", Command, "my-server"),
        ("my-server --stdio", Command, "my-server"),
        (["python", "-m", "mcp_notebook", "demo"], Command, "mcp_notebook"),
        (("python", Path("/opt/weather.py")), Command, "weather"),
        ("http://127.0.0.1:8000/mcp", Url, "127.0.0.1"),
        ("https://api.example.com/mcp?key=1", Url, "api.example.com"),
        ("HTTPS://API.example.com/mcp", Url, "api.example.com"),
        ("http://[::1]:8000/mcp", Url, "::1"),
        (StdioServerParameters(command="python", args=["weather.py"]), Command, "weather"),
        (Server("low"), Object, "low"),
        (build(), Object, "demo"),
        (SimpleNamespace(_mcp_server=object(), name="fast"), Object, "fast"),
        (Transport(), ReadyMade, "server"),
    ],
)
def test_each_kind_is_recognised_and_has_a_name(target, kind, name):
    """The name is taken from what a person would call it."""
    resolved = resolve(target)

    assert isinstance(resolved, kind)
    assert resolved.default_name == name
    assert resolved.address
    assert resolved.reusable == (kind is not ReadyMade)


def test_a_command_line_is_split_as_a_shell_does():
    """Quotes hold words together."""
    parameters = resolve("python 'my server.py' --title \"a b\" c\\ d").parameters

    assert (parameters.command, parameters.args) == ("python", ["my server.py", "--title", "a b", "c d"])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", "nothing to connect to"),
        ("   ", "nothing to connect to"),
        ("python 'server.py", "cannot read the command line"),
        ("ftp://example.com/mcp", "not an http or https URL"),
        ("http://", "not an http or https URL"),
        ("http:///mcp", "not an http or https URL"),
        ("http://host:99999/mcp", "not an http or https URL"),
        ("http://host:0/mcp", "not an http or https URL"),
        ("http://host:port/mcp", "not an http or https URL"),
        ("http://host/a b", "not an http or https URL"),
        ("ws://host/mcp", "not an http or https URL"),
        (None, "cannot connect to NoneType"),
        (5, "cannot connect to int 5"),
        ([], "cannot connect to list"),
        ([1, 2], "cannot connect to list"),
        ({"command": "x"}, "cannot connect to dict"),
        (b"demo", "cannot connect to bytes"),
    ],
)
def test_what_is_none_of_the_kinds_is_refused(target, said):
    """The value and the cure."""
    with pytest.raises(ConnectError, match=said):
        resolve(target)


def test_a_long_or_hostile_repr_stays_one_short_line():
    """An error is one line whatever the object says of itself."""

    class Odd:
        def __repr__(self):
            return "\x1b[31m\n" + "x" * 10_000

    with pytest.raises(ConnectError) as caught:
        resolve(Odd())

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_no_secret_is_shown():
    """Neither user, password and query of a URL, nor headers, nor the environment."""
    url = resolve("https://me:secret@example.com:8443/mcp?key=secret#secret", headers={"A": "secret"})
    command = resolve("python server.py", env={"TOKEN": "secret"})

    assert url.address == "https://example.com:8443/mcp"
    assert "secret" not in command.address
    assert "headers" not in repr(url)


def test_headers_are_for_urls_and_env_for_commands():
    """What would be ignored is refused; empty ones are nothing."""
    with pytest.raises(ConnectError, match="headers are for URLs"):
        resolve("demo", headers={"A": "b"})
    with pytest.raises(ConnectError, match="headers are for URLs"):
        resolve("python server.py", headers={"A": "b"})
    with pytest.raises(ConnectError, match="env is for commands"):
        resolve("http://host/mcp", env={"A": "b"})
    assert resolve("demo", headers={}, env={})


def test_env_is_added_to_what_the_parameters_have():
    """Ours wins, theirs is not changed."""
    theirs = StdioServerParameters(command="python", args=["s.py"], env={"A": "1", "B": "1"})

    assert resolve(theirs, env={"B": "2"}).parameters.env == {"A": "1", "B": "2"}
    assert theirs.env == {"A": "1", "B": "1"}
    assert resolve("python s.py").parameters.env is None


def test_a_command_that_is_not_on_path_is_refused_when_it_is_opened(tmp_path):
    """PATH is the one that the server will have."""
    tool = tmp_path / "my-tool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)

    with pytest.raises(ConnectError, match="no command 'my-tool'; is it installed and on PATH"):
        resolve("my-tool").open(Routes())
    assert resolve("my-tool", env={"PATH": str(tmp_path)}).open(Routes()).tapped


def test_a_relative_command_is_looked_for_where_it_will_run(tmp_path):
    """`StdioServerParameters.cwd` is where the child process finds it."""
    tool = tmp_path / "my-tool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)

    assert resolve(StdioServerParameters(command="./my-tool", args=[], cwd=tmp_path)).open(Routes()).tapped


def test_what_has_a_wire_is_tapped_and_what_has_none_is_not():
    """FastMCP objects get a wire, because they need a token on one; and the older handshake."""
    openings = {
        name: resolve(target).open(Routes())
        for name, target in {
            "demo": "demo",
            "object": Server("low"),
            "fast": SimpleNamespace(_mcp_server=object(), name="fast"),
            "url": "http://host/mcp",
            "transport": Transport(),
        }.items()
    }

    assert {n: o.tapped for n, o in openings.items()} == {
        "demo": False,
        "object": False,
        "fast": True,
        "url": True,
        "transport": True,
    }
    assert {n for n, o in openings.items() if o.mode == "legacy"} == {"fast"}
    assert isinstance(openings["url"].server, Tap)


def test_a_recipe_is_opened_anew_each_time():
    """That is what makes a reconnect possible."""
    recipe = resolve("http://host/mcp")

    assert recipe.open(Routes()).server is not recipe.open(Routes()).server
