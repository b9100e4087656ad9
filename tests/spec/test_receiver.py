"""The client as the specification sees it: what it asks for, what it takes, what it puts on the wire."""

from __future__ import annotations

import json

import pytest

import mcp_notebook as mcpn
from mcp_notebook.client.limits import Limits
from mcp_notebook.notebook.bars import Bar
from mcp_notebook.progress import Tracker

from ..client.ways import reaches
from ..notebook.views import view_of
from .listening import ERAS, PATIENCE_S, REVISION, HttpListener, over_http, over_stdio

CANCELLED = "notifications/cancelled"


@pytest.fixture(params=ERAS)
def era(request):
    """Which handshake the server knows."""
    return request.param


@pytest.fixture
def listener(era):
    """A connection to a server over stdio that remembers what it was sent."""
    with mcpn.connect(over_stdio(era), name="listener") as connection:
        assert connection.protocol_version == REVISION[era]
        yield connection


def heard(connection, method=None):
    """Return every message that the server has heard so far, or the parameters of those of one *method*."""
    call = connection.calling.begin("work", {"do": "tell"}, connection.limits(), quiet=True)
    messages = json.loads(call.result(PATIENCE_S).text)
    return messages if method is None else [m.get("params") for m in messages if m["method"] == method]


def waiting(connection, **limits):
    """Return a call that has reported once, and is never answered."""
    call = connection.start("work", {"do": "wait"}, **limits)
    reaches(call, 1)
    return call


def cancelled(call):
    """Cancel *call*, and wait for its end."""
    assert call.cancel()
    with pytest.raises(mcpn.CallCancelledError):
        call.result(PATIENCE_S)


# tokens


@pytest.mark.spec("progress.opt-in", "progress.token-type")
def test_a_call_that_shows_progress_carries_its_token_in_the_meta_of_its_request(listener):
    """As text or a whole number, and only there: a quiet call asks for none."""
    listener.call("work", {"do": "count"})

    loud, quiet = heard(listener, "tools/call")
    token = loud["_meta"]["progressToken"]
    assert type(token) in (str, int)
    assert token not in ("", None)
    assert "progressToken" not in quiet.get("_meta", {})


@pytest.mark.spec("progress.token-unique")
def test_no_two_open_requests_share_a_token(listener):
    """As the server sees it: three calls that are all unanswered."""
    calls = [waiting(listener) for _ in range(3)]

    tokens = [params["_meta"]["progressToken"] for params in heard(listener, "tools/call")[:3]]

    assert len(set(tokens)) == 3
    for call in calls:
        cancelled(call)


@pytest.mark.spec("progress.float", "progress.total", "progress.value")
def test_fractions_arrive_as_they_were_sent(listener):
    """Values and totals are no whole numbers, and the last value passes the total."""
    call = listener.start("work", {"do": "count"})
    call.result(PATIENCE_S)

    assert [(e.progress, e.total) for e in call.events] == [(0.25, 1.5), (0.5, 1.5), (1.75, 1.5)]


@pytest.mark.spec("task.token", "task.same-token", "task.stop", "task.cancel")
def test_no_call_is_made_a_task(listener):
    """The server offers it; a client that never asks keeps every rule of tasks."""
    listener.call("work", {"do": "count"})

    for message in heard(listener):
        params = message.get("params") or {}
        assert "task" not in params
        assert "tasks" not in params.get("capabilities", {})
        assert not message["method"].startswith("tasks/")


@pytest.mark.spec("rounds.new-request", "progress.active-request", "progress.in-progress", "progress.track")
@pytest.mark.parametrize("era", ["modern"], indirect=True)
def test_between_two_rounds_of_a_call_its_token_says_nothing(listener):
    """The first request has been answered, the second is another one: it counts from the beginning."""
    call = listener.start("work", {"do": "round"})
    call.result(PATIENCE_S)

    first, second = [m for m in heard(listener) if m["method"] == "tools/call"][:2]
    assert first["id"] != second["id"]
    assert [e.progress for e in call.events] == [80, 10]
    assert call.progress.stage == 1


# cancelling


@pytest.mark.spec("cancel.notify", "cancel.only-own", "cancel.stdio")
def test_a_cancel_names_the_open_request_once(listener):
    """Not the others, not again, and not what has ended."""
    done = listener.start("work", {"do": "count"})
    done.result(PATIENCE_S)
    call, other = waiting(listener), waiting(listener)
    token = call.token

    cancelled(call)
    assert not call.cancel()
    assert not done.cancel()

    messages = heard(listener)
    (asked,) = [m for m in messages if m.get("params", {}).get("_meta", {}).get("progressToken") == token]
    assert [m["params"]["requestId"] for m in messages if m["method"] == CANCELLED] == [asked["id"]]
    cancelled(other)


@pytest.mark.spec("timeout.cancel")
def test_a_call_that_is_silent_for_too_long_is_cancelled_on_the_wire(listener):
    """Nobody waits for it any more, on either side."""
    call = listener.start("work", {"do": "wait"}, timeout=0.1)

    with pytest.raises(mcpn.CallTimeoutError):
        call.result(PATIENCE_S)

    (asked,) = [
        m["id"] for m in heard(listener) if (m.get("params") or {}).get("arguments") == {"do": "wait"}
    ]
    assert [params["requestId"] for params in heard(listener, CANCELLED)] == [asked]


@pytest.mark.spec("timeout.all")
def test_a_call_that_names_no_limit_has_two(listener, era):
    """Those of the process, which are finite; or those of its connection, which end it."""
    assert 0 < Limits().timeout < Limits().max_timeout < float("inf")
    assert listener.limits() == Limits()

    with (
        mcpn.connect(over_stdio(era), name="brief", timeout=0.1) as brief,
        pytest.raises(mcpn.CallTimeoutError, match=r"timeout=0\.1"),
    ):
        brief.call("work", {"do": "wait"})


@pytest.mark.spec("cancel.http-close", "http.cancel-notify")
def test_over_http_a_cancel_is_what_the_revision_says(era):
    """The newest one closes the response stream and says nothing; the one before sends a notification."""
    listener = HttpListener(era)
    with over_http(listener) as url, mcpn.connect(url, name="listener") as connection:
        assert connection.protocol_version == REVISION[era]
        cancelled(waiting(connection))
        if era == "modern":
            assert listener.hung_up.wait(PATIENCE_S)
        messages = heard(connection)

    (asked,) = [m["id"] for m in messages if (m.get("params") or {}).get("arguments") == {"do": "wait"}]
    told = [m["params"]["requestId"] for m in messages if m["method"] == CANCELLED]
    assert told == ([] if era == "modern" else [asked])


@pytest.mark.spec("cancel.shown")
def test_a_bar_says_that_its_call_is_being_cancelled():
    """From the click to the end, and not after it."""
    operation = Tracker().open("work")
    operation.cancel = lambda: None
    bar = Bar(view_of(operation).rows[0], None)

    bar._button.click()
    bar.update(view_of(operation).rows[0])
    meanwhile = bar._words.value
    operation.finish("cancelled")
    bar.finish(view_of(operation).rows[0])

    assert "cancelling" in meanwhile
    assert "cancelling" not in bar._words.value
    assert "cancelled" in bar._words.value


# HTTP


@pytest.mark.spec("http.both-answers", "progress.may-be-silent")
@pytest.mark.parametrize("stream", [True, False])
def test_a_call_is_answered_by_a_stream_or_by_one_object(era, stream):
    """One object carries no progress; the result is the same."""
    listener = HttpListener(era, stream=stream)
    with over_http(listener) as url, mcpn.connect(url, name="listener") as connection:
        call = connection.start("work", {"do": "count"})
        assert call.result(PATIENCE_S).text == "counted"

    assert call.progress.updates == (3 if stream else 0)
    assert call.status == "done"
