"""A small MCP server, the one that 10_testing_a_server.ipynb tests: `python stock_server.py`."""

import asyncio
from typing import Annotated

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

server = MCPServer("stock", log_level="ERROR")
counted = 0


@server.tool()
async def recount(shelves: Annotated[int, Field(ge=1)], ctx: Context, pause: float = 0.01) -> dict[str, int]:
    """Count the items on every shelf; there are twelve on each."""
    global counted
    for counted in range(1, shelves + 1):
        await asyncio.sleep(pause)
        await ctx.report_progress(counted, shelves, f"shelf {counted}")
    return {"shelves": shelves, "items": 12 * shelves}


@server.tool()
def last_counted() -> int:
    """Say which shelf was counted last; after a cancelled count, how far it came."""
    return counted


@server.tool()
def reserve(items: int) -> str:
    """Reserve items for an order."""
    if items > 100:
        raise ToolError(f"{items} items are more than the 100 in stock")
    return f"{items} reserved"


if __name__ == "__main__":
    server.run()
