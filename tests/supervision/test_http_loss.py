"""An HTTP server that dies, comes back, forgets its sessions: said at the call, mended at the next one."""

from __future__ import annotations

import pytest

import mcp_notebook as mcpn

from ..client.ways import reaches
from .clarity import fine_or_lost, is_clear
from .residue import bars, tasks
from .test_http_call_endings import ERAS, PATIENCE_S

LOST = (mcpn.ConnectionLostError, mcpn.ConnectError)
NOBODY = r"(?i)refused|connection attempts failed|nobody|connection"


@pytest.mark.parametrize("era", ERAS)
def test_a_server_that_is_killed_in_mid_call_is_lost_until_it_is_back(web_process, connect, era):
    """All its calls end, the next one says that nobody is there, the one after its return works."""
    server = web_process(era)
    connection = connect(server.url, name="web")
    calls = [connection.start("work", {"how": "wait"}, timeout=60) for _ in range(3)]
    for call in calls:
        reaches(call, 1)
    server.kill()

    for call in calls:
        with pytest.raises(mcpn.ConnectionLostError) as caught:
            call.result(PATIENCE_S)
        assert is_clear(caught.value, "work")
        assert (call.status, call.progress.progress) == ("failed", 1)
    assert connection.state == "lost"
    with pytest.raises(LOST, match=NOBODY) as caught:
        connection.call("good", timeout=20)
    assert is_clear(caught.value, f"127.0.0.1:{server.port}")
    assert connection.state == "lost"

    web_process(era, server.port)
    assert connection.call("good", timeout=20).text == "fine"
    assert connection.state == "open"


@pytest.mark.parametrize("era", ERAS)
def test_a_server_that_is_killed_between_calls_is_lost_at_the_next(web_process, connect, era):
    """Nothing can be seen before; the error names what happened, and each later call tries anew."""
    server = web_process(era)
    connection = connect(server.url, name="web")
    assert connection.call("good", timeout=20).text == "fine"
    server.kill()

    for _ in range(3):
        with pytest.raises(LOST, match=NOBODY) as caught:
            connection.call("good", timeout=20)
        assert is_clear(caught.value)
    assert connection.state == "lost"
    assert bars() == ()

    web_process(era, server.port)
    assert connection.call("good", timeout=20).text == "fine"


@pytest.mark.parametrize("era", ERAS)
def test_a_server_that_came_back_between_calls_is_reached_again(web, connect, era):
    """The same port, no memory of us: at most the first call is lost, and says so."""
    server = web(era)
    connection = connect(server.url, name="web")
    assert connection.call("good", timeout=20).text == "fine"
    server.stop()
    web(era, port=server.port)

    assert fine_or_lost(lambda: connection.call("good", timeout=20), "good")
    assert connection.call("good", timeout=20).text == "fine"
    assert connection.state == "open"


@pytest.mark.parametrize("times", [1, 3])
def test_a_session_that_the_server_has_forgotten_is_begun_anew(web, connect, times):
    """Streamable HTTP, session management: a 404 with a session id asks for a new `initialize`."""
    server = web("legacy")
    connection = connect(server.url, name="web")

    for _ in range(times):
        server.sessions.clear()
        if fine_or_lost(lambda: connection.call("good", timeout=20), "good") == "lost":
            assert connection.state == "lost"
        assert connection.call("good", timeout=20).text == "fine"
    assert server.asked("initialize") == 1 + times


def test_calls_in_flight_at_the_end_of_a_session_end_too(web, connect):
    """They go on or are lost; those that come after share one new session."""
    server = web("legacy")
    connection = connect(server.url, name="web")
    waiting = [connection.start("work", {"how": "wait"}, timeout=60) for _ in range(4)]
    for call in waiting:
        reaches(call, 1)
    server.sessions.clear()

    late = [connection.start("good", timeout=30) for _ in range(6)]
    for call in late:
        assert fine_or_lost(lambda call=call: call.result(PATIENCE_S), "good")
    server.release.set()
    for call in waiting:
        assert fine_or_lost(lambda call=call: call.result(PATIENCE_S), "work")

    assert [r.text for r in connection.map("good", [{}] * 6, timeout=20)] == ["fine"] * 6
    assert server.asked("initialize") == 2


def test_a_token_that_has_expired_fails_every_call_in_the_same_words(web, connect):
    """HTTP 401 again and again; once the server takes the token, the calls work."""
    server = web()
    connection = connect(server.url, name="web", headers={"Authorization": "Bearer mine"})
    server.plan["*"] = "401"

    for _ in range(3):
        with pytest.raises(mcpn.MCPNotebookError, match="HTTP 401 Unauthorized") as caught:
            connection.call("good", timeout=20)
        assert is_clear(caught.value)

    server.plan.clear()
    assert connection.call("good", timeout=20).text == "fine"


@pytest.mark.parametrize("era", ERAS)
def test_a_lost_server_that_is_mute_when_it_is_reached_again_is_given_up(web, connect, monkeypatch, era):
    """Reconnecting has the bounds of connecting, and those of the call."""
    server = web(era)
    connection = connect(server.url, name="web")
    with pytest.raises(mcpn.ConnectionLostError):
        connection.call("work", how="reset", timeout=20)
    server.plan["*"] = "silent"

    with pytest.raises((*LOST, mcpn.CallTimeoutError)):
        connection.call("good", timeout=0.4)
    assert bars() == ()

    server.plan.clear()
    assert connection.call("good", timeout=20).text == "fine"


@pytest.mark.parametrize("how", ["silent", "drop", "reset", "401", "500", "page", "404"])
def test_a_cancel_that_does_not_arrive_harms_no_later_call(web, connect, how):
    """The older revisions cancel with a request of its own, which may fare badly as any other."""
    server = web("legacy")
    connection = connect(server.url, name="web")
    server.plan["notifications/cancelled"] = how
    call = connection.start("work", {"how": "report and stay silent"}, timeout=30)
    reaches(call, 3)

    call.cancel()

    with pytest.raises(mcpn.CallCancelledError):
        call.result(PATIENCE_S)
    assert server.until(lambda: server.asked("notifications/cancelled") == 1)
    assert connection.call("good", timeout=5).text == "fine"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("how", ["silent", "report and stay silent", "endless json", "endless drip"])
def test_closing_in_mid_call_is_quick_and_leaves_nothing(web, connect, era, how):
    """Whatever the server is doing; the call says that it was cancelled."""
    server = web(era)
    connection = connect(server.url, name="web")
    call = connection.start("work", {"how": how}, timeout=60)
    assert server.until(lambda: server.asked("tools/call") == 1)

    connection.close()

    with pytest.raises(mcpn.MCPNotebookError):
        call.result(PATIENCE_S)
    assert (tasks(), bars()) == ([], ())
    with pytest.raises(mcpn.MCPNotebookError, match="closed"):
        connection.call("good")
