"""The one server that every client of the comparison calls; what reaches it goes into a journal.

    python journaling_server.py JOURNAL

It speaks stdio. Each line of the journal is one event, as JSON: a tool began,
was cancelled, or ended.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve
from pydantic import BaseModel, Field

server = MCPServer("journal")


def note(event: str, tool: str, **more: Any) -> None:
    """Write one event."""
    with Path(sys.argv[1]).open("a") as journal:
        journal.write(json.dumps({"event": event, "tool": tool, "at": time.time(), **more}) + "\n")


@contextmanager
def noted(tool: str, ctx: Context) -> Iterator[None]:
    """Write how a tool began and ended."""
    meta = ctx.request_context.meta or {}
    note("began", tool, asks_for_progress="progress_token" in meta, protocol=ctx.protocol_version)
    try:
        yield
    except asyncio.CancelledError:
        note("cancelled", tool)
        raise
    note("ended", tool)


@server.tool()
async def count(ctx: Context, steps: int, delay: float = 0.2, known: bool = True) -> str:
    """Count to *steps*, with a report for each; the total only if it is *known*."""
    with noted("count", ctx):
        for done in range(1, steps + 1):
            await asyncio.sleep(delay)
            await ctx.report_progress(done, steps if known else None, f"pebble {done}")
    return f"counted {steps}"


class Choice(BaseModel):
    """Which colour."""

    colour: Annotated[Literal["red", "green"], Field(description="of the pebble")]


async def ask_colour() -> Elicit[Choice]:
    """Ask, in the way of the client's revision."""
    return Elicit("Which pebble?", Choice)


@server.tool()
async def choose(colour: Annotated[ElicitationResult[Choice], Resolve(ask_colour)]) -> str:
    """Ask the person for a colour."""
    if isinstance(colour, AcceptedElicitation):
        note("answered", "choose", colour=colour.data.colour)
        return f"chosen: {colour.data.colour}"
    note("unanswered", "choose", action=colour.action)
    return f"not chosen: {colour.action}"


@server.resource("pebble://first")
def first() -> str:
    """One resource."""
    return "a grey pebble"


@server.prompt()
def describe(stone: str) -> str:
    """One prompt."""
    return f"Describe the stone {stone}."


if __name__ == "__main__":
    server.run("stdio")
