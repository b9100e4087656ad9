"""Call any MCP tool from a notebook cell, with live progress bars and true receipts.

>>> import mcp_notebook as mcpn
>>> demo = mcpn.connect("demo")
>>> demo.call("add", a=1, b=2).data
3

This module is the door: everything public is here, and everything heavy is
imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .api import (
        capture,
        connect,
        connections,
        forget_tokens,
        history,
        keep_loop_alive,
        loops,
        serve,
        tool,
        track,
    )
    from .client.call import Call
    from .client.connection import Connection
    from .client.oauth import OAuth
    from .errors import (
        ArgumentError,
        CallCancelledError,
        CallTimeoutError,
        ConnectError,
        ConnectionLostError,
        LoopStopped,
        MCPNotebookError,
        ToolError,
        UnknownServerError,
        UnknownToolError,
    )
    from .magics import load_ipython_extension, unload_ipython_extension
    from .progress import Event, LogEntry, Progress
    from .records import History, Record
    from .results import ToolResult

_WHERE = {
    "connect": "api",
    "capture": "api",
    "connections": "api",
    "forget_tokens": "api",
    "history": "api",
    "keep_loop_alive": "api",
    "loops": "api",
    "serve": "api",
    "tool": "api",
    "track": "api",
    "Call": "client.call",
    "Connection": "client.connection",
    "OAuth": "client.oauth",
    "Event": "progress",
    "LogEntry": "progress",
    "Progress": "progress",
    "History": "records",
    "Record": "records",
    "ToolResult": "results",
    "ArgumentError": "errors",
    "CallCancelledError": "errors",
    "CallTimeoutError": "errors",
    "ConnectError": "errors",
    "ConnectionLostError": "errors",
    "LoopStopped": "errors",
    "MCPNotebookError": "errors",
    "ToolError": "errors",
    "UnknownServerError": "errors",
    "UnknownToolError": "errors",
    "load_ipython_extension": "magics",
    "unload_ipython_extension": "magics",
}

__all__ = [
    "ArgumentError",
    "Call",
    "CallCancelledError",
    "CallTimeoutError",
    "ConnectError",
    "Connection",
    "ConnectionLostError",
    "Event",
    "History",
    "LogEntry",
    "LoopStopped",
    "MCPNotebookError",
    "OAuth",
    "Progress",
    "Record",
    "ToolError",
    "ToolResult",
    "UnknownServerError",
    "UnknownToolError",
    "__version__",
    "capture",
    "connect",
    "connections",
    "forget_tokens",
    "history",
    "keep_loop_alive",
    "load_ipython_extension",
    "loops",
    "serve",
    "tool",
    "track",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
