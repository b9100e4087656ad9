"""What clients are told: snippets that work as they stand, and hold no secret; the list of kernels."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcp_notebook import MCPNotebookError
from mcp_notebook.cli import main
from mcp_notebook.host import clients
from mcp_notebook.host.clients import CLIENTS, snippet
from mcp_notebook.host.discovery import Entry, publish
from mcp_notebook.loopback import listen, url_of

SECRET = "s3cr3t-t0ken"
BRIDGE = [str(Path(sys.executable).with_name("mcp-notebook")), "bridge"]


@pytest.fixture(autouse=True)
def plain_place(monkeypatch):
    """An environment that leaves Jupyter's directories where they are."""
    for name in clients._MOVED_BY:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runtime_dir(tmp_path, monkeypatch):
    """A runtime directory that no Jupyter uses."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def kernel(runtime_dir):
    """A kernel that serves, two hours old."""
    with listen("127.0.0.1", 0) as listening:
        url = url_of("127.0.0.1", listening)
        started = time.time() - 7_200
        entry = Entry(
            "ana\x1b[31mlysis", url, SECRET, os.getpid(), started, "/home/me/analysis.ipynb", "id-1", "1.0"
        )
        publish(entry)
        yield entry


@pytest.mark.parametrize(
    ("client", "key"),
    [
        ("claude-desktop", "mcpServers"),
        ("cursor", "mcpServers"),
        ("vscode", "servers"),
        ("generic", "mcpServers"),
    ],
)
def test_a_json_client_is_given_json_and_is_told_where_it_belongs(client, key, capsys):
    """Standard output can be written to a file as it is; the words for people are comments beside it."""
    assert main(["config", client, "--kernel", "my work"]) == 0

    out, err = capsys.readouterr()
    server = json.loads(out)[key]["notebook"]
    assert [server["command"], *server["args"]] == [*BRIDGE, "--kernel", "my work"]
    assert server.get("type") == ("stdio" if client == "vscode" else None)
    assert "env" not in server
    assert all(line.startswith("# ") for line in err.splitlines())


def test_claude_code_is_given_one_command_line(capsys):
    """What follows the two dashes is the bridge, quoted for a shell."""
    assert main(["config", "claude-code", "--kernel", "my work"]) == 0

    out, err = capsys.readouterr()
    assert shlex.split(out) == ["claude", "mcp", "add", "notebook", "--", *BRIDGE, "--kernel", "my work"]
    assert len(out.splitlines()) == 1
    assert "scope user" in err


@pytest.mark.parametrize("client", CLIENTS)
def test_a_moved_runtime_directory_is_told_to_the_bridge(client, runtime_dir):
    """An app that was not started from this terminal does not have this variable."""
    text = snippet(client).text
    variable = f"JUPYTER_RUNTIME_DIR={runtime_dir}"

    if client == "claude-code":
        words = shlex.split(text)
        name = words.index("notebook")
        assert words[words.index("--env") + 1] == variable
        assert words[name - 2 : name + 2] == ["--transport", "stdio", "notebook", "--"]
    else:
        (servers,) = json.loads(text).values()
        assert servers["notebook"]["env"] == {"JUPYTER_RUNTIME_DIR": str(runtime_dir)}


@pytest.mark.parametrize("client", CLIENTS)
def test_no_snippet_holds_a_secret_or_an_address(client, kernel):
    """They are committed, and a kernel that is restarted has others."""
    told = snippet(client, "analysis")

    assert SECRET not in told.text
    assert "127.0.0.1" not in told.text


def test_the_words_of_a_snippet_run():
    """In another directory, with nothing on the path."""
    *program, _ = clients.bridge()
    done = subprocess.run(
        [*program, "--version"], capture_output=True, text=True, check=True, cwd="/", env={"PATH": ""}
    )

    assert done.stdout.startswith("mcp-notebook ")


def test_without_a_script_the_module_is_run(monkeypatch, tmp_path):
    """As where the package lies on the path and was not installed."""
    python = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(python))

    assert clients.bridge("x") == (str(python), "-m", "mcp_notebook", "bridge", "--kernel", "x")


def test_an_unknown_client_is_an_error_that_lists_the_known_ones(capsys):
    """One line, status 1, nothing that a pipe could take for a configuration."""
    with pytest.raises(MCPNotebookError, match="no client named 'emacs'"):
        snippet("emacs")
    assert main(["config", "emacs"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert all(client in err for client in CLIENTS)


def test_kernels_are_listed_as_a_plain_table(kernel, capsys):
    """Name, notebook, pid and age; no token, and no terminal codes of a name."""
    assert main(["list"]) == 0

    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "NOTEBOOK", "PID", "STARTED"]
    assert row.split() == ["analysis", "/home/me/analysis.ipynb", str(os.getpid()), "2", "h", "ago"]


def test_kernels_are_listed_as_json_without_their_tokens(kernel, capsys):
    """All that a script needs to choose one."""
    assert main(["list", "--json"]) == 0

    out = capsys.readouterr().out
    (told,) = json.loads(out)
    assert told["pid"] == os.getpid()
    assert told["notebook"] == "/home/me/analysis.ipynb"
    assert set(told) == {"name", "url", "pid", "started", "notebook", "kernel", "version"}
    assert SECRET not in out


def test_an_empty_list_says_what_to_do(runtime_dir, capsys):
    """To people; to a script it is an empty list."""
    assert main(["list"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "mcp-notebook: no notebook kernel is serving; in the notebook run %mcp_serve\n")

    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_runtime_directory_that_cannot_be_is_one_line_and_status_1(runtime_dir, monkeypatch, capsys):
    """No traceback for a home that is read-only."""
    (runtime_dir / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime_dir / "file" / "below"))

    assert main(["list"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mcp-notebook: cannot write ")
    assert len(err.splitlines()) == 1
