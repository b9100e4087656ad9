"""What `resolve` gets, and that it takes it; no server is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mcp_notebook.client.configs as package
from mcp_notebook.client import resolving, targets
from mcp_notebook.client.configs import Entry, target_of
from mcp_notebook.errors import ConnectError

FILE = Path("/home/ada/mcp.json")


def target(entry):
    given, headers = target_of(entry)
    return resolving.resolve(given, headers=headers)


def test_a_command_becomes_a_process_with_its_variables_and_folder():
    """The name that a person gave is the file's; the target has its own."""
    entry = Entry("a", "cursor", FILE, "stdio", "python", ("server.py", "--x"), env={"A": "1"}, cwd="/w")

    found = target(entry)

    assert isinstance(found, targets.Command)
    parameters = found.parameters
    assert (parameters.command, parameters.args) == ("python", ["server.py", "--x"])
    assert (parameters.env, parameters.cwd) == ({"A": "1"}, "/w")


def test_a_url_becomes_one_with_its_headers():
    """Streamable HTTP."""
    found = target(Entry("a", "cursor", FILE, "http", url="https://h/mcp", headers={"X": "1"}))

    assert isinstance(found, targets.Url)
    assert (found.url, dict(found.headers)) == ("https://h/mcp", {"X": "1"})


def test_an_sse_server_becomes_a_transport_of_the_sdk():
    """It can be opened once; nothing is opened here."""
    found = target(Entry("a", "cursor", FILE, "sse", url="https://h/sse", headers={"X": "1"}))

    assert isinstance(found, targets.ReadyMade)
    assert not found.reusable


@pytest.mark.parametrize(
    "url", ["unix:///tmp/x.sock", "ftp://u:s3cret@h/", "https://h:s3cret/", "${HOST}/mcp?k=s3cret"]
)
def test_what_is_no_address_is_refused_without_its_secrets(url):
    """`resolve` would show all of it."""
    with pytest.raises(ConnectError, match="is not an http or https address") as caught:
        target_of(Entry("a", "cursor", FILE, "http", url=url))

    assert "s3cret" not in str(caught.value)


def test_an_entry_with_a_problem_has_no_target():
    """The words are those of its problem."""
    with pytest.raises(ConnectError, match=r"server 'a' in '/home/ada/mcp\.json': it has neither"):
        target_of(Entry("a", "cursor", FILE, "stdio", problems=("it has neither a command nor a URL",)))


def test_the_package_exports_what_it_says():
    """`__all__` is what there is."""
    assert sorted(package.__all__) == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)


def test_neither_mcp_nor_yaml_is_imported_before_it_is_needed():
    """Listing what there is costs no SDK."""
    code = "import sys, mcp_notebook.client.configs; print([m for m in ('mcp', 'yaml') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
