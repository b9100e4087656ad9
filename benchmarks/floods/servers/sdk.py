"""A server as people write them: the SDK's `MCPServer`, whose tool `flood` reports in a loop.

`python sdk.py` serves on stdio; with `--http` it prints its URL and
serves there until it is ended.
"""

import socket
import sys
import time

from mcp.server.mcpserver import Context, MCPServer


def build() -> MCPServer:
    """Return the server."""
    server = MCPServer("flood", log_level="ERROR")
    server.add_tool(flood)
    return server


async def flood(context: Context, count: int, seconds: float | None = None) -> str:
    """Report count times; after *seconds* it ends early. Returns the last progress."""
    began, done = time.monotonic(), 0
    while done < count and (seconds is None or time.monotonic() - began < seconds):
        done += 1
        await context.report_progress(done, count, f"item {done}")
    return str(done)


def serve_http(server: MCPServer) -> None:
    """Serve on a free port of this machine."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    app = server.streamable_http_app(json_response=False)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])


if __name__ == "__main__":
    if "--http" in sys.argv[1:]:
        serve_http(build())
    else:
        build().run("stdio")
