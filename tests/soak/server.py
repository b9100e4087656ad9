"""The server of the soak: one tool that reports, waits, fails and answers as it is told.

`python server.py` serves on stdio; with `--http` it prints its URL first.
"""

import asyncio
import socket
import sys

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError


def build() -> MCPServer:
    """Return the server."""
    server = MCPServer("soak", log_level="CRITICAL")
    server.add_tool(work)
    return server


async def work(
    context: Context,
    reports: int = 0,
    words: int = 10,
    size: int = 10,
    seconds: float = 0.0,
    fail: bool = False,
) -> str:
    """Make *reports* of *words* characters, wait, and answer *size* characters, or fail."""
    for done in range(1, reports + 1):
        await context.report_progress(done, reports, f"item {done} ".ljust(words, "."))
    await asyncio.sleep(seconds)
    if fail:
        raise ToolError("as you wish")
    return "x" * size


def serve_http(server: MCPServer) -> None:
    """Serve on a free port of this machine."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    app = server.streamable_http_app(json_response=False)
    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listener])


if __name__ == "__main__":
    if "--http" in sys.argv[1:]:
        serve_http(build())
    else:
        build().run("stdio")
