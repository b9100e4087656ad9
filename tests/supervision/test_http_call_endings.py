"""A call whose HTTP request ends badly: one clear line, in good time, and a connection that goes on."""

from __future__ import annotations

import pytest

import mcp_notebook as mcpn

from ..client.ways import reaches
from .clarity import fine_or_lost, is_clear

ERAS = ("modern", "legacy")
PATIENCE_S = 30.0

REFUSED = {
    "401": "HTTP 401 Unauthorized",
    "403": "HTTP 403 Forbidden",
    "404": "HTTP 404 Not Found",
    "405": "HTTP 405 Method Not Allowed",
    "429": "HTTP 429 Too Many Requests",
    "500": "HTTP 500 Internal Server Error",
    "503": "HTTP 503 Service Unavailable",
    "202": "202 Accepted",
    "204": "204 No Content",
    "page": "text/html",
    "text": "text/plain",
    "empty": "(?i)empty|no answer|not JSON|not a message",
    "cut json": "(?i)JSON|not a message",
    "redirect elsewhere": "HTTP 307 Temporary Redirect.*http://127.0.0.1:",
    "found elsewhere": "HTTP 302 Found.*http://127.0.0.1:",
    "redirect to https": "HTTP 307 Temporary Redirect.*https://127.0.0.1:9/mcp",
    "redirect loop": "(?i)redirect",
    "found here": "HTTP 302 Found.*http://127.0.0.1:",
    "gzip": "(?i)gzip",
    "huge": "(?i)body of over|too large|100",
    "an error": "quota used up",
}
"""the server has answered, and not with a result"""

BROKEN = (
    "drop",
    "drop after headers",
    "drop after progress",
    "drop in event",
    "drop in json",
    "no answer",
    "reset",
    "reset after progress",
    "cut and resumed",
)
"""the connection broke before the answer was there"""

WELL = ("redirect here", "drip")
"""unusual, and an answer all the same"""

SILENT = ("silent", "endless json", "endless drip", "length too long", "report and stay silent")
"""nothing that could be seen happens: the call's own timeout ends it"""


def opened(web, connect, era):
    """Return a server, a connection to it, and a call in flight on it."""
    server = web(era)
    server.elsewhere = web().url + "?key=of-theirs"
    connection = connect(server.url, name="web")
    other = connection.start("work", {"how": "wait"}, timeout=60)
    reaches(other, 1)
    return server, connection, other


def goes_on(server, connection, other):
    """Return whether the call beside it ends, clearly, and the next one works."""
    server.release.set()
    assert fine_or_lost(lambda: other.result(PATIENCE_S), "work")
    assert connection.call("good", timeout=20).text == "fine"
    assert connection.state == "open"
    return True


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", REFUSED)
def test_a_call_that_is_answered_without_a_result_says_with_what(web, connect, era, how):
    """Status and phrase, kind, coding or size of the content, or where it was sent: on one line; the next call works."""
    server, connection, other = opened(web, connect, era)
    call = connection.start("work", {"how": how}, timeout=20)

    with pytest.raises((mcpn.ToolError, mcpn.ConnectionLostError), match=REFUSED[how]) as caught:
        call.result(PATIENCE_S)

    assert is_clear(caught.value, "work")
    assert call.status == "failed"
    assert "of-theirs" not in str(caught.value)
    assert goes_on(server, connection, other)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", BROKEN)
def test_a_call_whose_connection_breaks_is_lost_and_says_so(web, connect, era, how):
    """At once, whenever it breaks; the bar stands where it was, the next call works."""
    server, connection, other = opened(web, connect, era)
    call = connection.start("work", {"how": how}, timeout=20)

    with pytest.raises(
        mcpn.ConnectionLostError, match=r"(?i)connection|disconnected|stream ended|without"
    ) as caught:
        call.result(PATIENCE_S)

    assert is_clear(caught.value, "work")
    reported = how in ("drop after progress", "drop in event", "no answer", "reset after progress")
    assert (call.status, call.progress.progress) == ("failed", 3 if reported else 0)
    assert goes_on(server, connection, other)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", WELL)
def test_a_call_that_is_answered_in_an_unusual_way_has_its_result(web, connect, era, how):
    """Moved within the server, byte by byte."""
    server, connection, other = opened(web, connect, era)

    text = connection.call("work", {"how": how}, timeout=60).text

    assert text == "fine"
    assert goes_on(server, connection, other)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", SILENT)
def test_a_call_that_is_never_answered_ends_with_its_timeout_and_the_server_learns_it(web, connect, era, how):
    """The request is cancelled as its revision has it, the connection goes on."""
    server, connection, other = opened(web, connect, era)
    call = connection.start("work", {"how": how}, timeout=0.3)

    with pytest.raises(mcpn.CallTimeoutError, match=r"silent for .* \(timeout=0\.3\)") as caught:
        call.result(PATIENCE_S)

    assert is_clear(caught.value, "work")
    assert call.status == "timed out"
    if era == "legacy":
        assert server.until(lambda: server.asked("notifications/cancelled") == 1)
    else:
        assert server.until(lambda: server.hung_up)
    assert goes_on(server, connection, other)


@pytest.mark.parametrize("how", ["silent", "endless json"])
def test_an_older_server_that_ignores_the_cancel_is_not_listened_to_any_more(web, connect, how):
    """What was given up is not read on: a stream without an end would fill the memory."""
    server, connection, _ = opened(web, connect, "legacy")
    call = connection.start("work", {"how": how}, timeout=0.2)

    with pytest.raises(mcpn.CallTimeoutError):
        call.result(PATIENCE_S)

    assert server.until(lambda: server.asked("notifications/cancelled") == 1)
    assert server.until(lambda: server.hung_up, 2)


@pytest.mark.parametrize("status", [401, 404, 503])
def test_an_older_server_without_sessions_is_refused_in_the_same_words(web, connect, status):
    """No session, nothing lost: the status is what there is to say."""
    server = web("legacy", sessions=False)
    connection = connect(server.url, name="web")

    with pytest.raises(mcpn.MCPNotebookError, match=f"HTTP {status}") as caught:
        connection.call("work", how=str(status), timeout=20)

    assert is_clear(caught.value, "work")
    assert connection.call("good", timeout=20).text == "fine"


def test_nothing_is_sent_to_where_a_redirect_leads(web, connect):
    """Another origin gets neither the arguments nor the token."""
    server, thief = web(), web()
    server.elsewhere = thief.url
    connection = connect(server.url, name="web", headers={"Authorization": "Bearer mine"})

    for how in ("redirect elsewhere", "found elsewhere"):
        with pytest.raises(mcpn.MCPNotebookError):
            connection.call("work", how=how, timeout=20)

    assert thief.seen == []
    assert server.seen[-1].headers["authorization"] == "Bearer mine"


@pytest.mark.parametrize("era", ERAS)
def test_many_calls_at_once_end_each_in_its_own_way(web, connect, era):
    """Refused ones among good ones: nobody takes another's answer, none hangs."""
    server = web(era)
    connection = connect(server.url, name="web")
    hows = ["500", "good", "page", "good", "an error", "drip", "401", "good"] * 4
    calls = [connection.start("work", {"how": how, "say": f"{n}"}, timeout=30) for n, how in enumerate(hows)]

    for n, (how, call) in enumerate(zip(hows, calls, strict=True)):
        if how in REFUSED:
            with pytest.raises(mcpn.MCPNotebookError):
                call.result(PATIENCE_S)
        else:
            assert call.result(PATIENCE_S).text == str(n)
    assert [r.text for r in connection.map("good", [{}] * 6, timeout=20)] == ["fine"] * 6
    assert connection.state == "open"


@pytest.mark.parametrize("era", ERAS)
def test_when_one_connection_breaks_the_calls_beside_it_end(web, connect, era):
    """They go on or are lost, clearly; ten of them, and none hangs."""
    server = web(era)
    connection = connect(server.url, name="web")
    calls = [connection.start("work", {"how": "wait"}, timeout=60) for _ in range(10)]
    for call in calls:
        reaches(call, 1)

    with pytest.raises(mcpn.ConnectionLostError):
        connection.call("work", how="reset", timeout=20)
    server.release.set()

    for call in calls:
        assert fine_or_lost(lambda call=call: call.result(PATIENCE_S), "work")
    assert connection.map("good", [{}] * 5)[4].text == "fine"
