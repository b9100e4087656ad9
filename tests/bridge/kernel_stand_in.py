"""A stand-in for a kernel that serves: the SDK's server over HTTP with a bearer token, in its own process.

Run with a name; it publishes itself, prints its token and its pid, and works until it is told
to end. What happens to its handlers goes to the file given as second argument.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
import sys
import time
from pathlib import Path

import mcp_types as types
import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourcesListChanged, ResourceUpdated, ToolsListChanged

from mcp_notebook.host import discovery
from mcp_notebook.host.definitions import loop_tools
from mcp_notebook.loopback import listen, url_of

BUS = InMemorySubscriptionBus()
PIXEL = "iVBORw0KGgo="
STRUCTURED = {"rate": 1.5, "eta_s": None, "loops": [{"id": "loop-1", "total": None}]}


class StandIn:
    """The tools that the tests call."""

    def __init__(self, name: str, journal: Path) -> None:
        self.name = name
        self.journal = journal
        self.extra: list[str] = []

    def note(self, **what) -> None:
        """Write down what happened."""
        with self.journal.open("a") as file:
            file.write(json.dumps(what) + "\n")

    async def list_tools(self, _ctx, _params):
        """All tools, the registered ones last."""
        names = (
            "count",
            "hang",
            "rich",
            "refuse",
            "crash",
            "who",
            "register",
            "touch",
            "fork",
            "picture",
            *self.extra,
        )
        tools = [types.Tool(name=n, input_schema={"type": "object"}) for n in names]
        return types.ListToolsResult(tools=[*loop_tools(), *tools])

    async def call_tool(self, ctx, params):
        """Note what arrived, run the tool of that name."""
        meta = {k: v for k, v in (ctx.meta or {}).items() if not k.startswith("io.modelcontextprotocol/")}
        self.note(called=params.name, asks="progress_token" in meta, vendor=meta.get("example/tag"))
        try:
            return await getattr(self, f"tool_{params.name}")(ctx, **(params.arguments or {}))
        except asyncio.CancelledError:
            self.note(cancelled=params.name)
            raise

    async def tool_fork(self, _ctx, seconds):
        """Leave a child that holds every socket of ours."""
        child = os.fork()
        if child == 0:
            time.sleep(seconds)  # noqa: ASYNC251 -- there is no loop in the child
            os._exit(0)
        return text(str(child))

    async def tool_picture(self, ctx, size):
        """Answer with an event of *size* characters."""
        await ctx.session.report_progress(1)
        picture = types.ImageContent(data="A" * size, mime_type="image/png")
        return types.CallToolResult(content=[picture])

    async def tool_count(self, ctx, to=3, delay=0.0, fail=False):
        """Report 0 … *to*, then answer, or refuse."""
        for n in range(to + 1):
            await ctx.session.report_progress(n, to, f"step {n}")
            await asyncio.sleep(delay)
        if fail:
            raise MCPError(-32050, "counted, and refused")
        return text(f"counted to {to}")

    async def tool_hang(self, ctx):
        """Report once, then never answer."""
        await ctx.session.report_progress(1)
        self.note(hanging=True)
        await asyncio.Event().wait()

    async def tool_rich(self, _ctx, **arguments):
        """Answer with everything that a result can hold."""
        content = [
            types.TextContent(text="words", _meta={"example/block": 1}),
            types.ImageContent(data=PIXEL, mime_type="image/png"),
        ]
        return types.CallToolResult(
            content=content,
            structured_content={**STRUCTURED, "arguments": arguments},
            _meta={"example/result": {"deep": [1, 2]}},
        )

    async def tool_refuse(self, _ctx):
        """Fail with a code and data of its own."""
        raise MCPError(-32050, "not on a Sunday", {"day": "Sunday"})

    async def tool_crash(self, _ctx):
        """Fail as a tool fails."""
        return types.CallToolResult(content=[types.TextContent(text="it broke")], is_error=True)

    async def tool_who(self, _ctx):
        """Say which kernel this is."""
        return text(self.name)

    async def tool_register(self, _ctx, name="fresh"):
        """Offer another tool, and tell."""
        self.extra.append(name)
        await BUS.publish(ToolsListChanged())
        await BUS.publish(ResourcesListChanged())
        return text("registered")

    async def tool_touch(self, _ctx, uri="notebook://loops"):
        """Announce a change of a resource."""
        await BUS.publish(ResourceUpdated(uri))
        return text("touched")

    async def list_resources(self, _ctx, _params):
        """One resource."""
        return types.ListResourcesResult(
            resources=[types.Resource(uri="notebook://loops", name="loops", mime_type="application/json")]
        )

    async def list_templates(self, _ctx, _params):
        """One template."""
        template = types.ResourceTemplate(uri_template="notebook://loops/{id}", name="loop")
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(self, _ctx, params):
        """The loops of nobody, or an error."""
        if params.uri != "notebook://loops":
            raise MCPError(-32002, "no such loop", {"uri": params.uri})
        contents = types.TextResourceContents(uri=params.uri, mime_type="application/json", text="[]")
        return types.ReadResourceResult(contents=[contents])


class LateEar(ListenHandler):
    """Agrees to tell of changes when the first request has long been answered."""

    async def __call__(self, ctx, params):
        """Listen from now on, which is late."""
        await asyncio.sleep(0.3)
        return await super().__call__(ctx, params)


def text(words: str) -> types.CallToolResult:
    """Return a result of one line."""
    return types.CallToolResult(content=[types.TextContent(text=words)])


def guarded(app, token: str):
    """Return *app* behind a check of the bearer token."""

    async def check(scope, receive, send):
        given = dict(scope.get("headers") or ()).get(b"authorization", b"").decode()
        if scope["type"] == "http" and not hmac.compare_digest(given, f"Bearer {token}"):
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await app(scope, receive, send)

    return check


def main(name: str, journal: str, published: str = "right") -> None:
    """Serve until a signal comes; *published* `wrong` makes a stale file, `late` a kernel that is slow to listen."""
    it = StandIn(name, Path(journal))
    server = Server(
        name,
        on_list_tools=it.list_tools,
        on_call_tool=it.call_tool,
        on_list_resources=it.list_resources,
        on_list_resource_templates=it.list_templates,
        on_read_resource=it.read_resource,
        on_subscriptions_listen=(LateEar if published == "late" else ListenHandler)(BUS),
    )
    token = secrets.token_hex(16)
    listening = listen("127.0.0.1", 0)
    entry = discovery.Entry(
        name=name,
        url=url_of("127.0.0.1", listening),
        token="wrong-" + token if published == "wrong" else token,
        pid=os.getpid(),
        started=time.time(),
    )
    discovery.publish(entry)
    sys.stdout.write(f"{entry.token} {entry.pid}\n")
    sys.stdout.flush()
    app = guarded(server.streamable_http_app(), token)
    config = uvicorn.Config(app, log_level="critical", lifespan="on", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
