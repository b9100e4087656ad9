"""The door: a real server on a real socket, what it leaves alone, and how it closes."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from contextvars import ContextVar

import anyio
import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.lowlevel import Server
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from mcp_notebook import MCPNotebookError
from mcp_notebook.host.door import Door
from mcp_notebook.loopback import listen

HANG_S = 15


def run(visit):
    """Run the coroutine function *visit*, which must not hang."""

    async def bounded():
        async with asyncio.timeout(HANG_S):
            return await visit()

    return asyncio.run(bounded())


def answering(answer=None, lifespan=None):
    """Return an application that answers at /mcp, 'inside' if nothing else is given."""

    async def inside(_request):
        return PlainTextResponse("inside")

    return Starlette(routes=[Route("/mcp", answer or inside)], lifespan=lifespan)


def client_of(door, token=None):
    """Return an HTTP client that knows the token, or another one."""
    return httpx2.AsyncClient(
        headers={"Authorization": f"Bearer {token or door.token}"}, timeout=httpx2.Timeout(HANG_S, read=None)
    )


@asynccontextmanager
async def opened(app):
    """Open a door before, and close it after."""
    door = await Door.open(app)
    try:
        yield door
    finally:
        await door.close()


def tools_server(**tools):
    """Return an MCP application whose tools are the coroutine functions *tools*."""

    async def list_tools(_ctx, _params):
        return types.ListToolsResult(
            tools=[types.Tool(name=name, input_schema={"type": "object"}) for name in tools]
        )

    async def call_tool(ctx, params):
        text = await tools[params.name](ctx)
        return types.CallToolResult(content=[types.TextContent(text=text)])

    server = Server("kernel", on_list_tools=list_tools, on_call_tool=call_tool)
    return server.streamable_http_app(json_response=False)


async def count(ctx):
    """Report twice, then answer."""
    for n in (1, 2):
        await ctx.session.report_progress(n, 2, None)
    return "counted"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_with_the_token_calls_tools_and_hears_progress(mode):
    """Both eras of the protocol; every report arrives, in order, before the result."""
    heard = []

    async def note(progress, total, _message):
        heard.append((progress, total))

    async def visit():
        async with opened(tools_server(count=count)) as door, client_of(door) as http:
            wire = streamable_http_client(door.url, http_client=http)
            async with Client(wire, mode=mode) as client:
                result = await client.call_tool("count", {}, progress_callback=note)
        return result.content[0].text

    assert run(visit) == "counted"
    assert heard == [(1, 2), (2, 2)]


def test_others_are_refused_on_the_wire():
    """Wrong token, another host, a foreign page; the answer names the cure and no token."""

    async def visit():
        async with opened(answering()) as door, client_of(door) as http, client_of(door, "wrong") as stranger:
            answers = [
                await stranger.get(door.url),
                await http.get(door.url, headers={"Host": f"evil.example:{door.port}"}),
                await http.get(door.url, headers={"Origin": "https://evil.example"}),
                await http.get(door.url),
            ]
            large = await stranger.post(door.url, content=b"x" * 3_000_000)
        assert [a.status_code for a in (*answers, large)] == [401, 421, 403, 200, 401]
        assert not any(door.token in f"{a.text}{a.headers}" for a in answers)

    run(visit)


def test_a_web_socket_is_never_opened():
    """An upgrade is a request like any other, and needs the token."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}

    async def visit():
        async with opened(answering()) as door, client_of(door, "wrong") as http:
            return (await http.get(door.url, headers=upgrade)).status_code

    assert run(visit) == 401


def test_every_connection_is_without_delay():
    """TCP_NODELAY: without it every call takes 40 ms more."""

    async def visit():
        async with opened(answering()) as door, client_of(door) as http:
            await http.get(door.url)
            (connection,) = door._server.server_state.connections
            accepted = connection.transport.get_extra_info("socket")
            return accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert run(visit) != 0


def test_the_token_is_long_new_and_in_no_representation():
    """Of the door, its parts and its tasks."""

    async def visit():
        async with opened(answering()) as first, opened(answering()) as second:
            assert len(first.token) >= 43
            assert first.token != second.token
            assert first.port != second.port
            shown = [repr(first), str(first), *map(repr, vars(first._server).values())]
            shown += [repr(task) for task in asyncio.all_tasks()]
            assert not any(first.token in text for text in shown)
            assert repr(first) == f"Door('http://127.0.0.1:{first.port}/mcp')"

    run(visit)


def test_signals_and_the_root_logger_are_left_alone():
    """Even in the main thread, where uvicorn would take the signals."""

    def state():
        root = logging.getLogger()
        handlers = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
        return root.level, tuple(root.handlers), tuple(root.filters), logging.root.disabled, handlers

    async def visit():
        before = state()
        async with opened(tools_server(count=count)) as door, client_of(door) as http:
            await http.get(door.url)
            assert state() == before
        assert state() == before

    run(visit)


def test_it_lives_on_the_loop_of_another_thread():
    """As in a kernel, whose main thread runs cells."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def there(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(HANG_S)

    async def visit(door):
        async with client_of(door) as http:
            return (await http.get(door.url)).text

    door = there(Door.open(answering()))
    assert run(lambda: visit(door)) == "inside"
    there(door.close())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(HANG_S)
    assert asyncio.all_tasks(loop) == set()
    loop.close()


def test_requests_know_nothing_of_the_context_that_opened_the_door():
    """A cell that tracks a loop and serves does not make each request a part of that loop."""
    ambient = ContextVar("ambient", default="none")

    async def tell(_request):
        return PlainTextResponse(ambient.get())

    async def visit():
        ambient.set("a cell")
        async with opened(answering(tell)) as door, client_of(door) as http:
            return (await http.get(door.url)).text

    assert run(visit) == "none"


def test_closing_twice_is_closing_once_and_frees_the_port():
    """Also at the same time; afterwards nobody listens, and the port can be had again."""

    async def visit():
        door = await Door.open(answering())
        await asyncio.gather(door.close(), door.close())
        await door.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", door.port)).close()

        again = await Door.open(answering(), port=door.port)
        assert again.url == door.url
        assert again.token != door.token
        await again.close()

    run(visit)


def test_a_fork_that_holds_the_socket_does_not_hold_the_port():
    """Worker processes of a notebook outlive its server; a socket that was handed on is the same case."""

    def hold(handle):
        waits = [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"]
        return subprocess.Popen(waits, stdin=subprocess.PIPE, pass_fds=[handle])

    async def visit():
        door = await Door.open(answering())
        with hold(door._listening.fileno()) as worker:
            await door.close()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", door.port)).close()
            await (await Door.open(answering(), port=door.port)).close()
            assert worker.poll() is None
            worker.stdin.close()

    run(visit)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_closing_does_not_wait_for_a_call_that_never_ends(mode):
    """The client hears of it; the handler is cancelled."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang(_ctx):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def visit():
        door = await Door.open(tools_server(hang=hang))

        async def call():
            async with client_of(door) as http:
                wire = streamable_http_client(door.url, http_client=http)
                async with Client(wire, mode=mode) as client:
                    await client.call_tool("hang", {})

        calling = asyncio.create_task(call())
        await begun.wait()
        await door.close()
        await ended.wait()
        await asyncio.wait((calling,))
        assert calling.cancelled() or calling.exception() is not None

    run(visit)


def test_closing_does_not_wait_for_an_open_stream():
    """Clients of the older protocol keep one open all the time."""

    async def visit():
        door = await Door.open(tools_server(count=count))
        async with client_of(door) as http:
            wire = streamable_http_client(door.url, http_client=http)
            async with Client(wire, mode="legacy") as client:
                await client.call_tool("count", {})
                await door.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", door.port)).close()

    run(visit)


def test_closing_does_not_wait_for_work_that_cannot_be_cancelled():
    """A handler in a thread works on; its client is hung up on, and the port is free."""
    release = threading.Event()
    begun = asyncio.Event()

    async def stubborn(_request):
        async def body():
            yield b"first"
            begun.set()
            await anyio.to_thread.run_sync(release.wait)

        return StreamingResponse(body())

    async def visit():
        door = await Door.open(answering(stubborn))
        async with client_of(door) as http, http.stream("GET", door.url) as response:
            chunks = response.aiter_bytes()
            assert await anext(chunks) == b"first"
            await begun.wait()
            await door.close()
            with pytest.raises(httpx2.HTTPError):
                await anext(chunks)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", door.port)).close()

    async def visit_and_release():
        try:
            await visit()
        finally:
            release.set()

    run(visit_and_release)


def test_closing_does_not_wait_for_an_application_that_does_not_end():
    """Its own way out is cut off, too."""
    ended = asyncio.Event()

    @asynccontextmanager
    async def endless(_app):
        yield
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def visit():
        door = await Door.open(answering(lifespan=endless))
        await door.close()
        await ended.wait()

    run(visit)


def test_a_door_can_be_opened_after_one_that_was_closed_on_a_stream():
    """Nothing of the first end reaches the second server."""

    async def visit():
        for _ in range(2):
            door = await Door.open(tools_server(count=count))
            async with client_of(door) as http:
                wire = streamable_http_client(door.url, http_client=http)
                async with Client(wire, mode="legacy") as client:
                    assert (await client.call_tool("count", {})).content[0].text == "counted"
                    await door.close()

    run(visit)


def test_a_port_in_use_is_an_error_that_names_it():
    """And the cure."""

    async def visit():
        with listen("127.0.0.1", 0) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(
                MCPNotebookError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*, or 0 for"
            ):
                await Door.open(answering(), port=port)

    run(visit)


@pytest.mark.parametrize("port", [-1, 1, 80, 65536, 10**30])
def test_a_port_that_cannot_be_is_an_error_that_names_it(port):
    """Root could have port 80: clients would leave it out of the Host, which no check accepts."""
    with pytest.raises(MCPNotebookError, match=rf"port {port} .* from 1024 to 65535, or 0 for a free one"):
        run(lambda: Door.open(answering(), port=port))


def test_an_application_that_does_not_start_is_an_error_with_its_words():
    """The loop goes on, although uvicorn wants to end the process, and the port is free."""

    @asynccontextmanager
    async def broken(_app):
        raise RuntimeError("no wheels")
        yield

    async def visit():
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
        with pytest.raises(MCPNotebookError, match="did not start: no wheels"):
            await Door.open(answering(lifespan=broken), port=port)
        listen("127.0.0.1", port).close()

    run(visit)


def test_opening_can_be_given_up():
    """An interrupted %mcp_serve leaves no port behind."""
    begun = asyncio.Event()

    @asynccontextmanager
    async def slow(_app):
        begun.set()
        await asyncio.Event().wait()
        yield

    async def visit():
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
        opening = asyncio.create_task(Door.open(answering(lifespan=slow), port=port))
        await begun.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        listen("127.0.0.1", port).close()

    run(visit)
