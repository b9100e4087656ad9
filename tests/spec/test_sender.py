"""The kernel's server as the specification sees it: what it sends for a request, on the raw wire of both eras."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

import mcp_notebook as mcpn
from mcp_notebook.reporting.reporter import Reporter
from mcp_notebook.tracking.fold import Reading

from .cells import Gate, loop, serving, working
from .listening import ERAS, PATIENCE_S
from .wire import NONE, Exchange, Wire, client

BLINK_S = 0.35
"""s that a request is kept waiting so that the loops have been looked at several times"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server of this process."""
    with serving(tmp_path_factory.mktemp("runtime")) as server:
        yield server


@pytest.fixture(params=ERAS)
def era(request):
    """Which revision the client speaks: 2026-07-28, or 2025-11-25."""
    return request.param


@pytest.fixture
def wire(server, era) -> Iterator[Wire]:
    """A raw client."""
    with client(era, server) as wire:
        yield wire


def blink(wire: Wire, label: str) -> dict:
    """Watch a loop for a moment without asking for progress: meanwhile it is looked at several times."""
    return wire.call("watch_loop", {"loop": label, "wait_s": BLINK_S}).end()


def watched(wire: Wire, label: str, token: object = "token", wait_s: float = PATIENCE_S, **more) -> Exchange:
    """Begin to watch a loop, and read the first report."""
    exchange = wire.call("watch_loop", {"loop": label, "wait_s": wait_s}, token, **more)
    exchange.reaches(0)
    return exchange


# tokens


TOKENS = ("abc123", 7, 0, -3, "7", "", "größe 🎉", 2**53)


@pytest.mark.spec(
    "progress.original-token", "progress.token-free", "progress.either-side", "progress.may-send"
)
@pytest.mark.parametrize("token", TOKENS)
def test_progress_comes_under_the_very_token_that_was_given(wire, token):
    """Text stays text and a number a number, however odd: it is the client's to choose."""
    with working(loop("odd")) as gate:
        exchange = watched(wire, "odd", token)
        gate.open()
        exchange.end()

    tokens = [params["progressToken"] for params in exchange.progress]
    assert tokens
    assert {(type(one), one) for one in tokens} == {(type(token), token)}


@pytest.mark.spec("progress.opt-in", "progress.active-request")
@pytest.mark.parametrize(
    "token",
    [NONE, None, True, 1.5, ["a"], {"a": 1}],
    ids=["none", "null", "true", "1.5", "list", "object"],
)
def test_a_request_without_a_token_gets_no_progress(wire, token):
    """Neither does one whose token is no token; a request beside it that has one is told alone."""
    with working(loop("quiet")) as gate:
        loud = watched(wire, "quiet", "loud")
        silent = wire.call("watch_loop", {"loop": "quiet", "wait_s": PATIENCE_S}, token)
        gate.let()
        loud.reaches(1)
        gate.open()
        silent.until(lambda m: "id" in m)
        loud.end()

    assert silent.progress == []
    assert {params["progressToken"] for params in loud.progress} == {"loud"}


@pytest.mark.spec("progress.original-token", "progress.track", "http.related", "http.one-stream")
def test_two_watchers_at_once_each_have_their_own_loop_under_their_own_token(wire):
    """On the streams of their own requests, whichever moves."""
    with working(loop("left")) as left, working(loop("right")) as right:
        one, other = watched(wire, "left", "l"), watched(wire, "right", "r")
        for step in (1, 2):
            left.let()
            one.reaches(step)
        right.let()
        other.reaches(1)
        left.open()
        one.end()
        right.open()
        other.end()

    for exchange, token, label in ((one, "l", "left"), (other, "r", "right")):
        assert {params["progressToken"] for params in exchange.progress} == {token}
        assert all(params["message"].startswith(f"{label} ") for params in exchange.progress)
        assert exchange.values[-1] == 5


@pytest.mark.spec("progress.track", "http.related")
def test_two_clients_that_chose_the_same_token_are_kept_apart(server, era):
    """Tokens are unique for one client only; even the ids of their requests are the same."""
    with (
        client(era, server) as here,
        client(era, server) as there,
        working(loop("left")) as left,
        working(loop("right")) as right,
    ):
        one, other = watched(here, "left", 1, n=77), watched(there, "right", 1, n=77)
        left.let(2)
        one.reaches(2)
        right.open()
        other.end()
        left.open()
        one.end()

    assert all(params["message"].startswith("left ") for params in one.progress)
    assert all(params["message"].startswith("right ") for params in other.progress)


# values


@pytest.mark.spec("progress.increase", "progress.value", "progress.message")
def test_every_report_is_above_the_one_before(wire):
    """Also where the work goes back or stands still: then nothing is told until it is further than ever."""

    def body(gate):
        with mcpn.track(total=10, label="restless") as bar:
            for value in (5, 5, 2, 4.5, 7):
                gate.wait()
                bar.set(value, message=f"at {value}")
            gate.wait()

    with working(body) as gate:
        exchange = watched(wire, "restless")
        gate.let()
        exchange.reaches(5)
        for _ in range(3):
            gate.let()
            blink(wire, "restless")
        gate.let()
        exchange.reaches(7)
        gate.open()
        exchange.end()

    assert exchange.values == [0, 5, 7]
    assert all(params["total"] == 10 for params in exchange.progress)
    assert exchange.progress[1]["message"].endswith("at 5")


@pytest.mark.spec("progress.increase", "progress.value", "progress.total")
def test_the_loops_of_one_request_add_up(wire):
    """A function that loops twice never begins again: its second loop goes on where the first has ended."""
    gate = Gate()

    @mcpn.tool(thread=True)
    def twice() -> str:
        """Loop, and loop again."""
        for label in ("one", "two"):
            for _ in mcpn.track(range(3), label):
                gate.wait()
        return "both"

    exchange = wire.call("twice", token="token")
    exchange.reaches(0)
    for step in range(1, 6):
        gate.let()
        exchange.reaches(step)
    gate.open()
    answer = exchange.end()

    assert "both" in answer["result"]["content"][0]["text"]
    assert exchange.values == [0, 1, 2, 3, 4, 5, 6]
    assert [params["total"] for params in exchange.progress][-1] == 6


@pytest.mark.spec("progress.float", "progress.increase", "schema.numbers")
def test_nested_loops_are_told_as_fractions_that_increase(wire):
    """Of the outermost: four inner steps are a quarter each, and beginning an inner loop anew loses nothing."""

    def body(gate):
        for _ in mcpn.track(range(2), "outer"):
            for _ in mcpn.track(range(4), "inner"):
                gate.wait()

    with working(body) as gate:
        exchange = watched(wire, "outer")
        for step in range(1, 8):
            gate.let()
            exchange.reaches(step / 4)
        gate.open()
        exchange.end()

    assert exchange.values == [step / 4 for step in range(9)]
    assert all(params["total"] == 2 for params in exchange.progress)


@pytest.mark.spec("progress.total", "progress.omit-total", "progress.increase")
def test_an_unknown_total_is_left_out(wire):
    """Not zero, not null: the key is not there; the count goes on increasing."""
    with working(loop("endless", iter(range(3)), total=None)) as gate:
        exchange = watched(wire, "endless")
        gate.let()
        exchange.reaches(1)
        gate.open()
        exchange.end()

    assert exchange.values in ([0, 1, 3], [0, 1, 2, 3])
    assert not any("total" in params for params in exchange.progress)


@pytest.mark.spec("schema.numbers", "progress.total")
@pytest.mark.parametrize(
    "total",
    [float("nan"), float("inf"), 0, -5, "many", pytest.param(10**400, id="10**400")],
)
def test_a_total_that_is_none_is_never_told(wire, total):
    """Whatever the notebook says, the wire carries JSON numbers, or no total at all."""

    def body(gate):
        with mcpn.track(total=total, label="odd total") as bar:
            gate.wait()
            bar.update(1)
            gate.wait()

    with working(body) as gate:
        exchange = watched(wire, "odd total")
        gate.let()
        exchange.reaches(1)
        gate.open()
        exchange.end()

    assert exchange.values == [0, 1]
    assert not any("total" in params for params in exchange.progress)


@pytest.mark.spec("schema.numbers", "progress.increase")
@pytest.mark.parametrize("amount", [float("nan"), float("inf"), pytest.param(10**400, id="10**400")])
def test_a_count_that_is_no_number_is_never_told(wire, amount):
    """The last value stands; `strict` would refuse the message."""

    def body(gate):
        with mcpn.track(total=9, label="odd count") as bar:
            bar.update(3)
            gate.wait()
            bar.update(amount)
            gate.wait()

    with working(body) as gate:
        exchange = watched(wire, "odd count")
        gate.let()
        blink(wire, "odd count")
        gate.open()
        exchange.end()

    assert exchange.values == [3]


@pytest.mark.spec("progress.readable-message", "progress.message")
def test_a_message_is_one_line_that_says_it_all(wire):
    """Label, count, percentage and the cell's own words; at most 200 characters, nothing that steers a terminal."""
    rude = "load\x1b[31m\n" + "long " * 100

    def body(gate):
        with mcpn.track(total=8, label="fit\nmodel") as bar:
            bar.set(2, message="loss 0.12")
            gate.wait()
            bar.set(4, message=rude)
            gate.wait()

    with working(body) as gate:
        exchange = wire.call("watch_loop", {"wait_s": PATIENCE_S}, "token")
        exchange.reaches(2)
        gate.let()
        exchange.reaches(4)
        gate.open()
        exchange.end()

    first, *rest = [params["message"] for params in exchange.progress]
    assert all(part in first for part in ("fit model", "2/8", "25 %", "loss 0.12"))
    for message in (first, *rest):
        assert len(message) <= 200
        assert message.isprintable()
    assert any("load" in message for message in rest)


# how often


@pytest.mark.spec("progress.rate-limit")
def test_a_loop_that_rushes_is_told_ten_times_a_second(wire):
    """Judged by the loop's own clock: a first and a last report, and ten for each second between them."""
    enough = threading.Event()

    def body(gate):
        gate.wait()
        for _ in mcpn.track(itertools.count(), "rush"):
            if enough.is_set():
                break

    exchange = wire.call("watch_loop", {"wait_s": PATIENCE_S, "cursor": None}, "token")
    with working(body) as gate:
        gate.open()
        exchange.until(lambda _: len(exchange.progress) >= 12)
        enough.set()
        answer = exchange.end()

    seconds = answer["result"]["structuredContent"]["elapsed_s"]
    assert len(exchange.progress) <= 10 * seconds + 2


@pytest.mark.spec("progress.rate-limit")
def test_a_reporter_that_is_asked_all_the_time_tells_ten_times_a_second():
    """Whoever asks it, and however often; the end is told all the same."""
    reporter = Reporter()

    told = [n for n in range(10_000) if reporter.offer(Reading(n + 1, None, ("x",)), n / 1000) is not None]
    end = reporter.offer(Reading(10_001, None, ("x",)), 10.0, last=True)

    assert 90 <= len(told) <= 106
    assert end.progress == 10_001


@pytest.mark.spec("schema.numbers")
@pytest.mark.parametrize(
    ("progress", "total", "told"),
    [
        (float("inf"), None, None),
        (float("nan"), 5.0, None),
        (1.0, 4.0, (1.0, 4.0)),
        pytest.param(1.0, float("inf"), (1.0, None)),
        pytest.param(1e300, 1e-300, (1e300, 1e-300)),
    ],
)
def test_a_reporter_tells_finite_numbers_or_nothing(progress, total, told):
    """Sums and quotients of what is finite need not be."""
    report = Reporter().offer(Reading(progress, total, ("x",)), 0.0)

    assert (report and (report.progress, report.total)) == told


@pytest.mark.spec("schema.numbers")
def test_a_share_beyond_all_numbers_breaks_no_answer(wire):
    """Both values are finite, their quotient is not: it is listed, watched and answered all the same."""

    def body(gate):
        with mcpn.track(total=1e-300, label="beyond") as bar:
            bar.set(1e300)
            gate.wait()

    with working(body):
        watch = wire.call("watch_loop", {"loop": "beyond", "wait_s": 0}, "token").end()
        listing = wire.call("list_loops").end()

    assert watch["result"]["structuredContent"]["progress"] == 1e300
    assert "beyond" in listing["result"]["content"][0]["text"]


# the end


@pytest.mark.spec(
    "progress.stop",
    "progress.in-progress",
    "http.before-response",
    "http.response",
    "http.terminate",
    "cancel.server-silent",
    "progress.server-only",
)
def test_the_response_is_the_last_word_and_the_last_value_comes_before_it(wire):
    """The stream holds nothing but progress, then one response, then its end."""
    with working(loop("short")) as gate:
        exchange = watched(wire, "short")
        gate.let(2)
        exchange.reaches(2)
        gate.open()
        exchange.end()

    *before, response = exchange.seen
    assert exchange.kind == "text/event-stream"
    assert {message["method"] for message in before} == {"notifications/progress"}
    assert exchange.values[-1] == response["result"]["structuredContent"]["progress"] == 5


@pytest.mark.spec(
    "progress.stop", "progress.active-request", "http.get-stream", "http.no-listen", "http.one-stream"
)
def test_progress_is_only_on_the_stream_of_its_request_and_ends_with_it(wire):
    """The loop goes on after the answer; what listens to everything else hears of it in no way."""
    listening = wire.listen()
    with working(loop("long")) as gate:
        exchange = watched(wire, "long", wait_s=BLINK_S)
        gate.let()
        exchange.reaches(1)
        answer = exchange.end()
        gate.let(2)
        blink(wire, "long")
        gate.open()

    @mcpn.tool
    def afterwards() -> None:
        """The listening stream is alive: it hears of this."""

    listening.until(lambda m: m.get("method") == "notifications/tools/list_changed")
    assert answer["result"]["structuredContent"]["status"] == "running"
    assert exchange.values == [0, 1]
    assert listening.progress == []


# cancelling


def endless() -> tuple[Gate, list[str]]:
    """Register a tool that counts until it is stopped; return its gate, and where it writes how it ended."""
    gate, ended = Gate(), []

    @mcpn.tool(thread=True)
    def endless() -> None:
        """Count."""
        try:
            for _ in mcpn.track(range(1000), "endless"):
                gate.wait()
        except mcpn.LoopStopped:
            ended.append("stopped")
            raise
        else:
            ended.append("done")
        finally:
            over.set()

    over = gate.over = threading.Event()
    return gate, ended


@pytest.mark.spec("cancel.http-close", "cancel.receivers-stop")
@pytest.mark.parametrize("era", ["modern"], indirect=True)
def test_closing_the_response_stream_cancels_the_call(wire):
    """The function's loop is stopped at its next item; a loop that was only watched goes on."""
    gate, ended = endless()
    call = wire.call("endless", token="token")
    call.reaches(0)
    with working(loop("only watched")) as other:
        watch = watched(wire, "only watched")
        watch.hang_up()
        call.hang_up()
        stop_reaches("endless")
        gate.let()
        assert gate.over.wait(PATIENCE_S)
        other.open()

    gate.open()
    assert ended == ["stopped"]
    assert status("only watched") == "done"


@pytest.mark.spec("http.disconnect")
@pytest.mark.parametrize("era", ["legacy"], indirect=True)
def test_before_the_newest_revision_a_lost_connection_cancels_nothing(wire):
    """The function runs to its end."""
    gate, ended = endless()
    call = wire.call("endless", token="token")
    call.reaches(0)

    call.hang_up()
    gate.let()
    blink(wire, "endless")
    gate.open()

    assert gate.over.wait(PATIENCE_S)
    assert ended == ["done"]


@pytest.mark.spec("cancel.receivers-stop")
@pytest.mark.parametrize("era", ["legacy"], indirect=True)
def test_a_cancelled_request_is_stopped_and_says_no_more_than_that(wire):
    """No progress, no result; the SDK's word that it was cancelled ends the stream, which nothing else can then."""
    gate, ended = endless()
    call = wire.call("endless", token="token")
    call.reaches(0)

    assert wire.tell("notifications/cancelled", {"requestId": call.id, "reason": "enough"}) == 202
    last = call.end()
    stop_reaches("endless")
    gate.let()
    assert gate.over.wait(PATIENCE_S)

    assert ended == ["stopped"]
    assert call.values == [0]
    assert (last.get("result"), last["error"]["message"]) == (None, "Request cancelled")


@pytest.mark.spec("cancel.races", "cancel.invalid")
def test_a_cancel_of_what_is_not_there_changes_nothing(wire):
    """Unknown, ended, malformed: accepted, and what is open goes on."""
    ended = wire.call("list_loops")
    ended.end()
    with working(loop("unhurt")) as gate:
        exchange = watched(wire, "unhurt")
        for params in ({"requestId": ended.id}, {"requestId": "nobody"}, {"requestId": None}, {}):
            wire.tell("notifications/cancelled", params)
        gate.let()
        exchange.reaches(1)
        gate.open()
        answer = exchange.end()

    assert answer["result"]["structuredContent"]["status"] == "done"
    assert exchange.values[-1] == 5


def stop_reaches(label: str) -> None:
    """Wait, within a bound, until the running loop *label* has been asked to stop."""
    from mcp_notebook.runtime import runtime

    for _ in range(2000):
        if any(one.stopping is not None for one in runtime().loops.running() if one.label == label):
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{label} was never asked to stop")


def status(label: str) -> str:
    """Return how the newest loop *label* stands."""
    return [view.status for view in mcpn.loops() if view.label == label][-1]


# tasks


@pytest.mark.spec("task.token", "task.same-token", "task.stop")
def test_a_request_is_never_turned_into_a_task(wire):
    """Nothing is offered, and a client that asks all the same has its progress and its result in one piece."""
    tools = wire.ask("tools/list")["result"]["tools"]
    with working(loop("no task")) as gate:
        exchange = wire.call("watch_loop", {"loop": "no task"}, "token", task={"ttl": 60_000})
        exchange.reaches(0)
        gate.open()
        answer = exchange.end()

    assert "tasks" not in wire.about["capabilities"]
    assert not any((tool.get("execution") or {}).get("taskSupport") for tool in tools)
    assert "task" not in answer["result"]
    assert answer["result"]["structuredContent"]["status"] == "done"


# HTTP


@pytest.mark.spec("http.no-buffering")
def test_a_stream_asks_proxies_not_to_hold_it_back(wire):
    """Progress that arrives with the result is none."""
    with working(loop("through a proxy")) as gate:
        exchange = watched(wire, "through a proxy")
        gate.open()
        exchange.end()

    assert exchange.kind == "text/event-stream"
    assert exchange.headers["x-accel-buffering"] == "no"
