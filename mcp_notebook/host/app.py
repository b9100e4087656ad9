"""The kernel as an MCP server: which request is answered by what.

Rules: everything is answered on the background loop, so a busy cell delays
nothing; an error of ours is a tool error that says what to do; event streams
only (in JSON mode the SDK drops every progress notification).
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..errors import MCPNotebookError, UnknownToolError, suggest
from ..reporting import Report, Ticks, stay_nimble
from ..tracking import Loops
from . import resources, watching
from .definitions import LIST_LOOPS, STOP_LOOP, WATCH_LOOP, loop_tools
from .live_calls import call
from .sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    import mcp_types as types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server
    from starlette.applications import Starlette

    from .functions import Function
    from .registry import Functions
    from .running import Run

    Context = ServerRequestContext[Any, Any]
    Start = Callable[[Function, dict[str, Any], contextvars.Context], Run]

logger = logging.getLogger(__name__)

MOST_SESSIONS = 1_000
"""of older clients; each costs 50 kB until it has been idle for half an hour"""
MOST_STREAMS = 128
"""of listening clients"""
INSTRUCTIONS = """A live Jupyter notebook kernel. list_loops shows what its loops are doing right now, also while a \
cell is running; watch_loop follows one with real progress until it ends; stop_loop asks one to end. The other \
tools are functions of the notebook: they run in its memory, between cells."""


class App:
    """The handlers, and who has subscribed to what."""

    def __init__(self, name: str, loops: Loops, functions: Functions, ticks: Ticks, start: Start) -> None:
        from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler

        self._ticks = ticks
        self._loops = loops
        self._functions = functions
        self._start = start
        self._bus = InMemorySubscriptionBus()
        self._listen = ListenHandler(self._bus, max_subscriptions=MOST_STREAMS)
        self._sessions = Sessions()
        self._news = resources.News(loops, self._tell)
        self._telling: asyncio.Task[None] | None = None
        self.server = self._build(name)

    def asgi(self) -> Starlette:
        """Return the ASGI application: Streamable HTTP, both eras."""
        return self.server.streamable_http_app(json_response=False, max_sessions=MOST_SESSIONS)

    def tick(self) -> None:
        """Tell the subscribers what has changed: the loops have been sampled. On the background loop."""
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._news.look())

    async def functions_changed(self) -> None:
        """Tell the clients that the list of tools has changed."""
        from mcp.server.subscriptions import ToolsListChanged

        await self._bus.publish(ToolsListChanged())
        for session in self._sessions.all():
            await _quietly(session.send_tool_list_changed())

    def close(self) -> None:
        """End every stream in good order."""
        self._listen.close()
        self._ticks.tick()
        if self._telling is not None:
            self._telling.cancel()

    def _build(self, name: str) -> Server[Any]:
        from mcp.server.lowlevel import NotificationOptions, Server

        server: Server[Any] = Server(
            name,
            version=__version__,
            title="Notebook kernel",
            instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
            on_subscribe_resource=self._subscribe,
            on_unsubscribe_resource=self._unsubscribe,
            on_subscriptions_listen=self._listen,
        )
        # What older clients are told in the handshake; the HTTP side of the SDK leaves no other way to say it.
        changes = NotificationOptions(tools_changed=True, resources_changed=True)
        server.create_initialization_options = partial(  # type: ignore[method-assign]
            server.create_initialization_options, changes
        )
        return server

    # tools

    async def _list_tools(self, ctx: Context, params: Any) -> types.ListToolsResult:
        from mcp_types import ListToolsResult

        del params
        self._sessions.note(ctx)
        return ListToolsResult(tools=[*loop_tools(), *self._functions.definitions()])

    async def _call_tool(self, ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        stay_nimble()
        self._sessions.note(ctx)
        arguments = params.arguments or {}
        send = _sender(ctx)
        try:
            if params.name == LIST_LOOPS:
                return _answer(*watching.list_loops(self._loops, arguments))
            if params.name == STOP_LOOP:
                return _answer(*watching.stop_loop(self._loops, arguments))
            if params.name == WATCH_LOOP:
                return _answer(*await watching.Watch(self._loops, self._ticks, arguments, send).run())
            function = self._function(params.name)
            return await call(
                function,
                function.bind(arguments),
                loops=self._loops,
                ticks=self._ticks,
                start=self._start,
                send=send,
            )
        except MCPNotebookError as error:
            return _refusal(str(error))

    def _function(self, name: str) -> Function:
        function = self._functions.get(name)
        if function is None:
            names = [tool.name for tool in loop_tools()] + [one.name for one in self._functions.all()]
            raise UnknownToolError(f"no tool {name!r} in this notebook; {suggest(name, names)}")
        return function

    # resources

    async def _list_resources(self, ctx: Context, params: Any) -> types.ListResourcesResult:
        from mcp_types import ListResourcesResult

        del params
        self._sessions.note(ctx)
        return ListResourcesResult(resources=resources.listing(self._loops))

    async def _list_templates(self, ctx: Context, params: Any) -> types.ListResourceTemplatesResult:
        from mcp_types import ListResourceTemplatesResult

        del ctx, params
        return ListResourceTemplatesResult(resource_templates=resources.templates())

    async def _read_resource(
        self, ctx: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        from mcp.shared.exceptions import MCPError
        from mcp_types import INVALID_PARAMS

        del ctx
        try:
            return resources.read(self._loops, str(params.uri))
        except MCPNotebookError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from None

    async def _subscribe(self, ctx: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        from mcp_types import EmptyResult

        self._sessions.note(ctx).add(str(params.uri))
        return EmptyResult()

    async def _unsubscribe(self, ctx: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        from mcp_types import EmptyResult

        self._sessions.note(ctx).discard(str(params.uri))
        return EmptyResult()

    async def _tell(self, changed: list[str], listing: bool) -> None:
        from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated

        if listing:
            await self._bus.publish(ResourcesListChanged())
        for uri in changed:
            await self._bus.publish(ResourceUpdated(uri))
        for session, uri in self._sessions.subscribed(changed):
            await _quietly(session.send_resource_updated(uri))


def _sender(ctx: Context) -> Any:
    """Return how to report under the caller's token, or None where no progress was asked for."""
    if (ctx.meta or {}).get("progress_token") is None:
        return None

    async def send(report: Report) -> None:
        await ctx.session.report_progress(report.progress, report.total, report.message)

    return send


def _answer(structured: dict[str, Any], text: str) -> types.CallToolResult:
    from mcp_types import CallToolResult, TextContent

    json.dumps(structured, allow_nan=False)  # what is not JSON never leaves
    return CallToolResult(content=[TextContent(text=text)], structured_content=structured)


def _refusal(text: str) -> types.CallToolResult:
    from mcp_types import CallToolResult, TextContent

    return CallToolResult(content=[TextContent(text=text)], is_error=True)


async def _quietly(sending: Any) -> None:
    """Send to a client that may be gone."""
    try:
        await sending
    except Exception:
        logger.debug("a client could not be told", exc_info=True)
