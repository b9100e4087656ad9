"""Tokens that end: renewed without a word where that is possible, else asked for, or a clear error."""

from __future__ import annotations

import threading

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.oauth import Nobody
from mcp_notebook.runtime import runtime

from .authority import visit

ERAS = ("modern", "legacy")


@pytest.fixture
def server(guarded):
    return guarded()


def nobody_there(monkeypatch, connection):
    """Let the person of *connection* go away."""
    access = connection._link.target.auth
    monkeypatch.setattr(access, "_person", Nobody())


@pytest.mark.parametrize("era", ERAS)
def test_a_token_that_is_over_is_renewed_silently(guarded, person, connect, era):
    """Before the request, because its end is known."""
    server = guarded(era=era)
    server.authority.expires_in = -5
    connection = connect(server.url, auth="oauth")
    server.authority.expires_in = 3600
    before = server.authority.renewals

    assert connection.call("add", a=1, b=2).data == 3
    assert server.authority.renewals <= before + 1
    assert connection.call("add", a=3, b=4).data == 7
    assert server.authority.renewals <= before + 1
    assert server.authority.renewals >= 1
    assert len(person.visits) == 1


def test_a_token_revoked_under_many_calls_is_renewed_once(server, person, connect):
    """Eight at once are refused, one renewal serves them all."""
    connection = connect(server.url, auth="oauth")
    server.authority.revoke_all()

    results = connection.map("add", [{"a": n, "b": 1} for n in range(8)], limit=8)

    assert [result.data for result in results] == list(range(1, 9))
    assert server.authority.renewals == 1
    assert len(person.visits) == 1


def test_a_kept_token_that_is_over_needs_no_person(server, person, connect):
    """The SDK's own provider would ask; a refresh token is kept, too."""
    connect(server.url, auth="oauth").close()
    server.authority.revoke_all()

    assert connect(server.url, auth="oauth").call("add", a=1, b=2).data == 3
    assert (server.authority.renewals, len(person.visits)) == (1, 1)


def test_a_refresh_token_goes_to_the_authorization_server_only(guarded, person, connect):
    """Also in a kernel that has not seen its metadata: the MCP server is somebody else."""
    home = guarded()
    other = guarded(home.authority, issuer=home.origin)
    connect(other.url, auth="oauth").close()
    home.authority.revoke_all()

    assert connect(other.url, auth="oauth").call("add", a=1, b=2).data == 3
    assert home.authority.renewals == 1
    assert len(home.paths("/token")) == 2
    assert other.paths("/token") == []


def test_a_refused_renewal_asks_the_person_once_for_all_calls(server, person, connect):
    """Somebody is there: a new sign-in, and the calls go on."""
    connection = connect(server.url, auth="oauth")
    server.authority.revoke_all(refreshes=True)

    results = connection.map("add", [{"a": n, "b": 1} for n in range(8)], limit=8)

    assert [result.data for result in results] == list(range(1, 9))
    assert len(person.visits) == 2


def test_a_person_who_takes_long_to_sign_in_is_no_silence(server, person, connect):
    """The call's timeout waits for them; its receipt says how long they took."""
    connection = connect(server.url, auth="oauth")
    server.authority.revoke_all(refreshes=True)
    person.act = lambda asked: (threading.Event().wait(1.2), visit(asked))[1]

    result = connection.call("add", a=1, b=2, timeout=0.8)

    assert result.data == 3
    assert result.call.progress.waited > 1


def test_a_refused_renewal_with_nobody_there_is_a_clear_error(server, person, connect, monkeypatch):
    """That call fails; one in flight goes on; after a new sign-in elsewhere the connection works again."""
    connection = connect(server.url, auth="oauth")
    held = connection.start("hold")
    until_seen(server, person, 1)
    server.authority.revoke_all(refreshes=True)
    nobody_there(monkeypatch, connection)

    with pytest.raises(mcpn.MCPNotebookError, match="asks to sign in, and nobody is here to do so"):
        connection.call("add", a=1, b=2)
    server.release()
    assert held.result(20).data == "released"

    monkeypatch.setattr(runtime(), "signing_in", person)
    connect(server.url, auth="oauth", name="elsewhere")
    assert connection.call("add", a=1, b=2).data == 3
    assert len(person.visits) == 2


def until_seen(server, person, calls: int) -> None:
    """Wait until so many calls of `hold` are under way in *server*."""
    server.until(lambda: server.holding >= calls)


def test_calls_do_not_wait_for_each_other(server, person, connect):
    """The SDK's provider would hold its lock until the head of the first answer is there."""
    connection = connect(server.url, auth="oauth")
    held = [connection.start("hold") for _ in range(3)]
    until_seen(server, person, 3)

    assert connection.call("add", a=1, b=2, timeout=20).data == 3
    server.release()
    assert [call.result(20).data for call in held] == ["released"] * 3


def test_what_another_kernel_has_renewed_is_taken_over(server, person, connect):
    """A refresh token works once; the second kernel looks before it tries."""
    first = connect(server.url, auth="oauth", name="first")
    second = connect(server.url, auth="oauth", name="second")
    server.authority.revoke_all()

    assert first.call("add", a=1, b=2).data == 3
    assert second.call("add", a=1, b=2).data == 3
    assert (server.authority.renewals, len(person.visits)) == (1, 1)


@pytest.mark.parametrize("era", ERAS)
def test_a_notice_asks_nobody(guarded, person, connect, era):
    """Cancelling and closing are told to the server, and need no answer."""
    server = guarded(era=era)
    connection = connect(server.url, auth="oauth")
    held = connection.start("hold")
    until_seen(server, person, 1)
    server.authority.revoke_all(refreshes=True)

    held.cancel()
    with pytest.raises(mcpn.CallCancelledError):
        held.result(20)
    connection.close()

    assert len(person.visits) == 1


def test_what_is_forgotten_stays_forgotten(server, person, connect):
    """Also when an open connection renews its token afterwards; the next one asks again."""
    connection = connect(server.url, auth="oauth", name="first")

    assert mcpn.forget_tokens(server.url)
    server.authority.revoke_all()
    assert connection.call("add", a=1, b=2).data == 3
    assert server.authority.renewals == 1
    assert not mcpn.forget_tokens(server.url)

    connect(server.url, auth="oauth", name="second")
    assert len(person.visits) == 2


def test_a_tool_that_needs_more_asks_for_more(server, person, connect):
    """403 with `insufficient_scope`: the token holds, and allows too little."""
    connection = connect(server.url, auth="oauth")
    for token in server.authority.tokens.values():
        token.scopes[:] = ["less"]

    assert connection.call("add", a=1, b=2).data == 3
    assert (server.authority.renewals, len(person.visits)) == (0, 2)


def test_an_authorization_server_that_is_away_costs_no_token(guarded, person, connect):
    """The refresh token is tried again later: one request fails, with the reason."""
    home = guarded()
    other = guarded(home.authority, issuer=home.origin)
    connection = connect(other.url, auth="oauth")
    home.authority.revoke_all()
    home.broken = True

    with pytest.raises(mcpn.MCPNotebookError, match=r"127\.0\.0\.1 cannot renew the token now: HTTP 503"):
        connection.call("add", a=1, b=2)
    home.broken = False

    assert connection.call("add", a=1, b=2).data == 3
    assert len(person.visits) == 1
