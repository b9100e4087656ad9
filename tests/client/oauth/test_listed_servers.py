"""Servers of another client's list at which a person signs in."""

from __future__ import annotations

import json

import pytest

import mcp_notebook as mcpn


@pytest.mark.parametrize("said", [{"auth": "oauth"}, {"oauth": {"enabled": True}}, {"oauth": {}}], ids=str)
def test_an_entry_that_says_oauth_is_signed_in_at(guarded, person, tmp_path, said):
    """As the clients whose lists these are do it."""
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"notes": {"type": "http", "url": guarded().url, **said}}}))

    with mcpn.connect(config=path) as found:
        assert found["notes"].call("add", a=1, b=2).data == 3
    assert len(person.visits) == 1


@pytest.mark.parametrize("said", [{}, {"oauth": {"enabled": False}}], ids=str)
def test_an_entry_that_does_not_say_so_opens_no_browser(guarded, person, tmp_path, said):
    """The error names the cure."""
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"notes": {"type": "http", "url": guarded().url, **said}}}))

    with pytest.raises(mcpn.ConnectError, match="sign in with auth='oauth'"):
        mcpn.connect(config=path)
    assert person.visits == []
