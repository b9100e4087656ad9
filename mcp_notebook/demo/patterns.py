"""The demo server's progress: the patterns of FastMCP's documentation, repeated boundary values included.

Rules: a report states what is done, never what is about to be; nothing is
reported after the last one. Annotations are evaluated by the SDK, so its
names are imported for real here.
"""

import asyncio
from typing import Annotated, Any

from mcp.server.connection import allowed_log_levels
from mcp.server.mcpserver import Context
from mcp_types import LoggingMessageNotification, LoggingMessageNotificationParams
from pydantic import Field

Delay = Annotated[float, Field(ge=0, le=10, description="seconds for each step")]

TABLES = ("users", "orders", "inventory", "audit_logs")
STAGES = (("validating", 0, 25), ("exporting", 25, 60), ("importing", 60, 90), ("verifying", 90, 100))


async def process_items(
    items: Annotated[list[str], Field(description="what to process, one after the other")],
    ctx: Context,
    delay: Delay = 0.1,
) -> dict[str, Any]:
    """Process items one by one, with a count, a total and a message for each."""
    for done, item in enumerate(items):
        await ctx.report_progress(done, len(items), f"processing {item}")
        await asyncio.sleep(delay)
    await ctx.report_progress(len(items), len(items))
    return {"processed": len(items), "items": [item.upper() for item in items]}


async def download_file(
    ctx: Context,
    size_mb: Annotated[float, Field(gt=0, le=10_000, description="how large it is")] = 50,
    name: Annotated[str, Field(description="what to call it")] = "data.bin",
    delay: Delay = 0.05,
) -> str:
    """Pretend to download a file; reports a percentage from 0 to 100."""
    for percent in range(0, 101, 5):
        if percent:
            await asyncio.sleep(delay)
        await ctx.report_progress(percent, 100, f"{name}: {size_mb * percent / 100:g} of {size_mb:g} MB")
    return f"{name}: {size_mb:g} MB"


async def backup_database(ctx: Context, delay: Delay = 0.3) -> list[str]:
    """Back up four tables; reports absolute counts, with a message and a log line for each."""
    for done, table in enumerate(TABLES, 1):
        await _log(ctx, f"backing up table {table}")
        await asyncio.sleep(delay)
        await ctx.report_progress(done, len(TABLES), f"backed up {table}")
    return list(TABLES)


async def scan_directory(
    ctx: Context,
    files: Annotated[int, Field(ge=0, le=100_000, description="how many there are to find")] = 20,
    delay: Delay = 0.1,
) -> int:
    """Find files; nobody knows how many there are, so progress has no total."""
    for found in range(1, files + 1):
        await asyncio.sleep(delay)
        await ctx.report_progress(found, message=f"found file_{found:04}.txt")
    return files


async def migrate_data(ctx: Context, delay: Delay = 0.1) -> str:
    """Migrate in four stages, mapped into one percentage; stages repeat their boundary values."""
    for stage, start, stop in STAGES:
        await _log(ctx, f"{stage} data")
        for step in range(6):
            await ctx.report_progress(start + (stop - start) * step / 5, 100, f"{stage}: step {step} of 5")
            await asyncio.sleep(delay)
    return "migrated"


async def _log(ctx: Context, text: str) -> None:
    """Send a log line where the request may have one (2026-07-28: only if its `_meta` asks for it).

    The SDK's own `ctx.info` does the same, and warns the server's user of its
    deprecation each time (`MCPDeprecationWarning`, shown by default).
    """
    request = ctx.request_context
    if "info" in allowed_log_levels(request.protocol_version, request.meta):
        entry = LoggingMessageNotificationParams(level="info", logger="demo", data=text)
        note = LoggingMessageNotification(params=entry)
        await ctx.session.send_notification(note, related_request_id=ctx.request_id)


PATTERNS = (process_items, download_file, backup_database, scan_directory, migrate_data)
