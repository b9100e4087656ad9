"""One contract over every way to reach a server: object, pipe, HTTP, transport, and the older revisions."""

from __future__ import annotations

import asyncio
import inspect

import pytest

import mcp_notebook as mcpn

from .ways import WAYS, in_a_loop, in_a_thread, reaches, target

HANDSHAKE = ("legacy",)
"""the ways that speak a revision before 2026-07-28"""


@pytest.fixture(scope="module", params=WAYS)
def way(request):
    """The name of the way."""
    return request.param


@pytest.fixture(scope="module")
def demo(way, demo_http):
    """A connection to a demo server, one for each way."""
    with mcpn.connect(target(way, demo_http), name=f"contract-{way}") as connection:
        yield connection


def reported(demo, tool, **arguments):
    """Call *tool*; return the call and the values that it reported."""
    call = demo.start(tool, **arguments)
    call.result(20)
    return call, [(e.progress, e.total) for e in call.events]


# results


def test_a_result_has_data_text_and_structure(demo):
    """A bare value is wrapped by the SDK and unwrapped by `data`."""
    result = demo.call("add", a=1, b=2)

    assert isinstance(result, mcpn.ToolResult)
    assert (result.data, result.text, result.structured) == (3, "3", {"result": 3})
    assert not result.is_error
    assert result.call.status == "done"


def test_arguments_come_as_mapping_keywords_or_both(demo):
    """Keywords win over the mapping."""
    assert demo.call("add", {"a": 1, "b": 2}).data == 3
    assert demo.call("add", {"a": 1, "b": 2}, b=5).data == 6
    assert demo.call("echo", text="ça va? 漢字 🎉").data == "ça va? 漢字 🎉"


def test_images_and_documents_arrive(demo):
    """Content blocks are not only text."""
    assert len(demo.call("draw_chart", values=[1, 2]).images) == 1
    assert demo.call("report").text.startswith("# Nightly run")


# progress


def test_a_percentage_ends_at_its_last_value(demo):
    """0 to 100 in fives, each once, in order."""
    call, values = reported(demo, "download_file", delay=0)

    assert values == [(p, 100) for p in range(0, 101, 5)]
    assert (call.progress.fraction, call.status) == (1.0, "done")


@pytest.mark.spec("progress.either-side", "progress.value", "progress.message")
def test_counts_end_at_their_total_with_their_messages(demo):
    """A report without a message keeps the one before."""
    call, values = reported(demo, "process_items", items=["a", "b", "c"], delay=0)

    assert values == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [e.message for e in call.events] == [f"processing {x}" for x in "abcc"]
    assert call.progress.updates == 4


@pytest.mark.spec("progress.omit-total")
def test_a_count_without_a_total_stays_without(demo):
    """Nothing is invented."""
    call, values = reported(demo, "scan_directory", files=7, delay=0)

    assert values == [(n, None) for n in range(1, 8)]
    assert (call.progress.total, call.progress.fraction) == (None, None)
    assert call.progress.message == "found file_0007.txt"


@pytest.mark.spec("progress.increase")
def test_stages_that_repeat_their_boundaries_never_go_back(demo):
    """25, 60 and 90 come twice: held, counted, in order."""
    call, values = reported(demo, "migrate_data", delay=0)

    assert [value for value, _ in values] == sorted(value for value, _ in values)
    assert values[-1] == (100, 100)
    assert (len(values), call.progress.repairs.held, call.progress.stage) == (24, 3, 0)


def test_absolute_counts_arrive(demo):
    """Tables done, of four."""
    assert reported(demo, "backup_database", delay=0)[1] == [(n, 4) for n in range(1, 5)]


def test_a_total_of_zero_is_unknown(demo):
    """What a server sends for an empty list divides nothing."""
    call, values = reported(demo, "process_items", items=[])

    assert values == [(0, None)]
    assert (call.status, call.progress.fraction, call.progress.repairs.totals) == ("done", None, 1)


@pytest.mark.spec("progress.may-be-silent")
def test_a_tool_that_reports_nothing_has_no_events(demo):
    """No progress is not progress of 0."""
    call, values = reported(demo, "wait_silently", seconds=0)

    assert (values, call.progress.updates, call.status) == ([], 0, "done")


# errors


def test_a_tools_error_carries_its_words_and_leaves_the_bar(demo):
    """The bar stands where the tool failed."""
    call = demo.start("fail", message="out of tea", after=2, delay=0)

    with pytest.raises(mcpn.ToolError, match="out of tea") as caught:
        call.result(20)

    assert caught.value.result.is_error
    assert (call.status, call.progress.progress, call.progress.total) == ("failed", 2, 10)
    assert demo.call("add", a=1, b=1).data == 2


def test_unknown_tools_are_refused_with_the_nearest_names(demo):
    """Nothing is started."""
    before = len(started())

    with pytest.raises(mcpn.UnknownToolError, match="did you mean 'download_file'"):
        demo.call("downlod_file")

    assert len(started()) == before


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("add", {"a": 1, "b": 2, "c": 3}, "c"),
        ("add", {"a": 1}, "b"),
        ("add", {"a": "one", "b": 2}, "a"),
        ("configure", {"mode": "slow"}, "mode"),
        ("configure", {"mode": "fast", "workers": 17}, "workers"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_sent(demo, tool, arguments, said):
    """Unknown, missing, ill-typed, out of bounds: no operation begins."""
    before = len(started())

    with pytest.raises(mcpn.ArgumentError, match=said):
        demo.call(tool, arguments)

    assert len(started()) == before


def started():
    """Return every operation that this process ever began."""
    from mcp_notebook.runtime import runtime

    tracker = runtime().tracker
    return tracker.running() + tracker.finished()


# time


@pytest.mark.spec("timeout.per-request")
def test_silence_ends_a_call(demo):
    """The error says that nothing was heard; the connection stays usable."""
    call = demo.start("wait_silently", seconds=60, timeout=0.05)

    with pytest.raises(mcpn.CallTimeoutError, match=r"was silent .*timeout=0\.05.*nothing was heard"):
        call.result(20)

    assert call.status == "timed out"
    assert demo.state == "open"
    assert demo.call("add", a=1, b=1).data == 2


@pytest.mark.spec("timeout.renew")
def test_progress_renews_the_timeout(demo):
    """Several times as long as the silence that is allowed, and never silent."""
    call, values = reported(demo, "count_slowly", to=25, delay=0.05, timeout=1.0)

    assert values[-1] == (25, 25)
    assert call.progress.elapsed > 1.0


@pytest.mark.spec("timeout.maximum")
def test_a_maximum_ends_a_call_that_reports(demo):
    """Whatever the progress; the error says what was last heard, and the server learns it."""
    call = demo.start("count_slowly", to=100_000, delay=0.01, timeout=30, max_timeout=0.3)

    with pytest.raises(mcpn.CallTimeoutError, match=r"max_timeout=0\.3 s; last heard: \d+/100000"):
        call.result(20)

    assert call.status == "timed out"
    assert demo.call("last_cancelled").data >= 1


@pytest.mark.parametrize("bad", [0, -1, float("nan"), "5", True, pytest.param(10**400, id="10**400")])
def test_a_limit_that_is_no_number_of_seconds_is_refused(demo, bad):
    """The error names the option."""
    with pytest.raises(mcpn.MCPNotebookError, match="max_timeout="):
        demo.call("add", a=1, b=1, max_timeout=bad)


def test_none_is_no_limit(demo):
    """Both limits can be taken away."""
    assert demo.call("add", a=1, b=1, timeout=None, max_timeout=None).data == 2


# cancel


def test_a_cancel_reaches_the_server(demo):
    """The server tells how far it had come; the bar stays at its true position."""
    call = demo.start("count_slowly", to=100_000, delay=0.001)
    reaches(call, 3)

    assert call.cancel()
    with pytest.raises(mcpn.CallCancelledError, match=r"count_slowly cancelled at \d+/100000"):
        call.result(20)

    assert call.status == "cancelled"
    assert 3 <= call.progress.progress < 100_000
    assert 3 <= demo.call("last_cancelled", wait=20).data < 100_000
    assert not call.cancel()


def test_a_cancel_before_the_first_report_is_a_cancel_too(demo):
    """Nothing was heard, and the words say so."""
    call = demo.start("wait_silently", seconds=60)
    call.cancel()
    call.cancel()

    with pytest.raises(mcpn.CallCancelledError, match="before any progress"):
        call.result(20)
    assert demo.call("add", a=1, b=1).data == 2


def test_what_has_ended_cannot_be_cancelled(demo):
    """It says so, and stays done."""
    call, _ = reported(demo, "add", a=1, b=1)

    assert not call.cancel()
    assert call.status == "done"


# calls that go on


def test_a_started_call_tells_how_it_stands(demo):
    """Tool, arguments, token, status, done; a wait that ends early ends nothing."""
    call = demo.start("count_slowly", to=100_000, delay=0.005)
    reaches(call, 1)

    assert (call.tool, call.arguments) == ("count_slowly", {"to": 100_000, "delay": 0.005})
    assert isinstance(call.token, str)
    assert not call.token.isdigit()
    assert (call.status, call.done()) == ("running", False)
    assert "count_slowly" in repr(call)
    with pytest.raises(TimeoutError, match="goes on"):
        call.result(0.01)
    with pytest.raises(TimeoutError):
        call.result(0)
    assert (call.status, call.done()) == ("running", False)
    call.cancel()
    with pytest.raises(mcpn.CallCancelledError):
        call.result(20)
    assert call.done()


@pytest.mark.spec("progress.token-unique")
def test_every_call_has_a_token_of_its_own(demo):
    """Unique also among those that have ended."""
    calls = [reported(demo, "add", a=n, b=0)[0] for n in range(5)]

    assert len({call.token for call in calls}) == 5
    assert len({call.id for call in calls}) == 5


def test_a_result_can_be_asked_for_again_and_from_any_thread(demo):
    """The same object each time."""
    call = demo.start("process_items", items=["a"], delay=0.01)
    first = in_a_thread(call.result)

    assert call.result() is first
    assert in_a_thread(lambda: in_a_loop(call)) is first


def test_a_call_is_awaited_in_another_event_loop(demo):
    """And so is its error; the same call may be awaited by several."""

    async def visit():
        call = demo.start("process_items", items=["a", "b"], delay=0.01)
        one, other = await asyncio.gather(call, call)
        assert one is other
        with pytest.raises(mcpn.ToolError, match="disk"):
            await demo.start("fail", after=0, delay=0)
        return one

    assert asyncio.run(visit()).data["processed"] == 2


def test_an_await_that_is_cancelled_cancels_the_call(demo):
    """On the wire too: `asyncio.timeout` around a call does what it says."""
    call = demo.start("count_slowly", to=100_000, delay=0.001)
    reaches(call, 1)

    async def visit():
        waiter = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.wait([waiter])
        assert waiter.cancelled()

    async def wait():
        return await call

    asyncio.run(visit())
    with pytest.raises(mcpn.CallCancelledError):
        call.result(20)
    assert call.status == "interrupted"
    assert demo.call("last_cancelled").data >= 1


def test_the_event_loop_of_the_caller_goes_on_while_it_awaits(demo):
    """Nothing blocks: a task beside the call has its turns, and ends the call."""
    call = demo.start("count_slowly", to=100_000, delay=0.001)

    async def visit():
        waiter = asyncio.ensure_future(wait())
        for _ in range(5):
            await asyncio.sleep(0.001)
        call.cancel()
        await waiter

    async def wait():
        return await call

    with pytest.raises(mcpn.CallCancelledError):
        asyncio.run(visit())


@pytest.mark.spec("progress.track")
def test_fifty_calls_at_once_each_have_their_own_last_state(demo):
    """No value strays from one token to another."""
    calls = [demo.start("process_items", items=["x"] * n, delay=0.001) for n in range(1, 51)]

    assert [call.result(60).data["processed"] for call in calls] == list(range(1, 51))
    assert [(c.progress.progress, c.progress.total) for c in calls] == [(n, n) for n in range(1, 51)]
    assert [c.progress.updates for c in calls] == list(range(2, 52))
    assert not any(c.progress.repairs for c in calls)


# map


def test_a_map_returns_its_results_in_order(demo):
    """Although the first takes longest."""
    rows = [{"seconds": s} for s in (0.1, 0.05, 0, 0.02)]

    results = demo.map("wait_silently", rows, limit=4)

    assert [r.data for r in results] == ["waited 0.1 s", "waited 0.05 s", "waited 0 s", "waited 0.02 s"]


def test_a_map_never_runs_more_than_its_limit(demo):
    """Counted after every report of any of the calls."""
    from mcp_notebook.runtime import runtime

    tracker = runtime().tracker
    most = 0
    before = tracker.on_news

    def look(ended):
        nonlocal most
        before(ended)
        most = max(most, sum(op.parent is not None for op in tracker.running()))

    tracker.on_news = look
    try:
        results = demo.map(
            "process_items", ({"items": ["a", "b"], "delay": 0.005} for _ in range(9)), limit=3
        )
    finally:
        tracker.on_news = before

    assert len(results) == 9
    assert most == 3


def test_a_map_ends_at_its_total(demo):
    """One total above the parts, and each part has its own token."""
    results = demo.map("add", [{"a": n, "b": n} for n in range(12)])

    parts = [r.call for r in results]
    total = parts[0]._operation.parent
    assert [r.data for r in results] == [2 * n for n in range(12)]
    assert (total.snapshot().progress, total.snapshot().total, total.snapshot().status) == (12, 12, "done")
    assert len({part.token for part in parts}) == 12


def test_the_first_failure_of_a_map_cancels_the_rest(demo):
    """Its error is raised, nothing runs on, the total is marked as failed."""
    rows = [{"to": 100_000, "delay": 0.005}, {"to": 1, "delay": 0}, {"to": 100_000, "delay": 0.005}]
    known = started()

    with pytest.raises(mcpn.CallTimeoutError):
        demo.map("count_slowly", rows, max_timeout=0.2)

    new = [op for op in started() if op not in known]
    assert [op for op in new if op.running] == []
    assert {op.snapshot().status for op in new if op.parent is None} == {"failed"}
    assert [op.snapshot().status for op in new if op.label == "count_slowly [1]"] == ["done"]
    assert demo.call("last_cancelled").data >= 1


def test_what_a_failing_map_cancels_says_that_it_was_cancelled(demo):
    """Nobody pressed stop; and it says so by the time at which the cell ends."""
    known = started()
    with pytest.raises(mcpn.ToolError):
        demo.map("fail", [{"after": 0}, {"after": 10, "delay": 1}, {"after": 10, "delay": 1}])

    new = [op for op in started() if op not in known]
    assert sorted(op.status for op in new if op.parent is not None) == ["cancelled", "cancelled", "failed"]


def test_a_failing_row_fails_the_map_with_the_servers_words(demo):
    """The error is the row's own."""
    with pytest.raises(mcpn.ToolError, match="row 3") as caught:
        demo.map("fail", [{"message": f"row {n}", "after": 0 if n == 3 else 10} for n in range(5)], limit=5)
    assert caught.value.__notes__ == ["it is number 3 of fail × 5"]


def test_an_empty_map_is_an_empty_list(demo):
    """Nothing is drawn for it either."""
    before = len(started())

    assert demo.map("add", []) == []
    assert len(started()) == before


@pytest.mark.parametrize("limit", [0, -1, 1.5, "8", None])
def test_a_map_refuses_a_bad_limit(demo, limit):
    """The value is named."""
    with pytest.raises(mcpn.MCPNotebookError, match="limit="):
        demo.map("add", [{"a": 1, "b": 1}], limit=limit)


@pytest.mark.parametrize("rows", ["text", 5, [1], [{"a": 1, "b": 2}, "x"], [None]])
def test_a_map_refuses_what_is_not_a_mapping(demo, rows):
    """Before anything is sent."""
    with pytest.raises(TypeError, match="mapping"):
        demo.map("add", rows)


def test_a_map_checks_every_row_before_the_first_call(demo):
    """A bad last row starts nothing."""
    before = len(started())

    with pytest.raises(mcpn.ArgumentError):
        demo.map("add", [{"a": 1, "b": 1}, {"a": 1}])

    assert len(started()) == before


# tools


def test_tools_are_called_as_attributes(demo):
    """With their arguments as keywords or as a mapping."""
    assert demo.tools.add(a=2, b=3).data == 5
    assert demo.tools["add"]({"a": 2, "b": 3}).data == 5


def test_a_tool_has_signature_and_docstring(demo):
    """What Tab and `?` show."""
    tool = demo.tools.configure
    of = inspect.signature(tool).parameters

    assert list(of) == ["mode", "workers", "rate", "tags", "window", "note", "notify"]
    assert of["mode"].default is inspect.Parameter.empty
    assert of["workers"].default == 4
    assert "schema with everything in it" in tool.__doc__
    assert "mode: how to go about it" in tool.__doc__
    assert tool.__name__ == "configure"
    assert repr(tool).startswith("<Tool configure(")


def test_the_tools_are_listed_by_dir_iteration_and_table(demo):
    """Fourteen of them, in the server's order."""
    names = demo.tools.names()

    assert set(names) <= set(dir(demo.tools))
    assert [tool.name for tool in demo.tools] == names
    assert len(demo.tools) == len(names) == 15
    assert "add" in demo.tools
    assert "subtract" not in demo.tools
    shown = demo.tools._repr_mimebundle_()
    assert all(name in shown["text/plain"] and name in shown["text/html"] for name in names)
    assert "add" not in repr(demo.tools.table("database"))


def test_an_unknown_tool_attribute_names_the_nearest(demo):
    """`AttributeError`, so that `hasattr` works; an item is an `UnknownToolError`."""
    with pytest.raises(AttributeError, match="did you mean 'echo'"):
        demo.tools.ecko
    assert not hasattr(demo.tools, "__wrapped__")
    with pytest.raises(mcpn.UnknownToolError, match="did you mean 'echo'"):
        demo.tools["ecko"]


def test_a_dry_request_is_what_would_be_sent(demo):
    """After the same checks; nothing is sent."""
    assert demo.request("add", {"a": 1, "b": 2}) == {
        "method": "tools/call",
        "params": {"name": "add", "arguments": {"a": 1, "b": 2}},
    }
    with pytest.raises(mcpn.ArgumentError):
        demo.request("add", {"a": 1})


# the connection


def test_a_connection_says_what_it_is(demo, way):
    """Name, state, address, the server's name, the revision that was negotiated."""
    assert (demo.name, demo.state, demo.server_info.name) == (f"contract-{way}", "open", "demo")
    assert demo.protocol_version == ("2025-11-25" if way in HANDSHAKE else "2026-07-28")
    assert demo.address in repr(demo)
    assert f"contract-{way}" in repr(demo)


def test_a_context_manager_closes(way, demo_http):
    """Closing twice is safe; afterwards everything says that it is closed."""
    with mcpn.connect(target(way, demo_http), name="brief") as connection:
        assert mcpn.connections()["brief"] is connection
        call = connection.start("add", a=1, b=1)
        assert call.result(20).data == 2
    connection.close()

    assert connection.state == "closed"
    assert (connection.server_info, connection.protocol_version) == (None, None)
    assert "brief" not in mcpn.connections()
    assert call.result().data == 2
    for refused in (connection.call, connection.start):
        with pytest.raises(mcpn.MCPNotebookError, match="'brief' is closed"):
            refused("add", a=1, b=1)
    with pytest.raises(mcpn.MCPNotebookError, match="'brief' is closed"):
        connection.map("add", [{"a": 1, "b": 1}])


def test_closing_ends_the_calls_in_flight(way, demo_http):
    """They learn it at once, as a cancel: it was ours, and no next call reconnects."""
    connection = mcpn.connect(target(way, demo_http), name="brief")
    call = connection.start("count_slowly", to=100_000, delay=0.001)
    reaches(call, 1)

    connection.close()

    with pytest.raises(mcpn.CallCancelledError):
        call.result(20)
    assert call.status == "cancelled"


# names


def test_a_name_that_is_taken_is_replaced():
    """The older connection is closed; the newest is listed last."""
    one = mcpn.connect("demo", name="same")
    with mcpn.connect("demo", name="other"), mcpn.connect("demo", name="same") as two:
        assert (one.state, two.state) == ("closed", "open")
        assert list(mcpn.connections())[-2:] == ["other", "same"]
        assert mcpn.connections()["same"] is two


def test_what_cannot_be_connected_leaves_the_older_connection_of_its_name():
    """A failed connect changes nothing."""
    with mcpn.connect("demo", name="kept") as kept:
        with pytest.raises(mcpn.ConnectError):
            mcpn.connect(["no-such-command-anywhere"], name="kept")

        assert mcpn.connections()["kept"] is kept
        assert kept.call("add", a=1, b=1).data == 2


def test_the_embedded_server_has_a_name_by_itself():
    """`connect("demo")` is called demo."""
    with mcpn.connect("demo") as connection:
        assert mcpn.connections()["demo"] is connection


def test_connections_is_a_copy():
    """Changing it changes nothing."""
    with mcpn.connect("demo", name="mine"):
        mcpn.connections().clear()

        assert "mine" in mcpn.connections()
