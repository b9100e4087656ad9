"""The guard: who is let in, what the others are told, and that the token is never among it."""

from __future__ import annotations

import asyncio

import pytest

from mcp_notebook.host.guard import Guard

TOKEN = "t0ken-of-the-kernel"
PORT = 8123
HOST = (b"host", b"127.0.0.1:8123")
BEARER = (b"authorization", b"Bearer " + TOKEN.encode())


def ask(*headers, kind="http"):
    """Return status, headers and body of the answer to one request; 200 is the application's."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inside"})

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(app, TOKEN, PORT)({"type": kind, "headers": headers}, receive, send))
    if len(sent) == 1:
        return sent[0]
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"].decode()


@pytest.mark.parametrize("host", [b"127.0.0.1:8123", b"localhost:8123", b"LocalHost:8123", b"[::1]:8123"])
@pytest.mark.parametrize("scheme", [b"Bearer ", b"bearer ", b"Bearer  "])
def test_the_token_opens_the_door(host, scheme):
    """By each of this machine's names; the scheme's case says nothing."""
    status, _, body = ask((b"Host", host), (b"Authorization", scheme + TOKEN.encode()))

    assert (status, body) == (200, "inside")


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [b""],
        [b"127.0.0.1"],
        [b"127.0.0.1:80"],
        [b"127.0.0.1:81230"],
        [b"evil.example:8123"],
        [b"127.0.0.1:8123.evil.example"],
        [b"127.0.0.1:8123", b"evil.example"],
        [b"127.0.0.1:8123", b"127.0.0.1:8123"],
        [b"127.0.0.1:8123\xff"],
    ],
)
def test_a_request_that_means_another_host_is_misdirected(hosts):
    """A web page can point its own name here: 421, although the token is right."""
    status, _, body = ask(*((b"host", host) for host in hosts), BEARER)

    assert status == 421
    assert "use http://127.0.0.1:8123/mcp" in body


@pytest.mark.parametrize(
    "origin", [b"http://localhost:8888", b"http://127.0.0.1", b"https://localhost:8888", b"http://[::1]:6274"]
)
def test_a_page_of_this_machine_may_ask(origin):
    """It needs the token all the same."""
    assert ask(HOST, (b"origin", origin), BEARER)[0] == 200
    assert ask(HOST, (b"origin", origin))[0] == 401


@pytest.mark.parametrize(
    "origins",
    [
        [b"null"],
        [b""],
        [b"https://evil.example"],
        [b"http://localhost.evil.example"],
        [b"http://localhost:8888@evil.example"],
        [b"http://localhost:8888/"],
        [b"http://localhost:"],
        [b"http://localhost\n"],
        [b"file://localhost"],
        [b"http://localhost:8888", b"http://evil.example"],
    ],
)
def test_a_foreign_page_is_forbidden(origins):
    """403, although the token is right."""
    status, _, body = ask(HOST, *((b"origin", origin) for origin in origins), BEARER)

    assert status == 403
    assert "local client" in body


@pytest.mark.parametrize(
    "credentials",
    [
        [],
        [b""],
        [b"Bearer"],
        [b"Bearer "],
        [b"Bearer wrong"],
        [b"Bearer " + TOKEN[:-1].encode()],
        [b"Bearer " + TOKEN.encode() + b"x"],
        [b"Bearer " + TOKEN.upper().encode()],
        [b"Bearer \xff\x00"],
        [b"Basic " + TOKEN.encode()],
        [TOKEN.encode()],
        [BEARER[1], BEARER[1]],
        [BEARER[1], b"Bearer wrong"],
    ],
)
def test_without_the_token_nobody_comes_in(credentials):
    """401, which says what to send and not what it would have to be."""
    status, headers, body = ask(HOST, *((b"authorization", c) for c in credentials))

    assert status == 401
    assert headers[b"www-authenticate"] == b"Bearer"
    assert "send 'Authorization: Bearer TOKEN'" in body
    assert TOKEN not in f"{headers}{body}"
    assert int(headers[b"content-length"]) == len(body)


def test_the_application_starts_and_ends_without_a_token():
    """The lifespan is the server's own."""
    assert ask(kind="lifespan")[0] == 200


def test_web_sockets_are_refused():
    """Even with everything right."""
    assert ask(HOST, BEARER, kind="websocket") == {"type": "websocket.close", "code": 1008}


def test_the_guard_does_not_show_its_token():
    """Tracebacks and logs show representations."""
    guard = Guard(None, TOKEN, PORT)

    assert TOKEN not in f"{guard!r} {guard}"
