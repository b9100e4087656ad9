"""What is no request, or one that is made to be misread: refused at once, and nothing of it stays."""

from __future__ import annotations

import json
import os

import pytest

from .kernels import ACCEPT, JSON
from .raw import ENVELOPE, call, message, request

LIST = (
    ACCEPT,
    JSON,
    ("MCP-Protocol-Version", "2026-07-28"),
    ("Mcp-Method", "tools/call"),
    ("Mcp-Name", "list_loops"),
)
CHUNKED = ("Transfer-Encoding", "chunked")
UPGRADE = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
)
GIGABYTE = 10**9
BLOCK = b"a" * 200_000
"""of a flood, at a time"""
BLOCKS = 150
ROOM_KIB = 12_000
"""what a flood of 30 MB may leave in memory"""

PATHS = [
    "/",
    "/mcp/",
    "//mcp",
    "/mcp/../x",
    "/mcp/..",
    "/mcp%2f",
    "/mcp%00",
    "/MCP",
    "/mcp;x",
    "/x/mcp",
    "*",
    "//evil.example/mcp",
]
METHODS = ["GET", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "PRI", "x"]


@pytest.mark.parametrize(
    "path", [*PATHS, "/mcp", "/%6dcp", "/mcp?x", "/.well-known/oauth-protected-resource", "/docs"]
)
def test_no_path_leads_past_the_guard(victim, path):
    """401 everywhere: who has no token does not learn what there is."""
    assert victim.hear(request(victim.host, *LIST, target=path, body=call("list_loops"))).status == 401


@pytest.mark.parametrize("path", PATHS)
def test_only_one_path_leads_to_the_kernel(victim, path):
    """With the token the others are not found, or lead back to this very address."""
    answer = victim.hear(request(victim.host, victim.bearer, *LIST, target=path, body=call("list_loops")))

    assert answer.status in {307, 404}
    assert answer.headers.get("location", "/").startswith(("/", f"http://127.0.0.1:{victim.port}/"))


@pytest.mark.parametrize("method", METHODS)
def test_no_method_leads_past_the_guard(victim, method):
    """Without the token 401; with it, what is no call is refused, and nothing is echoed (TRACE)."""
    stranger = victim.hear(request(victim.host, ACCEPT, method=method, body=None))
    friend = victim.hear(
        request(victim.host, victim.bearer, ACCEPT, ("X-Secret", "echo"), method=method, body=None)
    )

    assert stranger.status == 401
    assert friend.status in {400, 405}
    assert b"echo" not in friend.body


def test_a_head_request_learns_nothing(victim):
    """The status alone, and no body that the next answer would begin with."""
    with victim.wire() as wire:
        wire.send(request(victim.host, method="HEAD", body=None) * 2)
        assert wire.head().status == 401
        assert wire.head().status == 401


NO_REQUESTS = {
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "TLS": bytes.fromhex("1603010200010001fc0303") + bytes(range(256)) * 2,
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "noise": os.urandom(3000) + b"\r\n\r\n",
    "zeros": bytes(3000) + b"\r\n\r\n",
    "HTTP/0.9": b"GET /mcp\r\n\r\n",
    "proxy": b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET / HTTP/1.1\r\n\r\n",
    "no target": b"GET  HTTP/1.1\r\n\r\n",
    "zero in target": b"GET /mcp\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in target": b"GET /mcp\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "zero in header": b"GET /mcp HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
    "header without colon": b"GET /mcp HTTP/1.1\r\nHost\r\n\r\n",
    "space before colon": b"GET /mcp HTTP/1.1\r\nHost : x\r\n\r\n",
    "continued first header": b"GET /mcp HTTP/1.1\r\n Host: x\r\n\r\n",
    "line feed in a value": b"GET /mcp HTTP/1.1\r\nHost: x\r\nA: b\x0bc\r\n\r\n",
}


@pytest.mark.parametrize("what", NO_REQUESTS)
def test_what_is_no_request_is_hung_up_on(victim, what):
    """With a bare 400 at most; what has the form of a request has no Host of ours."""
    with victim.wire() as wire:
        wire.send(NO_REQUESTS[what])
        assert wire.answer().status in ({421} if what == "HTTP/2" else {0, 400})
        wire.send(b"\x00\r\n\r\n")
        assert wire.ended()


@pytest.mark.parametrize("token", [False, True])
def test_a_web_socket_is_not_opened(victim, token):
    """It is a GET like any other: never 101."""
    bearer = (victim.bearer,) if token else ()
    answer = victim.hear(request(victim.host, *bearer, *UPGRADE, method="GET", body=None))

    assert answer.status == (406 if token else 401)


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
FRAMES = {
    "length and chunks": ((CHUNKED, ("Content-Length", "5")), b"0\r\n\r\n" + SMUGGLED),
    "two lengths": ((("Content-Length", "5"), ("Content-Length", "6")), b"123456"),
    "two lengths in one": ((("Content-Length", "5, 6"),), b"123456"),
    "negative length": ((("Content-Length", "-5"),), b"12345"),
    "signed length": ((("Content-Length", "+5"),), b"12345"),
    "length in hexadecimal": ((("Content-Length", "0x5"),), b"12345"),
    "length of many digits": ((("Content-Length", "9" * 5000),), b"12345"),
    "unknown encoding": ((("Transfer-Encoding", "xchunked"),), b"3\r\nabc\r\n0\r\n\r\n"),
    "chunked is not the last": ((("Transfer-Encoding", "chunked, identity"),), b"3\r\nabc\r\n0\r\n\r\n"),
    "chunked twice": ((CHUNKED, CHUNKED), b"3\r\nabc\r\n0\r\n\r\n"),
    "no size": ((CHUNKED,), b"zz\r\nabc\r\n0\r\n\r\n"),
    "negative size": ((CHUNKED,), b"-3\r\nabc\r\n0\r\n\r\n"),
    "size of many digits": ((CHUNKED,), b"f" * 25 + b"\r\nabc\r\n0\r\n\r\n"),
    "size too small": ((CHUNKED,), b"1\r\nabcdef\r\n0\r\n\r\n"),
    "size too large": ((CHUNKED,), b"ffffffff\r\nabc\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("token", [False, True])
@pytest.mark.parametrize("how", FRAMES)
def test_a_body_whose_end_is_not_clear_never_becomes_a_second_request(victim, how, token):
    """Or one that is judged by itself: what follows the chunks of a request that has a length, too."""
    headers, body = FRAMES[how]
    bearer = (victim.bearer,) if token else ()
    with victim.wire() as wire:
        wire.send(request(victim.host, *bearer, *LIST, *headers, body=None) + body)
        wire.socket.shutdown(1)
        statuses = [wire.answer().status, wire.answer().status]

    assert statuses[0] in {0, 400, 401, 413}
    assert statuses[1] in {0, 400, 421}


@pytest.mark.parametrize("token", [False, True])
def test_a_body_is_asked_for_only_where_it_is_wanted(victim, token):
    """Expect: 100-continue without the token gets 401, and never a 100."""
    bearer = (victim.bearer,) if token else ()
    expects = (("Expect", "100-continue"), ("Content-Length", str(GIGABYTE)))
    assert victim.hear(request(victim.host, *bearer, *LIST, *expects, body=None)).status == (
        413 if token else 401
    )


@pytest.mark.parametrize(("token", "status"), [(False, 401), (True, 413)])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(victim, token, status):
    """A gigabyte that is announced, and 5 MB that are sent."""
    bearer = (victim.bearer,) if token else ()
    announced = (
        request(victim.host, *bearer, *LIST, ("Content-Length", str(GIGABYTE)), body=None) + b"x" * 100
    )

    assert victim.hear(announced).status == status
    assert (
        victim.hear(request(victim.host, *bearer, *LIST, body=b'"' + b"a" * 5_000_000 + b'"')).status
        == status
    )


def lines_of_headers():
    """Yield header lines without end."""
    for number in range(BLOCKS):
        yield b"".join(b"X-%d-%d: %s\r\n" % (number, n, b"a" * 1000) for n in range(200))


def chunks():
    """Yield chunks without end."""
    for _ in range(BLOCKS):
        yield b"%x\r\n%s\r\n" % (len(BLOCK), BLOCK)


FLOODS = {
    "one line": (lambda _: b"", lambda: [BLOCK] * BLOCKS),
    "a path": (lambda _: b"POST /", lambda: [BLOCK] * BLOCKS),
    "a header": (lambda _: b"POST /mcp HTTP/1.1\r\nHost: ", lambda: [BLOCK] * BLOCKS),
    "headers": (lambda _: b"POST /mcp HTTP/1.1\r\n", lines_of_headers),
    "a chunk's extension": (
        lambda given: request(*given, CHUNKED, body=None) + b"1;",
        lambda: [BLOCK] * BLOCKS,
    ),
    "trailers": (lambda given: request(*given, CHUNKED, body=None) + b"1\r\na\r\n0\r\n", lines_of_headers),
    "chunks": (lambda given: request(*given, CHUNKED, body=None), chunks),
    "empty lines": (lambda _: b"", lambda: [b"\r\n" * 100_000] * BLOCKS),
}


@pytest.mark.parametrize("token", [False, True])
@pytest.mark.parametrize("what", FLOODS)
def test_a_request_without_end_is_not_kept(victim, what, token):
    """30 MB of it: it is cut off, or thrown away as it comes; meanwhile others are answered."""
    begin, blocks = FLOODS[what]
    given = (victim.host, *((victim.bearer,) if token else ()), *LIST)
    before = victim.ask(do="state")["kib"]
    with victim.wire() as wire:
        wire.send(begin(given))
        for block in blocks():
            if not wire.send(block):
                break
        assert victim.list_loops().status == 200
        assert victim.ask(do="state")["kib"] - before < ROOM_KIB


def test_pipelined_requests_without_end_are_not_kept(victim):
    """A client that asks and asks and never reads: it is not read either."""
    before = victim.ask(do="state")["kib"]
    with victim.wire(receive_buffer=4096) as wire:
        wire.socket.settimeout(1)
        many = request(victim.host, body=b"") * 1000
        while wire.send(many):
            pass
        assert victim.list_loops().status == 200
        assert victim.ask(do="state")["kib"] - before < ROOM_KIB


def nested(levels: int) -> bytes:
    """Return a call whose arguments are a list in a list in a list."""
    begin = call("echo", {"numbers": "HERE"})
    return begin.replace(b'"HERE"', b"[" * levels + b"]" * levels)


BODIES = {
    "nothing": b"",
    "not UTF-8": b"\xff\xfe\x00",
    "broken UTF-8": b'{"jsonrpc":"2.0","id":1,"method":"\xc3\x28"}',
    "UTF-16": '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16"),
    "not JSON": b"{",
    "null": b"null",
    "a number": b"7",
    "batch": b"[" + call("list_loops") + b"," + call("list_loops") + b"]",
    "many values": call("list_loops") * 10,
    "method is a list": b'{"jsonrpc":"2.0","id":1,"method":[]}',
    "params is a list": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}',
    "id is an object": b'{"jsonrpc":"2.0","id":{},"method":"ping"}',
    "id of 5,000 digits": b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}',
    "id is infinite": b'{"jsonrpc":"2.0","id":1e999,"method":"ping"}',
    "id is a surrogate": b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
    "100,000 levels": nested(100_000),
    "a million levels": nested(1_000_000),
}


@pytest.mark.parametrize("era", ["modern", "legacy"])
@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_call_is_an_error_and_no_more(victim, what, era):
    """400 or a JSON-RPC error, never 500, never silence; the session goes on."""
    session = victim.session()
    body = BODIES[what]
    data = victim.older(session, body) if era == "legacy" else victim.modern(body, "tools/call", "list_loops")

    assert victim.hear(data).status in {200, 202, 400, 404}
    assert victim.hear(victim.older(session, message("tools/list", era="legacy"))).status == 200


@pytest.mark.parametrize("era", ["modern", "legacy"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"loop": "x" * 1_000_000},
        {"loop": {"a": "b"}},
        {"cursor": 10**400},
        {"cursor": -(10**400)},
        {"cursor": "1"},
        {"wait_s": 10**400},
        {"wait_s": float("nan")},
        {"wait_s": float("-inf")},
        {"wait_s": "for ever"},
        {"wait_s": -1},
        {"unknown": None},
    ],
    ids=lambda value: repr(value)[:20],
)
def test_arguments_that_cannot_be_are_answered_in_few_words(victim, arguments, era):
    """The answer is not as large as the question."""
    asked = call("watch_loop", {"wait_s": 0, **arguments}, era=era)
    if era == "legacy":
        data = victim.older(victim.session(), asked)
    else:
        data = victim.modern(asked, "tools/call", "watch_loop")

    answer = victim.hear(data)

    assert answer.status == 200
    assert len(json.dumps(answer.json["result"]["content"])) < 2_000


@pytest.mark.parametrize("levels", [50, 150, 190, 250, 450, 900, 2_000])
def test_nested_arguments_are_passed_on_or_refused(victim, levels):
    """As deep as JSON may be here; beyond that, an error."""
    for data in (
        victim.modern(nested(levels), "tools/call", "echo"),
        victim.older(victim.session(), nested(levels)),
    ):
        assert victim.hear(data).status in {200, 400}


def test_the_envelope_cannot_be_used_to_speak_to_another_tool_than_the_header_names(victim):
    """The newer protocol repeats method and name in headers: they must agree, and be there once."""
    stop = call("stop_loop", {"loop": "x"})
    named = victim.modern(stop, "tools/call", "list_loops")
    twice = victim.good(stop, *LIST[2:], ("Mcp-Name", "stop_loop"))
    version = json.dumps(ENVELOPE).encode() in stop

    assert version
    assert {victim.hear(named).status, victim.hear(twice).status} == {400}
