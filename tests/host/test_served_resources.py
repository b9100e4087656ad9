"""What clients of either era read, and hear, of the kernel's loops and functions: over real HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import asynccontextmanager, suppress

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated, ToolsListChanged

import mcp_notebook as mcpn

ALL = "notebook://loops"
PATIENCE_S = 20.0


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Serve this process."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    running = mcpn.serve(name="here")
    yield running
    running.stop()


@asynccontextmanager
async def client(server, mode="auto", **options):
    """Enter the SDK's client of *server*."""
    async with (
        httpx2.AsyncClient(headers=server.headers, timeout=60) as http,
        Client(streamable_http_client(server.url, http_client=http), mode=mode, **options) as session,
    ):
        yield session


class Work:
    """A loop in a thread, that goes on when it is told to."""

    def __init__(self, label: str) -> None:
        self._go = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(label,), daemon=True)

    def _run(self, label: str) -> None:
        for _ in mcpn.track(range(3), label):
            assert self._go.acquire(timeout=PATIENCE_S)

    def begin(self) -> None:
        self._thread.start()

    def step(self, steps: int = 1) -> None:
        for _ in range(steps):
            self._go.release()

    def end(self) -> None:
        self.step(3)
        self._thread.join(PATIENCE_S)


async def read(session, uri):
    """Return the JSON behind *uri*."""
    (contents,) = (await session.read_resource(uri)).contents
    assert contents.mime_type == "application/json"
    return json.loads(contents.text)


async def until(changes, wanted):
    """Take events until each of *wanted* has come."""
    missing = list(wanted)
    async with asyncio.timeout(PATIENCE_S):
        async for event in changes:
            if event in missing:
                missing.remove(event)
            if not missing:
                return


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_loops_are_resources(server, mode):
    """All of them, each by its id or label, and a template that says so."""
    work = Work("read")
    work.begin()

    async def visit():
        async with client(server, mode) as session:
            await asyncio.to_thread(work.step)
            listed = [str(r.uri) for r in (await session.list_resources()).resources]
            templates = [t.uri_template for t in (await session.list_resource_templates()).resource_templates]
            every = await read(session, ALL)
            one = await read(session, f"{ALL}/{every['loops'][-1]['id']}")
            return listed, templates, every, one, await read(session, f"{ALL}/read")

    listed, templates, every, one, by_label = asyncio.run(visit())
    work.end()

    assert listed[0] == ALL
    assert f"{ALL}/{one['id']}" in listed
    assert templates == [ALL + "/{id}"]
    assert one["label"] == every["loops"][-1]["label"] == by_label["label"] == "read"
    assert (one["status"], one["total"]) == ("running", 3)


@pytest.mark.parametrize("uri", [f"{ALL}/nothing", "notebook://other"])
def test_an_unknown_resource_is_refused_with_what_there_is(server, uri):
    """As an error of the request; the server lives."""

    async def visit():
        async with client(server) as session:
            with pytest.raises(MCPError, match=r"no (loop|resource)"):
                await session.read_resource(uri)
            return await session.list_resources()

    assert asyncio.run(visit()).resources


def test_who_listens_hears_of_a_loop_from_its_beginning_to_its_end(server):
    """The listing when it begins and ends, the loop when it moves."""
    work = Work("heard")

    async def visit():
        async with (
            client(server) as session,
            session.listen(resources_list_changed=True, resource_subscriptions=[ALL]) as changes,
        ):
            work.begin()
            await until(changes, [ResourcesListChanged(), ResourceUpdated(ALL)])
            loop = (await read(session, ALL))["loops"][-1]
            async with session.listen(resource_subscriptions=[f"{ALL}/{loop['id']}"]) as of_one:
                work.step()
                await until(of_one, [ResourceUpdated(f"{ALL}/{loop['id']}")])
                await asyncio.to_thread(work.end)
                await until(of_one, [ResourceUpdated(f"{ALL}/{loop['id']}")])
            await until(changes, [ResourcesListChanged(), ResourceUpdated(ALL)])
            return await read(session, f"{ALL}/{loop['id']}")

    assert asyncio.run(visit())["status"] == "done"


@pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")
def test_an_older_client_subscribes_until_it_unsubscribes(server):
    """`resources/subscribe`; nothing comes afterwards."""
    heard = []
    news = asyncio.Event()

    async def hear(message):
        if getattr(message, "method", None) == "notifications/resources/updated":
            heard.append(str(message.params.uri))
            news.set()

    async def visit():
        async with client(server, "legacy", message_handler=hear) as session:
            assert session.server_capabilities.resources.subscribe
            assert session.server_capabilities.resources.list_changed
            assert session.server_capabilities.tools.list_changed
            await session.subscribe_resource(ALL)
            async with asyncio.timeout(PATIENCE_S):
                while not news.is_set():
                    await loop_until(news)
            await session.unsubscribe_resource(ALL)
            marks = [await end_of_another(session, heard, name) for name in ("first", "second")]
            return heard[heard.index(marks[0]) :], marks

    since, marks = asyncio.run(visit())
    assert ALL in heard
    assert since == [mark for mark in since if mark in marks], "news of what is not subscribed to any more"


async def loop_until(news):
    """Run a loop until it is heard of, or for a while: what is told before the client's stream is open is lost."""
    work = Work("subscribed")
    work.begin()
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), 0.5)
    await asyncio.to_thread(work.end)


async def end_of_another(session, heard, label):
    """Run a loop that is subscribed to by itself, until its end is heard; return its address."""
    work = Work(label)
    work.begin()
    uri = f"{ALL}/{(await read(session, f'{ALL}/{label}'))['id']}"
    await session.subscribe_resource(uri)
    work.step()  # its beginning may have been told before
    async with asyncio.timeout(PATIENCE_S):
        while uri not in heard:  # one that begins and ends between two looks is no news
            await asyncio.sleep(0.01)
        before = heard.count(uri)
        await asyncio.to_thread(work.end)
        while heard.count(uri) == before:
            await asyncio.sleep(0.01)
    return uri


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_new_function_changes_the_list_of_tools(server, mode):
    """Clients are told, and find it; also an older one that has never asked for the list."""
    told = asyncio.Event()

    async def hear(message):
        if getattr(message, "method", None) == "notifications/tools/list_changed":
            told.set()

    def fresh() -> int:
        return 7

    async def visit():
        async with client(server, mode, message_handler=hear) as session:
            if mode == "legacy":
                await session.call_tool("list_loops", {})
                mcpn.tool(fresh, name="fresh_legacy")
                async with asyncio.timeout(PATIENCE_S):
                    await told.wait()
            else:
                async with session.listen(tools_list_changed=True) as changes:
                    mcpn.tool(fresh, name="fresh_auto")
                    await until(changes, [ToolsListChanged()])
            return {tool.name for tool in (await session.list_tools()).tools}

    assert f"fresh_{mode}" in asyncio.run(visit())


def test_an_unknown_tool_names_those_that_there_are(server):
    """A misspelt name is answered with the nearest."""

    async def visit():
        async with client(server) as session:
            return await session.call_tool("watch_lop", {})

    answer = asyncio.run(visit())

    assert answer.is_error
    assert "'watch_loop'" in answer.content[0].text


def test_stopping_the_server_ends_open_requests_and_forgets_its_file(server, tmp_path):
    """A watcher does not hang; nothing is left in the runtime directory."""

    async def visit():
        async with client(server) as session:
            watch = asyncio.create_task(session.call_tool("watch_loop", {"wait_s": 60}))
            await session.call_tool("list_loops", {})
            await asyncio.to_thread(server.stop)
            async with asyncio.timeout(PATIENCE_S):
                with pytest.raises(BaseException):  # noqa: B017 - whatever the SDK makes of it
                    await watch

    try:
        asyncio.run(visit())
    except BaseExceptionGroup:  # the client's own end
        pass
    assert list(tmp_path.glob("mcp-notebook-*")) == []
