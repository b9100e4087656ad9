"""The history of real calls and loops: a server, the tracker, the pump, all of it."""

from __future__ import annotations

import threading

import pytest
from mcp.server.mcpserver import Context, MCPServer

import mcp_notebook as mcpn
from mcp_notebook import ArgumentError, CallCancelledError, CallTimeoutError, ToolError


def server() -> MCPServer:
    """A server whose tools behave as real ones do."""
    made = MCPServer("work")

    @made.tool()
    async def rounds(ctx: Context) -> str:
        for total in (2, 4):
            for done in range(1, total + 1):
                await ctx.report_progress(done, total, f"round of {total}")
        return "done"

    @made.tool()
    async def breaks(ctx: Context) -> str:
        await ctx.report_progress(1, 2, "trying")
        raise ValueError("no more room")

    @made.tool()
    async def login(user: str, password: str, api_key: str = "") -> str:
        return f"{user} is in"

    return made


@pytest.fixture(scope="module")
def work():
    """The server, connected."""
    with mcpn.connect(server(), name="work") as connection:
        yield connection


@pytest.fixture(scope="module")
def demo():
    """The demo server, connected."""
    with mcpn.connect("demo") as connection:
        yield connection


def test_a_call_is_remembered_with_its_messages(demo):
    """Server, tool, arguments, token, and each event."""
    demo.call("process_items", items=["a", "b"], delay=0)
    record = mcpn.history()[-1]

    assert (record.kind, record.server, record.tool, record.status) == (
        "call",
        "demo",
        "process_items",
        "done",
    )
    assert record.arguments == {"items": ["a", "b"], "delay": 0}
    assert record.token
    assert [e.message for e in record.messages] == ["processing a", "processing b"]
    assert [(e.progress, e.total) for e in record.events] == [(0, 2), (1, 2), (2, 2)]
    assert 0 <= record.waited <= record.duration


def test_a_map_is_a_batch_with_its_calls_inside(demo):
    """Each with its own arguments."""
    demo.map("echo", [{"text": "a"}, {"text": "b"}])
    batch, *calls = mcpn.history(last=3)

    assert (batch.kind, batch.server, batch.tool, batch.progress, batch.total) == (
        "batch",
        "demo",
        "echo",
        2,
        2,
    )
    assert [(call.kind, call.parent) for call in calls] == [("call", batch.id)] * 2
    assert sorted(call.arguments["text"] for call in calls) == ["a", "b"]
    assert len(mcpn.history(last=3).calls) == 2


def test_loops_are_there_as_soon_as_they_have_ended():
    """The outer one and what ran inside it."""

    def seen(epoch: int) -> bool:
        return any(r.label == "inner" and r.running and len(r.earlier) == epoch for r in mcpn.history(last=2))

    for epoch in mcpn.track(range(2), "outer", unit="epoch"):
        for number in mcpn.track(range(3), "inner"):
            for _ in range(500 if number else 0):  # a loop that is over at once has no row
                if seen(epoch):
                    break
                threading.Event().wait(0.02)
    outer, inner = mcpn.history(last=2)

    assert (outer.kind, outer.label, outer.progress, outer.unit, outer.server) == (
        "loop",
        "outer",
        2,
        "epoch",
        None,
    )
    assert (inner.label, inner.parent, inner.status) == ("inner", outer.id, "done")
    assert len(inner.earlier) == 1
    assert all(event.at <= record.duration for record in (outer, inner) for event in record.events)


def test_a_restart_of_the_progress_is_a_stage(work):
    """The events tell both rounds."""
    work.call("rounds")
    record = mcpn.history()[-1]

    assert (record.stage, record.progress, record.total, record.mended) == (1, 4, 4, 0)
    assert [e.progress for e in record.events] == [1, 2, 1, 2, 3, 4]


def test_a_failure_tells_why(work):
    """With what it had reached."""
    with pytest.raises(ToolError):
        work.call("breaks")
    record = mcpn.history().failed[-1]

    assert (record.status, record.progress, record.total) == ("failed", 1, 2)
    assert record.note


def test_cancelled_and_timed_out_calls_say_so(demo):
    """And one that runs is there, too."""
    job = demo.start("wait_silently", seconds=60)
    assert mcpn.history()[-1].running
    job.cancel()
    with pytest.raises(CallCancelledError):
        job.result()
    with pytest.raises(CallTimeoutError):
        demo.call("wait_silently", seconds=60, timeout=0.05)

    assert [record.status for record in mcpn.history(last=2)] == ["cancelled", "timed out"]
    assert not mcpn.history().running


def test_no_secret_gets_into_any_form_of_the_history(work):
    """Whatever it is asked for."""
    assert work.call("login", user="ann", password="geheim1", api_key="geheim2").text == "ann is in"
    history = mcpn.history()
    forms = [
        repr(history),
        history._repr_mimebundle_()["text/html"],
        history.to_json(),
        str(history.to_pandas().to_dict()),
        repr(history[-1]),
        str(history[-1].arguments),
    ]

    assert history[-1].arguments["user"] == "ann"
    assert not [form for form in forms if "geheim" in form]


def test_headers_and_environments_are_nowhere(monkeypatch, demo_http):
    """They are no arguments."""
    with mcpn.connect(demo_http, name="remote", headers={"X-Key": "geheim3"}) as remote:
        remote.call("echo", text="x")
    assert "geheim3" not in mcpn.history().to_json()


def test_long_arguments_do_not_stay_in_memory(demo):
    """Their beginning does, marked."""
    demo.call("echo", text="x" * 1_000_000)
    record = mcpn.history()[-1]

    assert record.shortened
    assert len(record.arguments["text"]) < 5_000
    assert record.arguments["text"].endswith("more characters")


def test_a_history_is_a_snapshot(demo):
    """What comes later is in the next one."""
    before = mcpn.history()
    demo.call("echo", text="later")

    assert len(mcpn.history()) == len(before) + 1


def test_a_thousand_calls_can_be_looked_at(demo):
    """In each form, the picture included."""
    demo.map("echo", [{"text": str(n)} for n in range(1_000)], limit=50)
    history = mcpn.history()

    assert len(history) >= 1_000
    assert "the last 100 of" in repr(history)
    assert len(history.to_pandas()) == len(history)
    assert history.plot()._repr_mimebundle_()


@pytest.mark.parametrize("last", [0, -1, 1.5, "3", True])
def test_last_is_a_whole_number(last):
    """Or an error that names it."""
    with pytest.raises(ArgumentError, match=r"last="):
        mcpn.history(last)
