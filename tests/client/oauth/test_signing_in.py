"""Signing in at a real authorization server: discovery, registration, the browser, the tokens afterwards."""

from __future__ import annotations

import os
import signal
import socket

import httpx2
import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.oauth import Nobody
from mcp_notebook.runtime import runtime

from .authority import Authority, redirect_of, stay_away, visit

ERAS = ("modern", "legacy")


def port_of(asked) -> int:
    """Return the port that waits for the browser."""
    return httpx2.URL(httpx2.URL(asked.url).params["redirect_uri"]).port


def is_open(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("era", ERAS)
def test_a_person_signs_in_once_and_calls_go_through(guarded, person, connect, era):
    """Both eras; everything after the sign-in carries the token, and the listener is gone."""
    server = guarded(era=era)

    connection = connect(server.url, auth="oauth")

    assert connection.call("add", a=1, b=2).data == 3
    assert (connection.protocol_version == "2026-07-28") == (era == "modern")
    assert [asked.host for asked in person.visits] == [server.origin.removeprefix("http://")]
    assert person.ended == ["signed in"]
    assert not is_open(port_of(person.visits[0]))


def test_the_next_connection_uses_what_is_kept(guarded, person, connect):
    """Also that of another kernel: nothing but the file is shared."""
    server = guarded()
    connect(server.url, auth="oauth").close()

    again = connect(server.url, auth="oauth")

    assert again.call("add", a=1, b=2).data == 3
    assert len(person.visits) == 1
    assert server.paths("/register") == ["/register"]


def test_a_refusal_is_told_in_the_servers_words(guarded, person, connect):
    """`error=access_denied`, with a description that would be markup; nothing is kept."""
    server = guarded()
    server.authority.deny = True

    with pytest.raises(mcpn.ConnectError, match="refused: access_denied: <b>no</b>, not you"):
        connect(server.url, auth="oauth")

    person.until(lambda: person.pages)
    assert "&lt;b&gt;no&lt;/b&gt;" in person.pages[0].text
    assert "<b>" not in person.pages[0].text
    assert not mcpn.forget_tokens(server.url)


def test_strangers_do_not_end_the_wait(guarded, person, connect):
    """A wrong path, method, host or state, an error without a state, half a request: the person comes later."""
    server = guarded()
    answers: list[object] = []

    def probe(asked):
        home = f"http://127.0.0.1:{port_of(asked)}"
        with httpx2.Client() as client:
            answers.extend(
                client.request(method, f"{home}{path}", headers=headers).status_code
                for method, path, headers in (
                    ("GET", "/", {}),
                    ("GET", "/callback", {}),
                    ("GET", "/callback/x?code=c", {}),
                    ("GET", "/callback?code=c&state=guess", {}),
                    ("GET", "/callback?error=access_denied", {}),
                    ("POST", "/callback?code=c", {}),
                    ("GET", "/callback?code=c", {"Host": "evil.example"}),
                    ("GET", f"/callback?code={'c' * 20_000}", {}),
                )
            )
        with socket.create_connection(("127.0.0.1", port_of(asked))) as sock:
            sock.sendall(b"\r\n\r\n\xff\xfe")
            answers.append(sock.recv(12))
        half = socket.create_connection(("127.0.0.1", port_of(asked)))
        half.sendall(b"GET /callback?")
        page = visit(asked)
        half.close()
        return page

    person.act = probe
    connection = connect(server.url, auth="oauth")

    assert connection.call("add", a=1, b=2).data == 3
    assert answers == [404, 400, 404, 400, 400, 404, 404, 404, b"HTTP/1.1 404"]
    assert len(person.visits) == 1


def test_the_page_after_the_sign_in_is_plain(guarded, person, connect):
    """No script, no frame, no cache, no referrer; and no code on it."""
    connect(guarded().url, auth="oauth")

    person.until(lambda: person.pages)
    page = person.pages[0]
    assert page.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "Signed in" in page.text
    assert page.url.params["code"] not in page.text


def test_a_person_who_does_not_come_is_waited_for_so_long(guarded, person, connect):
    """The error says who was waited for, and where; the listener is gone."""
    person.act = stay_away

    with pytest.raises(
        mcpn.ConnectError, match=r"nobody signed in at 127.0.0.1:\d+ within 0.2 s; waited for"
    ) as caught:
        connect(guarded().url, auth=mcpn.OAuth(wait=0.2))

    assert f"http://127.0.0.1:{port_of(person.visits[0])}/callback" in str(caught.value)
    assert not is_open(port_of(person.visits[0]))


def test_the_time_that_a_person_takes_is_not_the_servers(guarded, person, connect, monkeypatch):
    """A server must answer in its time, which stands still meanwhile."""
    monkeypatch.setattr("mcp_notebook.client.session.CONNECT_TIMEOUT_S", 3.0)
    person.act = stay_away

    with pytest.raises(mcpn.ConnectError, match=r"nobody signed in at 127.0.0.1:\d+ within 3.1 s"):
        connect(guarded().url, auth=mcpn.OAuth(wait=3.1))


def test_an_interrupt_ends_the_wait_and_leaves_no_listener(guarded, person):
    """The stop button, Ctrl-C."""
    person.act = lambda _asked: os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        mcpn.connect(guarded().url, auth="oauth")

    person.until(lambda: person.ended)
    assert person.ended == ["stopped"]
    assert not is_open(port_of(person.visits[0]))
    assert mcpn.connections() == {}


@pytest.mark.parametrize("moment", ["/.well-known/oauth-p", "/.well-known/oauth-a", "/register", "/token"])
def test_an_interrupt_ends_a_sign_in_at_every_moment(guarded, person, moment):
    """An authorization server that does not answer."""
    server = guarded()
    server.hangs = (moment, lambda: os.kill(os.getpid(), signal.SIGINT))

    with pytest.raises(KeyboardInterrupt):
        mcpn.connect(server.url, auth="oauth")

    person.until(lambda: len(person.ended) == len(person.visits))
    assert [words for words in person.ended if words != "stopped"] == []
    assert [asked for asked in person.visits if is_open(port_of(asked))] == []
    assert not mcpn.forget_tokens(server.url)


def test_where_nobody_is_the_error_says_what_to_do(guarded, connect, monkeypatch):
    """A script, nbclient: no browser, no listener, no registration."""
    monkeypatch.setattr(runtime(), "signing_in", type("Alone", (Nobody,), {"poll": lambda _self: None})())
    server = guarded()

    with pytest.raises(
        mcpn.ConnectError, match="nobody is here to do so; connect once where a browser is at hand"
    ):
        connect(server.url, auth="oauth")

    assert server.paths("/register") == []


@pytest.mark.parametrize("era", ERAS)
def test_without_auth_the_error_names_the_cure(guarded, connect, era):
    """The server's 401 offers a sign-in."""
    with pytest.raises(
        mcpn.ConnectError, match="401 Unauthorized; sign in with auth='oauth', or %mcp_connect URL --oauth"
    ):
        connect(guarded(era=era).url)


def test_an_address_that_the_browser_cannot_open_can_be_pasted(guarded, person, connect):
    """A kernel on another machine: its loopback is not the browser's. What is no such address is refused."""
    said: list[str] = []

    def paste(asked):
        address = redirect_of(asked)
        said.extend(
            asked.paste(text) for text in ("", "hello", address.replace("state=", "state=x"), address)
        )

    person.act = paste
    connection = connect(guarded().url, auth="oauth")

    assert connection.call("add", a=1, b=2).data == 3
    assert [bool(words) for words in said] == [True, True, True, False]
    assert f"http://127.0.0.1:{port_of(person.visits[0])}/callback" in said[0]


def test_two_servers_of_one_authorization_server_get_tokens_of_their_own(guarded, person, connect):
    """Neither ever sees the other's: the second is only a resource server."""
    home = guarded()
    other = guarded(home.authority, issuer=home.origin)

    for server in (home, other):
        assert connect(server.url, auth="oauth").call("add", a=1, b=2).data == 3

    tokens = [{token for _, _, token in server.seen if token} for server in (home, other)]
    assert len(person.visits) == 2
    assert tokens[0]
    assert tokens[1]
    assert not tokens[0] & tokens[1]
    assert other.paths("/token") == []


def test_a_server_that_registers_nobody_wants_a_client_id(guarded, person, connect):
    """The error names it; a client registered by hand gets in, at its own port."""
    server = guarded(registers=False)
    with pytest.raises(
        mcpn.ConnectError, match=r"refused the registration: HTTP 404.*auth=mcpn.OAuth\(client_id="
    ):
        connect(server.url, auth="oauth")
    assert person.visits == []

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issued = registered(server.authority, port)
    connection = connect(server.url, auth=mcpn.OAuth(client_id="by-hand", client_secret=issued, port=port))

    assert connection.call("add", a=1, b=2).data == 3
    assert port_of(person.visits[0]) == port


def registered(authority: Authority, port: int) -> str:
    """Register a client at *authority* by hand; returns its secret."""
    from mcp.shared.auth import OAuthClientInformationFull

    authority.clients["by-hand"] = OAuthClientInformationFull(
        client_id="by-hand",
        client_secret="hand-secret",
        redirect_uris=[f"http://127.0.0.1:{port}/callback"],
        token_endpoint_auth_method="client_secret_post",
        scope="notes",
    )
    return "hand-secret"


def test_a_port_that_is_taken_is_named(guarded, person, connect):
    """Somebody else listens where the browser is to come back."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(mcpn.ConnectError, match=f"port {port} of this machine is taken"):
            connect(guarded().url, auth=mcpn.OAuth(port=port))
    assert person.visits == []


class Bearer(httpx2.Auth):
    """An authentication of the user's own."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request):
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def test_an_auth_object_of_httpx2_signs(guarded, person, connect):
    """Whatever other scheme a server has."""
    server = guarded()
    connect(server.url, auth="oauth").close()
    token = next(iter(server.authority.tokens))

    assert connect(server.url, auth=Bearer(token)).call("add", a=1, b=2).data == 3


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("demo", {"auth": "oauth"}, "auth is for URLs"),
        ("http://example.org/mcp", {"auth": "oauth"}, "needs an https URL"),
        ("https://me:word@example.org/mcp", {"auth": "oauth"}, "without a user name"),
        ("https://example.org/mcp", {"auth": "basic"}, "auth='basic' is not known"),
        ("https://example.org/mcp", {"auth": ("me", "w0rd")}, "auth=tuple is not known"),
        (
            "https://example.org/mcp",
            {"auth": "oauth", "headers": {"authorization": "x"}},
            "exclude each other",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(connect, target, options, words):
    """And no secret is in the words."""
    with pytest.raises(mcpn.ConnectError, match=words) as caught:
        connect(target, **options)
    assert "w0rd" not in str(caught.value)
    assert "me:word" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"client_secret": "s"},
        {"port": 0},
        {"port": True},
        {"wait": 0},
        {"wait": float("nan")},
        {"client_metadata_url": "http://a/b"},
    ],
)
def test_settings_that_cannot_be_are_refused(options):
    """The error names the value, never a secret."""
    with pytest.raises(mcpn.ArgumentError):
        mcpn.OAuth(**options)
