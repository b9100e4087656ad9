"""Handshakes gone wrong: no connection and a clear error, or a connection that works."""

from __future__ import annotations

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client import session as session_module

from .behaviours import WAYS
from .greetings import GREETINGS
from .observing import good, unshowable
from .opening import connect

WELCOME = {"hostile_name", "long_name", "instructions", "no_name"}
"""greetings that one may open a connection with, in every era"""
MUTE = {"number", "rubbish"}
"""greetings that cannot be read: silence, to whoever waits"""
KINDS = [kind for kind in GREETINGS if not kind.startswith(("list_", "exit_"))]


def connected(servers, way_name, kind):
    """Return the connection, or None and check what its error says."""
    try:
        return connect(servers, way_name, kind)
    except mcpn.ConnectError as error:
        said = str(error)
    assert unshowable(said) == []
    assert "\n" not in said
    assert said.startswith("cannot connect to ")
    return None


@pytest.mark.parametrize("way_name", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_greeting_is_taken_or_refused_in_words(servers, way_name, kind, monkeypatch):
    """One line without control characters; where it is taken a good call follows."""
    if kind in MUTE:
        monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 0.3)
    connection = connected(servers, way_name, kind)

    if connection is None:
        assert kind not in WELCOME or (kind == "no_name" and "2025" in way_name)
        return
    with connection:
        assert connection.state == "open"
        assert unshowable(repr(connection)) == []
        if kind != "no_tools":
            assert good(connection) == "good"


@pytest.mark.parametrize(
    ("way_name", "kind", "status"),
    [
        ("stdio-2025", "exit_at_once", 7),
        ("stdio-2026", "exit_at_once", 7),
        ("stdio-2025", "exit_at_the_list", 8),
        ("stdio-2026", "exit_at_the_list", 8),
    ],
)
def test_a_server_that_exits_in_the_handshake_is_quoted(servers, way_name, kind, status):
    """Whenever it does: the exit status is in the error."""
    with pytest.raises(mcpn.ConnectError, match=f"exit status {status}"):
        connect(servers, way_name, kind)


@pytest.mark.parametrize("way_name", WAYS)
def test_nothing_of_a_refused_connection_is_listed(servers, way_name):
    """It has no name that one could use."""
    before = set(mcpn.connections())

    with pytest.raises(mcpn.ConnectError):
        connect(servers, way_name, "refuse")

    assert set(mcpn.connections()) == before
