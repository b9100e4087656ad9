"""Other people's client: FastMCP over stdio, through the bridge."""

from __future__ import annotations

import asyncio
import sys

import pytest

from .places import BRIDGE


def test_a_fastmcp_client_sees_tools_progress_and_errors(place):
    """It always sends a token; its own results come out."""
    # Imported here: it takes a second, which each process that collects would pay.
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport
    from fastmcp.exceptions import ToolError

    place.kernel()
    heard = []

    async def hear(progress, total, message):
        heard.append((progress, total, message))

    async def visit():
        wire = StdioTransport(sys.executable, BRIDGE, env=place.env, keep_alive=False)
        async with Client(wire) as client:
            names = [tool.name for tool in await client.list_tools()]
            result = await client.call_tool("count", {"to": 2}, progress_handler=hear)
            quiet = await client.call_tool("who")
            with pytest.raises(ToolError, match="it broke"):
                await client.call_tool("crash")
            return names, result, quiet, await client.read_resource("notebook://loops")

    names, result, quiet, resource = asyncio.run(visit())

    assert names[:3] == ["list_loops", "watch_loop", "stop_loop"]
    assert heard == [(0, 2, "step 0"), (1, 2, "step 1"), (2, 2, "step 2")]
    assert (result.content[0].text, quiet.content[0].text) == ("counted to 2", "train")
    assert resource[0].text == "[]"
