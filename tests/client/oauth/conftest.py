"""A person with a browser, servers that ask to sign in, and a folder of one's own for the tokens."""

from __future__ import annotations

import keyring
import pytest
from keyring.backends import fail

import mcp_notebook as mcpn
from mcp_notebook.runtime import runtime

from .authority import Authority, Browser, Guarded


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The user's data directory; no keyring is there."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield tmp_path / "data" / "mcp_notebook" / "oauth"
    keyring.set_keyring(before)


@pytest.fixture
def guarded():
    """Start MCP servers that want a token."""
    started = []

    def make(issuing=None, **options):
        started.append(Guarded(issuing or Authority(), **options))
        return started[-1]

    yield make
    for server in started:
        server.stop()


@pytest.fixture
def person(monkeypatch):
    """Somebody who signs in wherever it is asked."""
    browser = Browser()
    monkeypatch.setattr(runtime(), "signing_in", browser)
    return browser


@pytest.fixture
def connect():
    """Connect, and close at last."""
    opened = []

    def make(*arguments, **options):
        opened.append(mcpn.connect(*arguments, **options))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()
