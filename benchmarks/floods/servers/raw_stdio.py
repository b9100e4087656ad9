"""A raw stdio MCP server without the SDK: the tool of `tool.py` behind a pipe."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from tool import answer, flood


async def main() -> None:
    """Answer one request a line until stdin ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    calls = set()
    while text := await reader.readline():
        message = json.loads(text)
        if "id" not in message or "method" not in message:
            continue
        params = {**message.get("params", {}), "id": message["id"]}
        if message["method"] == "tools/call":
            calls.add(call := loop.create_task(_call(params, writer)))
            call.add_done_callback(calls.discard)
        else:
            said = {"jsonrpc": "2.0", "id": message["id"], **answer(message["method"], params)}
            writer.write(line(json.dumps(said).encode()))


def line(message: bytes) -> bytes:
    """Return *message* as it goes through a pipe."""
    return message + b"\n"


async def _call(params: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    async for chunk in flood(params, line):
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main())
