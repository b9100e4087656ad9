"""Other people's clients, each as one coroutine: call a tool of the kernel and note every report."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

WAYS = ("sdk http", "sdk http legacy", "sdk bridge", "sdk bridge legacy", "fastmcp http", "fastmcp bridge")


@dataclass
class Heard:
    """What one call reported and returned."""

    reports: list[tuple[float, float | None, str | None]] = field(default_factory=list)
    result: object = None

    @property
    def values(self) -> list[float]:
        return [value for value, _, _ in self.reports]

    async def note(self, progress, total, message) -> None:
        self.reports.append((progress, total, message))


@asynccontextmanager
async def client(way: str, entry, environment):
    """Enter a client of the kernel behind *entry*: over HTTP, or over the bridge's stdio."""
    owner, transport, *era = way.split()
    if owner == "fastmcp":
        import fastmcp  # by who needs it: it takes a second, which each process that collects would pay

        async with fastmcp.Client(_fast_transport(transport, entry, environment)) as session:
            yield _Fast(session)
        return
    mode = era[0] if era else "auto"
    if transport == "bridge":
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "mcp_notebook", "bridge", "--kernel", entry.name],
            env=environment,
        )
        async with Client(stdio_client(command), mode=mode) as session:
            yield _Sdk(session)
        return
    timeout = httpx2.Timeout(30, read=120)
    async with (
        httpx2.AsyncClient(headers=_headers(entry), timeout=timeout) as http,
        Client(streamable_http_client(entry.url, http_client=http), mode=mode) as session,
    ):
        yield _Sdk(session)


def _headers(entry) -> dict[str, str]:
    return {"Authorization": f"Bearer {entry.token}"}


def _fast_transport(transport, entry, environment):
    from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

    if transport == "http":
        return StreamableHttpTransport(entry.url, headers=_headers(entry))
    arguments = ["-m", "mcp_notebook", "bridge", "--kernel", entry.name]
    return StdioTransport(command=sys.executable, args=arguments, env=environment)


class _Sdk:
    """The SDK's client."""

    def __init__(self, session) -> None:
        self.session = session

    async def call(self, tool: str, **arguments) -> Heard:
        heard = Heard()
        heard.result = await self.session.call_tool(tool, arguments, progress_callback=heard.note)
        return heard

    async def call_silently(self, tool: str, **arguments):
        return await self.session.call_tool(tool, arguments)

    async def names(self) -> set[str]:
        return {tool.name for tool in (await self.session.list_tools()).tools}

    @staticmethod
    def structured(heard: Heard):
        return heard.result.structured_content


class _Fast:
    """FastMCP's client."""

    def __init__(self, session) -> None:
        self.session = session

    async def call(self, tool: str, **arguments) -> Heard:
        heard = Heard()
        heard.result = await self.session.call_tool(
            tool, arguments, progress_handler=heard.note, raise_on_error=False
        )
        return heard

    async def names(self) -> set[str]:
        return {tool.name for tool in await self.session.list_tools()}

    @staticmethod
    def structured(heard: Heard):
        return heard.result.structured_content
