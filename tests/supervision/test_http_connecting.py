"""A handshake, a list of tools, a side stream that ends badly over HTTP: a clear error, and a second chance."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client import link as link_module
from mcp_notebook.client import session as session_module
from mcp_notebook.client.wire.tap import Routes
from mcp_notebook.client.wire.web import Web as WebClient

from .clarity import is_clear
from .residue import bars, tasks
from .test_http_call_endings import BROKEN, ERAS, REFUSED

HANDSHAKE = {"modern": "*", "legacy": "initialize"}
WORDS = {
    **REFUSED,
    **dict.fromkeys(BROKEN, r"(?i)connection|disconnected|stream ended|without"),
    "silent": "no answer within",
    "length too long": "no answer within",
    "endless json": "no answer within",
    "endless drip": "no answer within",
}
SLOW = ("cut and resumed", "huge")
WAYS = {how: words for how, words in WORDS.items() if how not in SLOW}


LISTS = (
    "401",
    "404",
    "500",
    "204",
    "page",
    "cut json",
    "found elsewhere",
    "drop",
    "reset",
    "no answer",
    "silent",
)
"""a choice of them: what is wrong with an answer is told in the same place"""


def fails(connect, server, words, patience):
    """Return whether connecting fails in these words and leaves nothing; then let the server be well."""
    with pytest.raises(mcpn.ConnectError, match=words) as caught:
        connect(server.url, name="web")

    assert is_clear(caught.value, f"127.0.0.1:{server.port}/mcp")
    assert "of-theirs" not in str(caught.value)
    assert mcpn.connections() == {}
    assert (tasks(), bars()) == ([], ())
    server.plan.clear()
    patience.undo()
    connection = connect(server.url, name="web")
    assert connection.call("good", timeout=20).text == "fine"
    return True


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", WAYS)
def test_a_handshake_that_ends_badly_is_a_connect_error(web, connect, monkeypatch, era, how):
    """It names the server and what happened; once the server is well, connecting works."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 0.3 if "within" in WAYS[how] else 20.0)
    server = web(era)
    server.elsewhere = web().url + "?key=of-theirs"
    server.plan[HANDSHAKE[era]] = how

    assert fails(connect, server, WAYS[how], monkeypatch)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", LISTS)
def test_a_first_list_of_tools_that_ends_badly_is_a_connect_error(web, connect, monkeypatch, era, how):
    """The handshake was well: it is as if it had not been."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 1.0 if "within" in WAYS[how] else 20.0)
    server = web(era)
    server.elsewhere = web().url + "?key=of-theirs"
    server.plan["tools/list"] = how
    server.plan["GET"] = "silent"

    assert fails(connect, server, WAYS[how], monkeypatch)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", ["401", "page", "cut json", "drop", "reset", "no answer", "silent"])
def test_a_later_list_of_tools_that_ends_badly_is_a_clear_error(web, connect, monkeypatch, era, how):
    """An unknown name asks the server again, in a new session where the old one is lost; the call after it works."""
    monkeypatch.setattr(link_module, "LIST_TIMEOUT_S", 0.5 if how == "silent" else 20.0)
    server = web(era)
    connection = connect(server.url, name="web")
    server.plan["tools/list"] = how

    words = WORDS[how] if how != "silent" else "did not list its tools within"
    with pytest.raises(mcpn.MCPNotebookError, match=words) as caught:
        connection.call("nothing", timeout=20)

    assert not isinstance(caught.value, mcpn.UnknownToolError)
    assert is_clear(caught.value, "web" if how == "silent" else f"127.0.0.1:{server.port}/mcp")
    server.plan.clear()
    assert connection.call("good", timeout=20).text == "fine"


def test_the_side_stream_does_not_speak_for_the_request(web):
    """Its 405 comes between a bad answer and the error that quotes it: the answer is quoted."""
    server = web("legacy", sessions=False)
    server.plan["tools/list"] = "500"

    async def visit() -> str:
        async with WebClient(Routes()) as client:
            await client.post(server.url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
            await client.get(server.url)
            return client.said

    assert "HTTP 500" in asyncio.run(visit())


@pytest.mark.parametrize("era", ERAS)
def test_an_unusual_handshake_is_one_all_the_same(web, connect, era):
    """Moved within the server, byte by byte."""
    for how in ("redirect here", "drip"):
        server = web(era, sessions=False)
        server.plan[HANDSHAKE[era]] = how

        with connect(server.url, name="web") as connection:
            server.plan.clear()
            assert connection.call("good", timeout=20).text == "fine"


BESIDE = [
    (method, how)
    for method in ("GET", "DELETE", "notifications/initialized")
    for how in ("401", "500", "page", "204", "redirect loop", "drop", "reset", "silent")
    if method != "notifications/initialized" or how not in ("drop", "reset", "silent")
]


@pytest.mark.parametrize(("method", "how"), BESIDE)
def test_what_is_beside_the_calls_may_fail(web, connect, monkeypatch, method, how):
    """The side stream, the word that all is ready, the farewell: no call suffers, closing ends."""
    monkeypatch.setattr(session_module, "CLOSE_TIMEOUT_S", 0.3)
    server = web("legacy")
    server.plan[method] = how
    connection = connect(server.url, name="web")

    texts = [connection.call("good", timeout=5).text for _ in range(2)]
    connection.close()

    assert texts == ["fine"] * 2
    assert connection.state == "closed"
    assert tasks() == []


@pytest.mark.parametrize("how", ["drop", "reset", "silent"])
def test_a_handshake_whose_last_word_is_not_heard_is_a_connect_error(web, connect, monkeypatch, how):
    """`notifications/initialized` is a request over HTTP, too."""
    monkeypatch.setattr(session_module, "CONNECT_TIMEOUT_S", 1.0 if how == "silent" else 20.0)
    server = web("legacy")
    server.plan["notifications/initialized"] = how

    assert fails(connect, server, WORDS[how], monkeypatch)


def test_a_port_on_which_nobody_listens_is_named(connect):
    """The address, and that nobody is there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    with pytest.raises(mcpn.ConnectError, match=r"(?i)refused|connection attempts failed|nobody") as caught:
        connect(f"http://127.0.0.1:{port}/mcp", name="web")

    assert is_clear(caught.value, f"127.0.0.1:{port}")


def test_a_name_that_does_not_exist_is_named(connect):
    """RFC 6761: `.invalid` never resolves."""
    with pytest.raises(mcpn.ConnectError, match=r"(?i)name|nodename|resol|address") as caught:
        connect("http://mcp.invalid/mcp", name="web")

    assert is_clear(caught.value, "http://mcp.invalid/mcp")


def test_https_to_a_server_without_it_is_named(web, connect):
    """The usual slip of the pen: the error speaks of TLS."""
    server = web()

    with pytest.raises(mcpn.ConnectError, match=r"(?i)ssl|tls|https") as caught:
        connect(server.url.replace("http", "https", 1), name="web")

    assert is_clear(caught.value, "https://127.0.0.1")


@contextmanager
def answering(greeting: bytes):
    """Listen, say *greeting* to whoever comes, and hang up; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    with listener.accept()[0] as peer, suppress(ConnectionError):
                        peer.sendall(greeting)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(100_000):
                            pass

        threading.Thread(target=accept, name="web", daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01\x00\x02\x02\x16"])
def test_what_speaks_no_http_is_a_connect_error(connect, greeting):
    """It hangs up, it is another service, it wants TLS: not our protocol, and said at once."""
    with answering(greeting) as port, pytest.raises(mcpn.ConnectError) as caught:
        connect(f"http://127.0.0.1:{port}/mcp", name="web")

    assert is_clear(caught.value, f"http://127.0.0.1:{port}/mcp")
