"""A FastMCP 4 server with the four progress patterns of its documentation. Run over stdio or HTTP."""

from __future__ import annotations

import argparse
import asyncio

from fastmcp import Context, FastMCP

server = FastMCP("theirs")
PAUSE_S = 0.01


@server.tool
async def percentage(ctx: Context) -> str:
    """0 to 100 in tens."""
    for percent in range(0, 101, 10):
        await ctx.report_progress(progress=percent, total=100)
        await asyncio.sleep(PAUSE_S)
    return "percentage"


@server.tool
async def absolute(ctx: Context, items: list[str]) -> str:
    """Count items, with messages."""
    for done, item in enumerate(items, 1):
        await ctx.report_progress(progress=done, total=len(items), message=f"took {item}")
        await asyncio.sleep(PAUSE_S)
    return "absolute"


@server.tool
async def indeterminate(ctx: Context) -> str:
    """Count without a total."""
    for found in range(1, 8):
        await ctx.report_progress(progress=found)
        await asyncio.sleep(PAUSE_S)
    return "indeterminate"


@server.tool
async def staged(ctx: Context) -> str:
    """Stages that repeat their boundary values."""
    for start, stop in ((0, 25), (25, 60), (60, 100)):
        for share in range(6):
            await ctx.report_progress(
                progress=start + (stop - start) * share / 5, total=100, message=f"to {stop} %"
            )
            await asyncio.sleep(PAUSE_S)
    return "staged"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    port = parser.parse_args().port
    if port:
        server.run("http", host="127.0.0.1", port=port, show_banner=False, log_level="error")
    else:
        server.run("stdio", show_banner=False, log_level="error")
