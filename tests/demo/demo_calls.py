"""Talk to the demo server with the SDK's own client, over each of its wires."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import anyio
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from mcp_notebook.demo import build

STDIO = StdioServerParameters(command=sys.executable, args=["-m", "mcp_notebook", "demo"])
WAYS = ("in-process", "in-process legacy", "stdio", "stdio legacy", "http", "http legacy")


@dataclass(frozen=True)
class Seen:
    """What a client saw of one call."""

    reports: list[tuple[float, float | None, str | None]]
    result: CallToolResult

    @property
    def progress(self):
        """The reports without their messages."""
        return [report[:2] for report in self.reports]

    @property
    def value(self):
        """The structured value, unwrapped."""
        return self.result.structured_content["result"]

    @property
    def text(self):
        """The words of the first content block."""
        return self.result.content[0].text


def connect(way: str, url: str, **options) -> Client:
    """Return a client, not yet entered, for one of WAYS; *url* is the HTTP server's."""
    where, _, era = way.partition(" ")
    server = {"in-process": build, "stdio": lambda: STDIO, "http": lambda: url}[where]()
    return Client(server, mode=era or "auto", **options)


async def call(client: Client, tool: str, **arguments) -> Seen:
    """Call *tool* to its end."""
    reports = []

    async def note(progress, total, message):
        reports.append((progress, total, message))

    result = await client.call_tool(tool, arguments, progress_callback=note)
    return Seen(reports, result)


async def call_and_cancel(client: Client, tool: str, *, after: int, **arguments) -> None:
    """Call *tool*, and cancel the call when it has reported *after*."""
    enough = anyio.Event()

    async def note(progress, _total, _message):
        if progress >= after:
            enough.set()

    async def run():
        await client.call_tool(tool, arguments, progress_callback=note)

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        await enough.wait()
        group.cancel_scope.cancel()
