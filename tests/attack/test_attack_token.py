"""Who is let in: requests on a real socket, without the token, or from somewhere else."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from .kernels import ACCEPT, JSON
from .raw import HELLO, call, message, request

MODERN = (ACCEPT, JSON, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"))
LIST = (*MODERN, ("Mcp-Name", "list_loops"))
LAB = ("Origin", "http://localhost:8888")


def wrong_tokens(right: str) -> dict[str, list[str | bytes]]:
    """Return values of Authorization that are not quite right."""
    other = secrets.token_urlsafe(32)
    return {
        "none": [],
        "empty": [""],
        "scheme alone": ["Bearer"],
        "right length": [f"Bearer {other}"],
        "beginning": [f"Bearer {right[:-1]}"],
        "first letter": [f"Bearer {right[0]}"],
        "longer": [f"Bearer {right}A"],
        "other case": [f"Bearer {right.swapcase()}"],
        "padded": [f"Bearer {right}=="],
        "quoted": [f'Bearer "{right}"'],
        "two in one": [f"Bearer {other}, Bearer {right}"],
        "scheme twice": [f"Bearer Bearer {right}"],
        "tab": [f"Bearer\t{right}"],
        "no space": [f"Bearer{right}"],
        "no scheme": [right],
        "basic": [f"Basic {right}"],
        "digest": [f"Digest token={right}"],
        "right and wrong": [f"Bearer {right}", f"Bearer {other}"],
        "wrong and right": [f"Bearer {other}", f"Bearer {right}"],
        "twice": [f"Bearer {right}", f"Bearer {right}"],
        "fullwidth": ["Bearer " + "".join(chr(ord(c) + 0xFEE0) for c in right)],
        "no-break space": [f"Bearer\u00a0{right}"],
        "zero width": [f"Bearer {right}\u200b"],
        "latin-1": [b"Bearer " + right.encode() + b"\xff"],
        "long": ["Bearer " + "A" * 50_000],
    }


@pytest.mark.parametrize("how", wrong_tokens("x" * 43))
def test_a_token_that_is_not_quite_right_opens_nothing(victim, how):
    """401 with the cure, or 400 for what is no header; the answer never holds the token."""
    given = [("Authorization", value) for value in wrong_tokens(victim.token)[how]]

    answer = victim.hear(request(victim.host, *given, *LIST, body=call("list_loops")))

    assert answer.status in {401, 400}
    assert victim.token.encode() not in answer.body
    assert victim.token not in str(answer.headers)


def test_a_token_elsewhere_than_in_its_header_opens_nothing(victim):
    """Query, cookie, body, user name, and the headers that proxies have for it."""
    token = victim.token
    places = [
        request(
            victim.host, *LIST, target=f"/mcp?access_token={token}&token={token}", body=call("list_loops")
        ),
        request(victim.host, *LIST, ("Cookie", f"Authorization=Bearer {token}"), body=call("list_loops")),
        request(victim.host, *LIST, ("Cookie", f"token={token}"), body=call("list_loops")),
        request(victim.host, *LIST, ("Proxy-Authorization", f"Bearer {token}"), body=call("list_loops")),
        request(victim.host, *LIST, ("X-Authorization", f"Bearer {token}"), body=call("list_loops")),
        request(victim.host, *LIST, ("Mcp-Session-Id", token), body=call("list_loops")),
        request(victim.host, *LIST, body=call("list_loops", {"Authorization": f"Bearer {token}"})),
        request(victim.host, *LIST, target=f"http://x:{token}@127.0.0.1:{victim.port}/mcp"),
        request(victim.host, ("Authorization ", f"Bearer {token}"), *LIST, body=call("list_loops")),
    ]

    assert {victim.hear(one).status for one in places} <= {401, 400}


def test_the_token_opens_the_door_however_its_scheme_is_written(victim):
    """What these tests send is wrong in one thing only."""
    body = call("list_loops")
    for scheme in ("Bearer", "bearer", "BEARER"):
        given = ("Authorization", f"{scheme} {victim.token}")
        assert victim.hear(request(victim.host, given, *LIST, body=body)).status == 200


def test_one_refused_request_opens_nothing_for_the_next_and_one_accepted_neither(victim):
    """On one connection each request is judged by itself."""
    good, bad = victim.calling("list_loops"), request(victim.host, *LIST, body=call("list_loops"))
    with victim.wire() as wire:
        for data, status in ((good, 200), (bad, 401), (good, 200), (bad, 401)):
            wire.send(data)
            assert wire.answer().status == status


def test_pipelined_requests_are_judged_one_by_one(victim):
    """Sent at once, answered in order."""
    good, bad = victim.calling("list_loops"), request(victim.host, *LIST, body=call("list_loops"))
    with victim.wire() as wire:
        wire.send(bad + good + bad + good)
        assert [wire.answer().status for _ in range(4)] == [401, 200, 401, 200]


HOSTS = {
    "rebound name": "evil.example:{port}",
    "rebound name without port": "evil.example",
    "name that begins like ours": "127.0.0.1.evil.example:{port}",
    "name that ends like ours": "evil-localhost:{port}",
    "subdomain": "a.localhost:{port}",
    "no port": "127.0.0.1",
    "another port": "127.0.0.1:1",
    "port as text": "127.0.0.1:http",
    "two ports": "127.0.0.1:{port}:{port}",
    "leading zero": "127.0.0.1:0{port}",
    "trailing dot": "localhost.:{port}",
    "trailing dot of a number": "127.0.0.1.:{port}",
    "user": "user@127.0.0.1:{port}",
    "short": "127.1:{port}",
    "as a number": "2130706433:{port}",
    "in hexadecimal": "0x7f.0.0.1:{port}",
    "any address": "0.0.0.0:{port}",
    "bare IPv6": "::1:{port}",
    "long IPv6": "[0:0:0:0:0:0:0:1]:{port}",
    "mapped IPv6": "[::ffff:127.0.0.1]:{port}",
    "IPv6 with a zone": "[::1%25lo]:{port}",
    "any IPv6": "[::]:{port}",
    "two names": "127.0.0.1:{port}, evil.example",
    "path": "127.0.0.1:{port}/",
    "scheme": "http://127.0.0.1:{port}",
    "empty": "",
}


@pytest.mark.parametrize("how", HOSTS)
def test_a_request_for_another_host_is_misdirected_although_it_knows_the_token(victim, how):
    """A web page can point its own name here: DNS rebinding."""
    host = ("Host", HOSTS[how].format(port=victim.port))

    answer = victim.hear(request(host, victim.bearer, *LIST, body=call("list_loops")))

    assert answer.status in {421, 400}


def test_a_request_needs_one_host(victim):
    """Not none, in either version of HTTP, not two, and no stand-in."""
    evil, forwarded = ("Host", "evil.example"), ("X-Forwarded-Host", victim.host[1])
    rest = (victim.bearer, *LIST)
    answers = [
        victim.hear(request(*rest, body=call("list_loops"))),
        victim.hear(request(*rest, body=call("list_loops")).replace(b"HTTP/1.1", b"HTTP/1.0", 1)),
        victim.hear(request(victim.host, victim.host, *rest, body=call("list_loops"))),
        victim.hear(request(victim.host, evil, *rest, body=call("list_loops"))),
        victim.hear(request(evil, victim.host, *rest, body=call("list_loops"))),
        victim.hear(request(evil, forwarded, ("Forwarded", f"host={victim.host[1]}"), *rest)),
    ]

    assert {a.status for a in answers} <= {400, 421}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1"])
def test_an_absolute_target_does_not_stand_in_for_the_host(victim, host):
    """As a proxy would send it: with a foreign Host it is misdirected, and it names no page of ours."""
    target = f"http://{host}/mcp"

    mine = victim.hear(request(victim.host, victim.bearer, *LIST, target=target, body=call("list_loops")))
    theirs = victim.hear(
        request(("Host", host), victim.bearer, *LIST, target=target, body=call("list_loops"))
    )

    assert (mine.status, theirs.status) == (404, 421)


ORIGINS = [
    "null",
    "",
    "https://evil.example",
    "http://evil.example:8888",
    "http://localhost.evil.example",
    "http://evil.localhost",
    "http://localhost:8888.evil.example",
    "http://localhost:8888@evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.",
    "http://localhost:8888/",
    "http://localhost:99999999",
    "http://2130706433",
    "http://[::ffff:127.0.0.1]",
    "file://",
    "chrome-extension://abcdef",
    "vscode-webview://abcdef",
    "http://localhost:8888, http://evil.example",
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_foreign_page_is_forbidden_although_it_knows_the_token(victim, origin):
    """And nothing in the answer lets a browser read it."""
    origin = ("Origin", origin)
    answer = victim.hear(request(victim.host, victim.bearer, origin, *LIST, body=call("list_loops")))

    assert answer.status == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_page_of_the_users_own_jupyterlab_needs_the_token(victim):
    """Its origin is local: a notebook's HTML output runs there, and may come from anybody."""
    body = call("list_loops")
    for lab in (
        "http://localhost:8888",
        "http://127.0.0.1:8888",
        "https://localhost:8888",
        "http://[::1]:8888",
    ):
        answer = victim.hear(request(victim.host, ("Origin", lab), *LIST, body=body))
        assert answer.status == 401
        assert not any(name.startswith("access-control") for name in answer.headers)
    assert victim.hear(request(victim.host, victim.bearer, LAB, *LIST, body=body)).status == 200


def test_what_a_page_can_send_without_being_asked_opens_nothing(victim):
    """A form's kinds of body, a preflight, a beacon, with cookies or without."""
    plain = ("Content-Type", "text/plain;charset=UTF-8")
    form = ("Content-Type", "application/x-www-form-urlencoded")
    wants = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"))
    answers = [
        victim.hear(request(victim.host, LAB, plain, body=message("initialize", HELLO, era="legacy"))),
        victim.hear(request(victim.host, LAB, form, ("Cookie", "_xsrf=1"), body=b"a=1")),
        victim.hear(request(victim.host, LAB, *wants, method="OPTIONS", body=None)),
        victim.hear(request(victim.host, LAB, ACCEPT, method="GET", body=None)),
    ]

    assert {a.status for a in answers} == {401}
    assert not any(name.startswith("access-control") for a in answers for name in a.headers)


def test_nothing_listens_beside_the_loopback_address(victim):
    """Neither this machine's other addresses nor IPv6."""
    tables = [Path("/proc/net", name).read_text() for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    listening = {row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{victim.port:04X}")}

    assert listening == {f"0100007F:{victim.port:04X}"}


def test_sessions_cannot_be_guessed_reused_or_kept_after_their_end(victim):
    """An unknown id is not found; an id alone, without the token, is nothing."""
    session, tools = victim.session(), message("tools/list", era="legacy")
    guesses = [
        "0" * 32,
        session[:-1],
        session.upper() + "0",
        f"{session},{session}",
        "../" + session,
        "x" * 9000,
    ]

    assert victim.hear(victim.older(session, tools)).status == 200
    assert {victim.hear(victim.older(guess, tools)).status for guess in guesses} == {404}
    alone = request(victim.host, ACCEPT, JSON, ("Mcp-Session-Id", session), body=tools)
    assert victim.hear(alone).status == 401
    assert victim.hear(victim.good(b"", ("Mcp-Session-Id", session), method="DELETE")).status == 200
    assert victim.hear(victim.older(session, tools)).status == 404


def test_a_request_of_the_newer_protocol_does_not_touch_a_session_that_it_names(victim):
    """It has none: what an older client has subscribed to stays its own."""
    session = victim.session()
    uri = {"uri": "notebook://loops"}
    assert victim.hear(victim.older(session, message("resources/subscribe", uri, era="legacy"))).status == 200
    with victim.wire() as stream:
        stream.send(victim.good(b"", ("Mcp-Session-Id", session), method="GET"))
        assert stream.until(b"200 OK")
        foreign = victim.modern(call("list_loops"), "tools/call", "list_loops")
        named = foreign.replace(b"\r\n\r\n", f"\r\nMcp-Session-Id: {session}\r\n\r\n".encode(), 1)
        assert victim.hear(named).status == 200

        victim.ask(do="loop", label="heard", steps=3, seconds=0.05)
        assert victim.heard() == {"done": 3}

        assert stream.until(b"resources/updated")
