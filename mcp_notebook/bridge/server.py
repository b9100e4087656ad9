"""The server that clients see: each request goes to the kernel, its answer comes back as it is.

Rules. A client that lists tools only once must find the loop tools, so they
are listed without a kernel, too. A tool's failure to reach one is a result
that the agent can read; elsewhere it is an error. Errors of the kernel itself
pass unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import ListenHandler
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, TypeAdapter

from .._version import __version__
from ..errors import MCPNotebookError
from ..host.definitions import loop_tools
from .relay import relayed

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp.shared.dispatcher import ProgressFnT
    from mcp_types import ClientRequest

    from .news import News
    from .switch import Switch

    Context = ServerRequestContext[Any, Any]
    Page = types.PaginatedRequestParams | None

NAME = "mcp-notebook"
OWN_META = "io.modelcontextprotocol/"
Result = TypeVar("Result", bound=BaseModel)
Params = TypeVar("Params", bound=types.RequestParams)

Called = types.CallToolResult | types.InputRequiredResult
Read = types.ReadResourceResult | types.InputRequiredResult
_CALLED: TypeAdapter[Called] = TypeAdapter(Called)
_READ: TypeAdapter[Read] = TypeAdapter(Read)


def build(switch: Switch, news: News) -> Server[Any]:
    """Return a server whose requests go through *switch* and whose subscriptions live in *news*."""
    bridge = _Bridge(switch, news)
    server: Server[Any] = Server(
        NAME,
        version=__version__,
        instructions=switch.instructions,
        on_list_tools=bridge.list_tools,
        on_call_tool=bridge.call_tool,
        on_list_resources=bridge.list_resources,
        on_list_resource_templates=bridge.list_templates,
        on_read_resource=bridge.read_resource,
        on_subscribe_resource=bridge.subscribe,
        on_unsubscribe_resource=bridge.unsubscribe,
        on_subscriptions_listen=bridge.listen,
    )
    server.add_notification_handler(
        "notifications/initialized", types.NotificationParams, bridge.shaken_hands
    )
    return server


class _Bridge:
    def __init__(self, switch: Switch, news: News) -> None:
        self._switch = switch
        self._news = news
        self._listen = ListenHandler(news.bus)

    async def list_tools(self, _: Context, params: Page) -> types.ListToolsResult:
        request = types.ListToolsRequest(params=_page(params))
        return await self._list(request, types.ListToolsResult, types.ListToolsResult(tools=loop_tools()))

    async def list_resources(self, _: Context, params: Page) -> types.ListResourcesResult:
        request = types.ListResourcesRequest(params=_page(params))
        return await self._list(request, types.ListResourcesResult, types.ListResourcesResult(resources=[]))

    async def list_templates(self, _: Context, params: Page) -> types.ListResourceTemplatesResult:
        request = types.ListResourceTemplatesRequest(params=_page(params))
        nothing = types.ListResourceTemplatesResult(resource_templates=[])
        return await self._list(request, types.ListResourceTemplatesResult, nothing)

    async def read_resource(self, ctx: Context, params: types.ReadResourceRequestParams) -> Read:
        try:
            return await self._forward(ctx, types.ReadResourceRequest(params=_upstream(params)), _READ)
        except MCPNotebookError as error:
            raise MCPError(types.INTERNAL_ERROR, str(error)) from error

    async def call_tool(self, ctx: Context, params: types.CallToolRequestParams) -> Called:
        try:
            return await self._forward(ctx, types.CallToolRequest(params=_upstream(params)), _CALLED)
        except MCPNotebookError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)

    async def subscribe(self, _: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        if params.uri not in self._news.uris:
            self._news.want([params.uri])
            await self._switch.listen()
        return types.EmptyResult()

    async def unsubscribe(self, _: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        if params.uri in self._news.uris:
            self._news.drop([params.uri])
            await self._switch.listen()
        return types.EmptyResult()

    async def listen(
        self, ctx: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        uris = params.notifications.resource_subscriptions or []
        self._news.want(uris)
        try:
            if uris:
                await self._switch.listen()
            return await self._listen(ctx, params)
        finally:
            self._news.drop(uris)

    async def shaken_hands(self, ctx: Context, _: types.NotificationParams) -> None:
        self._news.older = ctx.session

    async def _list(self, request: ClientRequest, shape: type[Result], nothing: Result) -> Result:
        try:
            return await self._switch.ask(request, shape)
        except MCPNotebookError:
            return nothing

    async def _forward(self, ctx: Context, request: ClientRequest, shape: TypeAdapter[Result]) -> Result:
        """Send *request*; its progress is asked for exactly where the client asked for it."""
        if (ctx.meta or {}).get("progress_token") is None:
            return await self._switch.ask(request, shape)

        async def work(hear: ProgressFnT) -> Result:
            return await self._switch.ask(request, shape, hear)

        return await relayed(ctx.session.report_progress, work)


def _page(params: Page) -> Page:
    return None if params is None else _upstream(params)


def _upstream(params: Params) -> Params:
    """Return *params* without the client's progress token and protocol envelope: the bridge sends its own."""
    meta = params.meta or {}
    kept = {k: v for k, v in meta.items() if k != "progress_token" and not k.startswith(OWN_META)}
    return params.model_copy(update={"meta": kept or None})
