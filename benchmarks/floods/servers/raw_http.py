"""A raw Streamable HTTP MCP server without the SDK, as of 2026-07-28: the tool of `tool.py` as events.

`python raw_http.py` prints its URL and serves until stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from contextlib import suppress
from typing import Any

from tool import answer, flood

HEAD = b"HTTP/1.1 %s\r\ncontent-type: %s\r\n%s\r\n\r\n"
STREAM = HEAD % (b"200 OK", b"text/event-stream", b"transfer-encoding: chunked")
# No notifications, no stream of its own: neither is asked for at this revision.
NOTHING = HEAD % (b"405 Method Not Allowed", b"text/plain", b"content-length: 0")


async def main() -> None:
    """Serve until stdin ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    # As little as a pipe holds: what is on its way when a flood ends has to be read, too.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
    server = await asyncio.start_server(_serve, sock=listener)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def event(message: bytes) -> bytes:
    """Return *message* as an event."""
    return b"event: message\ndata: %b\n\n" % message


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while (request := await _request(reader)) is not None:
            await _answer(request, writer)
            await writer.drain()
    writer.close()


async def _request(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the next message; empty where there is none in the request, None where the client has gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(field.lower().split(": ", 1) for field in head.decode().strip().splitlines()[1:])
    body = await reader.readexactly(int(fields.get("content-length", 0)))
    return json.loads(body) if body else {}


async def _answer(message: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    method = message.get("method")
    if method is None or "id" not in message:
        writer.write(NOTHING)
        return
    params = {**message.get("params", {}), "id": message["id"]}
    if method != "tools/call":
        said = json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(method, params)}).encode()
        writer.write(HEAD % (b"200 OK", b"application/json", b"content-length: %d" % len(said)) + said)
        return
    writer.write(STREAM)
    async for chunk in flood(params, event):
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")


if __name__ == "__main__":
    asyncio.run(main())
