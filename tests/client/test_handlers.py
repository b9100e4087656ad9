"""A server asks the notebook: the handler's loops report back, where the revision allows it."""

from __future__ import annotations

import asyncio
import threading
import warnings
from itertools import pairwise
from types import SimpleNamespace
from typing import Annotated

import pytest
from mcp.server.mcpserver import Context, Elicit, ListRoots, MCPServer, Resolve
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)
from pydantic import BaseModel

import mcp_notebook as mcpn
from mcp_notebook.errors import ArgumentError, CallCancelledError

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


class Asking:
    """A server whose tools ask the client, with a progress token, and remember what they hear."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float | None, str | None]] = []
        self.cancelled = threading.Event()
        self.server = MCPServer("asking")
        self.server.tool()(self.think)
        self.server.tool()(self.name)

    async def think(self, ctx: Context, *, patience: float = 30) -> str:
        """Ask for sampling."""
        message = SamplingMessage(role="user", content=TextContent(text="think"))
        request = CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=9))
        async with asyncio.timeout(patience):
            answer = await self._ask(ctx, request, CreateMessageResult)
        return answer.content.text

    async def name(self, ctx: Context) -> str:
        """Ask for elicitation."""
        params = ElicitRequestFormParams(message="who?", requested_schema=SCHEMA)
        answer = await self._ask(ctx, ElicitRequest(params=params), ElicitResult)
        return f"{answer.action} {answer.content}"

    async def _ask(self, ctx: Context, request, result):
        async def note(progress, total, message):
            self.heard.append((progress, total, message))

        related = ServerMessageMetadata(related_request_id=ctx.request_id)
        return await ctx.session.send_request(request, result, progress_callback=note, metadata=related)

    @property
    def legacy(self):
        """An object whose sessions speak 2025-11-25: in-memory streams, the older handshake."""
        return SimpleNamespace(_mcp_server=self.server._lowlevel_server, name="asking")


@pytest.mark.spec("progress.either-side", "progress.increase")
def test_loops_in_a_sampling_handler_report_to_the_server():
    """Strictly increasing, the last one the last count, before the answer."""
    asking = Asking()

    def sample(params):
        assert params.messages[0].content.text == "think"
        for _ in mcpn.track(range(40), "token"):
            threading.Event().wait(0.01)
        return "thought"

    with mcpn.connect(asking.legacy, sampling=sample) as server:
        assert server.protocol_version < "2026"
        assert server.call("think").text == "thought"

    values = [value for value, _, _ in asking.heard]
    assert len(values) >= 2
    assert all(a < b for a, b in pairwise(values))
    assert asking.heard[-1] == (40.0, 40.0, "sampling · token 40/40 · 100 %")


def test_an_async_elicitation_handler_reports_too():
    """And its mapping is the accepted content."""
    asking = Asking()

    async def elicit(params):
        for _ in mcpn.track(range(3), "look"):
            await asyncio.sleep(0.05)
        return {"name": params.message.strip("?")}

    with mcpn.connect(asking.legacy, elicitation=elicit) as server:
        assert server.call("name").text == "accept {'name': 'who'}"

    assert asking.heard[-1][:2] == (3.0, 3.0)


def test_none_declines():
    """Nobody was there to answer."""
    asking = Asking()
    with mcpn.connect(asking.legacy, elicitation=lambda params: None) as server:
        assert server.call("name").text.startswith("decline")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("x", "returned 'x'; it returns a mapping"),
        ({}, "'name' is a required property"),
        ({"name": 5}, "name: 5 is not"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_names_its_fault(answer, words):
    """Before it is sent; the server is told why there is none."""
    asking = Asking()
    with (
        mcpn.connect(asking.legacy, elicitation=lambda params: answer) as server,
        pytest.raises(mcpn.ToolError, match=words),
    ):
        server.call("name")


def test_a_handler_that_fails_is_an_error_of_the_request_and_the_connection_lives():
    """In its own words."""
    asking = Asking()
    with mcpn.connect(asking.legacy, sampling=lambda params: 1 / 0) as server:
        with pytest.raises(mcpn.ToolError, match="ZeroDivisionError: division by zero"):
            server.call("think")
        assert server.state == "open"
        assert len(server.tools.names()) == 2


@pytest.mark.spec("cancel.receivers-stop")
def test_a_server_that_gives_up_stops_the_handlers_loop():
    """Its cancel ends the loop at the next item."""
    asking = Asking()
    ended, said = threading.Event(), []

    def sample(params):
        try:
            for _ in mcpn.track(range(10_000), "long"):
                threading.Event().wait(0.01)
        except mcpn.LoopStopped as stopped:
            said.append(str(stopped))
            ended.set()
            raise
        return "never"

    with mcpn.connect(asking.legacy, sampling=sample) as server:
        with pytest.raises(mcpn.ToolError):
            server.call("think", patience=0.4)
        assert ended.wait(10)
    assert said == ["long was cancelled by its server"]


def test_cancelling_the_call_stops_the_handlers_loop():
    """The chain: the cell's cancel, the server's, the handler's."""
    asking = Asking()
    begun, ended = threading.Event(), threading.Event()

    def sample(params):
        try:
            for _ in mcpn.track(range(10_000), "long"):
                begun.set()
                threading.Event().wait(0.01)
        finally:
            ended.set()

    with mcpn.connect(asking.legacy, sampling=sample) as server:
        job = server.start("think")
        assert begun.wait(10)
        job.cancel()
        with pytest.raises(CallCancelledError):
            job.result()
        assert ended.wait(10)


class Name(BaseModel):
    """What is asked for."""

    name: str


def who() -> Elicit[Name]:
    """Ask the client, as a server of 2026-07-28 does: in the result, for another round."""
    return Elicit("who?", Name)


def greet(name: Annotated[Name, Resolve(who)]) -> str:
    """Greet whoever it is."""
    return f"hello {name.name}"


def test_on_2026_07_28_the_handler_is_asked_and_reports_to_nobody():
    """Clients send no progress there: the loop runs as ever, silently."""
    server = MCPServer("modern")
    server.tool()(greet)

    def elicit(params):
        for _ in mcpn.track(range(3), "look"):
            threading.Event().wait(0.05)
        return {"name": params.message}

    with mcpn.connect(server, elicitation=elicit) as connection:
        assert connection.protocol_version >= "2026-07-28"
        assert connection.call("greet").text == "hello who?"

    assert mcpn.loops()[-1].label == "look"
    assert mcpn.loops()[-1].status == "done"


@pytest.mark.parametrize("name", ["sampling", "elicitation"])
def test_what_is_no_function_is_refused(name):
    """Before anything is started."""
    with pytest.raises(ArgumentError, match=f"{name}=5"):
        mcpn.connect("demo", **{name: 5})


async def list_roots(ctx: Context) -> list[str]:
    """Ask for roots, as a server of the older revisions does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listed = await ctx.session.list_roots()
    return [f"{root.name} {root.uri}" for root in listed.roots]


def where() -> ListRoots:
    """Ask for roots, as a server of 2026-07-28 does."""
    return ListRoots()


def list_roots_of_the_result(roots: Annotated[ListRootsResult, Resolve(where)]) -> list[str]:
    """List what was told in another round."""
    return [f"{root.name} {root.uri}" for root in roots.roots]


ROOTED = {"older": list_roots, "2026-07-28": list_roots_of_the_result}


@pytest.fixture(params=ROOTED)
def rooted(request):
    """A target whose tool `roots` asks for roots, in each era's way."""
    server = MCPServer("rooted")
    server.tool(name="roots")(ROOTED[request.param])
    older = SimpleNamespace(_mcp_server=server._lowlevel_server, name="rooted")
    return older if request.param == "older" else server


def test_a_server_is_told_of_the_roots(rooted, tmp_path):
    """Directories become addresses; an address stays as it is; a function is asked each time."""
    (tmp_path / "data of today").mkdir()
    given = [tmp_path, "file:///srv/models"]
    told = [f"{tmp_path.name} {tmp_path.as_uri()}", "models file:///srv/models"]

    with mcpn.connect(rooted, roots=given) as server:
        assert server.call("roots").structured == {"result": told}
    with mcpn.connect(rooted, roots=lambda: given[:1]) as server:
        assert server.call("roots").structured == {"result": told[:1]}
    with mcpn.connect(rooted, roots=tmp_path / "data of today") as server:
        assert server.call("roots").structured["result"][0].endswith("/data%20of%20today")


def test_without_roots_the_server_is_refused(rooted):
    """And it learns why."""
    with mcpn.connect(rooted) as server, pytest.raises(mcpn.ToolError, match=r"(?i)roots"):
        server.call("roots")


def test_what_is_no_directory_is_refused_before_anything_is_started(tmp_path):
    """By its name."""
    with pytest.raises(ArgumentError, match=r"nowhere' is no directory"):
        mcpn.connect("demo", roots=[tmp_path / "nowhere"])
    with pytest.raises(ArgumentError, match=r"example\.org' is neither a directory nor a file"):
        mcpn.connect("demo", roots=["https://example.org"])
    with pytest.raises(ArgumentError, match="5 is neither a directory nor a file"):
        mcpn.connect("demo", roots=[5])


def test_where_nobody_is_there_a_question_is_declined():
    """The server gets an answer, and the receipt says that and why."""
    asking = Asking()
    with mcpn.connect(asking.legacy, name="asking") as server:
        assert server.call("name").text == "decline None"


def test_false_refuses_questions():
    """The server is told that nobody can be asked."""
    asking = Asking()
    with (
        mcpn.connect(asking.legacy, elicitation=False) as server,
        pytest.raises(mcpn.ToolError, match=r"(?i)elicitation not supported"),
    ):
        server.call("name")
