"""What a user's type checker makes of the public API: `mypy --strict` reads this file, nothing runs it.

`assert_type` says what comes out; an ignore that names its error says what is refused, and is
an error itself (`warn_unused_ignores`) on the day when it is not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, assert_type

import mcp_notebook as mcpn
from mcp_notebook.results.image import Image


def connecting(target: object) -> None:
    """One target is one connection; a file of them is a mapping."""
    with mcpn.connect("demo", name="demo", timeout=None, max_timeout=60) as demo:
        assert_type(demo, mcpn.Connection)
        assert_type(demo.name, str)
        assert_type(demo.protocol_version, str | None)
    assert_type(mcpn.connect(target, headers={"X-Key": "k"}, auth=mcpn.OAuth()), mcpn.Connection)
    assert_type(mcpn.connections(), dict[str, mcpn.Connection])
    assert_type(mcpn.forget_tokens("https://example.org/mcp"), bool)

    listed = mcpn.connect(config=".vscode/mcp.json")
    assert_type(listed["files"], mcpn.Connection)
    together: Mapping[str, mcpn.Connection] = listed
    assert together

    mcpn.connect()  # type: ignore[call-overload]
    mcpn.connect("demo", config="mcp.json")  # type: ignore[call-overload]
    mcpn.connect("demo", timeout="long")  # type: ignore[call-overload]


def calling(demo: mcpn.Connection) -> None:
    """`call` gives a result, `start` a call, `map` results in order."""
    assert_type(demo.call("add", a=1, b=2, timeout=5), mcpn.ToolResult)
    assert_type(demo.call("add", {"a": 1, "b": 2}), mcpn.ToolResult)
    assert_type(demo.tools.add(a=1, b=2), mcpn.ToolResult)
    assert_type(demo.map("echo", [{"text": t} for t in "abc"], limit=2), list[mcpn.ToolResult])

    job = demo.start("count_slowly", to=3)
    assert_type(job, mcpn.Call)
    assert_type(job.result(timeout=1.0), mcpn.ToolResult)
    assert_type(job.done(), bool)
    assert_type(job.cancel(), bool)
    assert_type(job.token, str | None)
    assert_type(job.events, tuple[mcpn.Event, ...])
    assert_type(job.logs, tuple[mcpn.LogEntry, ...])

    demo.call(1)  # type: ignore[arg-type]
    demo.map("echo", ["a"])  # type: ignore[list-item]
    mcpn.Progress().progress = 1.0  # type: ignore[misc]


async def awaiting(job: mcpn.Call) -> None:
    """A call is awaitable, from any loop."""
    waiting: Awaitable[mcpn.ToolResult] = job
    assert_type(await waiting, mcpn.ToolResult)
    assert_type(await job, mcpn.ToolResult)


def reading(result: mcpn.ToolResult, progress: mcpn.Progress) -> None:
    """What a server sends is data, of unknown shape; everything around it is known."""
    assert_type(result.text, str)
    assert_type(result.is_error, bool)
    assert_type(result.images, list[Image])
    assert_type(result.data, Any)

    assert_type(progress.progress, float)
    assert_type(progress.total, float | None)
    assert_type(progress.message, str | None)
    assert_type(progress.fraction, float | None)
    assert_type(progress.rate, float | None)
    assert_type(progress.eta, float | None)


def tracking(names: list[str]) -> None:
    """The items keep their type; without an iterable there is a bar to count by hand."""
    for name in mcpn.track(names, "files", unit="file", message=str.upper):
        assert_type(name, str)
    assert_type([n for n in mcpn.track(range(3))], list[int])  # noqa: C416 - the type of an item

    with mcpn.track(total=100, label="import") as bar:
        bar.update(10, message="validating")
        bar.set(30)
        with bar.stage("export", 25, 60):
            pass

    with mcpn.capture("sweep") as seen:
        pass
    assert_type([one.label for one in seen], list[str])
    assert_type([one.fraction for one in mcpn.loops()], list[float | None])

    mcpn.track(names, "files", message="not a function")  # type: ignore[call-overload]


def remembering() -> None:
    """The history is a sequence of records."""
    past = mcpn.history(last=10)
    assert_type(past, mcpn.History)
    assert_type(past[0], mcpn.Record)
    assert_type(past.failed, mcpn.History)
    assert_type(past.to_json(), str)


def serving() -> None:
    """A server has an address; it can be connected to."""
    server = mcpn.serve("notebook", port=8000)
    assert_type(server.url, str)
    assert_type(mcpn.connect(server), mcpn.Connection)


def offering() -> None:
    """A function that is offered as a tool keeps its type, however it is decorated."""

    @mcpn.tool
    def train(epochs: int = 3) -> dict[str, float]:
        return {"loss": 1 / epochs}

    @mcpn.tool(name="score", thread=True)
    def score(text: str) -> float:
        return float(len(text))

    assert_type(train(1), dict[str, float])
    assert_type(score("a"), float)
    train("many")  # type: ignore[arg-type]
    mcpn.tool(1)  # type: ignore[call-overload]


def failing() -> None:
    """Whoever catches the one base class catches them all."""
    try:
        mcpn.connect("demo")
    except (mcpn.ConnectError, mcpn.ArgumentError) as error:
        caught: mcpn.MCPNotebookError = error
        raise caught from None
