"""In the kernel: what the process holds, after everything that can be freed was freed."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import threading
from collections import Counter
from pathlib import Path

from mcp_notebook.runtime import running

OURS = ("Operation", "Call", "ToolResult", "Panel", "Bar", "Board", "Pending", "Batch")


def look() -> str:
    """Return, as JSON, megabytes of memory and numbers of things."""
    import comm
    from ipywidgets.widgets import widget

    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    runtime = running()
    kinds = Counter(type(thing).__name__ for thing in gc.get_objects() if _ours(thing))
    found = {
        "rss_mb": _rss_mb(),
        "widgets": len(widget._instances),
        "comms": len(comm.get_comm_manager().comms),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - numbers, no paths
        "tasks": _tasks(runtime.loop),
        "running": len(runtime.tracker.running()),
        "finished": len(runtime.tracker.finished()),
        **{kind: kinds[kind] for kind in OURS},
    }
    return json.dumps(found)


def _ours(thing: object) -> bool:
    return type(thing).__name__ in OURS and type(thing).__module__.startswith("mcp_notebook")


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def _tasks(loop: asyncio.AbstractEventLoop) -> int:
    async def count() -> int:
        return len(asyncio.all_tasks())

    return asyncio.run_coroutine_threadsafe(count(), loop).result(20)
