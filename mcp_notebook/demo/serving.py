"""The demo server on a wire: stdio, or Streamable HTTP on a loopback address.

Rules. HTTP answers with event streams (in JSON mode the SDK drops every
progress notification) and binds only what its Host check accepts. Both end
cleanly: SIGTERM is a Ctrl-C, calls in flight get one second.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from mcp.server.mcpserver import MCPServer

GRACE_S = 1
GAP_S = 0.015


def over_stdio(server: MCPServer) -> None:
    """Serve on stdin and stdout until stdin ends."""
    # The SDK reads stdin in a thread that nothing interrupts: Python's own Ctrl-C would wait for a line.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server.middleware.append(leave_a_gap)
    server.run("stdio")


async def leave_a_gap(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Keep a response out of the chunk of its last progress: TypeScript stdio clients lose that progress."""
    result = await call_next(ctx)
    if (ctx.meta or {}).get("progress_token") is not None:
        await asyncio.sleep(GAP_S)
    return result


def over_http(server: MCPServer, host: str, listening: socket.socket) -> None:
    """Serve on *listening*, and close it; returns at Ctrl-C or SIGTERM."""
    import uvicorn

    config = uvicorn.Config(
        server.streamable_http_app(host=host, json_response=False),
        log_config=None,
        log_level="critical",  # below that it shows a traceback for every call that the end cuts off
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    # uvicorn raises its signal again when it has ended, for the handler it found.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
