"""The tool of the raw flooding servers: `flood` reports as fast as its client reads, or at a rate.

No SDK, and next to no work: the lines are made once and kept, only the token is
put in, so that what is measured is the client's work. Many floods at once take
turns, a chunk each.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any

VERSION = "2026-07-28"
CHUNK = 500
NUMBERS = ("count", "chunk", "rate", "seconds")
PROPERTIES = {name: {"type": "number"} for name in NUMBERS}
TOOL = {
    "name": "flood",
    "description": "Report count times.",
    "inputSchema": {"type": "object", "properties": PROPERTIES, "required": ["count"]},
}
METHOD_NOT_FOUND = {"code": -32601, "message": "method not found"}
TOKEN = b'"T"'
ABOUT = {"capabilities": {"tools": {}}, "serverInfo": {"name": "flood", "version": "1"}}
COMPLETE = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}


def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return the result or error of what is no tool call: the older handshake and the newer one."""
    if method == "initialize":
        return {"result": {"protocolVersion": params["protocolVersion"], **ABOUT}}
    if method == "server/discover":
        return {"result": {"supportedVersions": [VERSION], **ABOUT, **COMPLETE}}
    if method == "tools/list":
        return {"result": {"tools": [TOOL], **COMPLETE}}
    return {"result": {}} if method == "ping" else {"error": METHOD_NOT_FOUND}


async def flood(params: dict[str, Any], frame: Callable[[bytes], bytes]) -> AsyncIterator[bytes]:
    """Yield what the call with *params* says, in chunks; *frame* makes a message of a line.

    `rate` is notifications per s, `chunk` how many are written at once, and
    after `seconds` it ends early; its result is the last progress.
    """
    said = params["arguments"]
    total, chunk = int(said["count"]), int(said.get("chunk", CHUNK))
    rate, seconds = said.get("rate"), said.get("seconds")
    token = json.dumps(params["_meta"]["progressToken"]).encode()
    clock = asyncio.get_running_loop().time
    began, done = clock(), 0
    while done < total and (seconds is None or clock() - began < seconds):
        if rate and (early := done / rate - (clock() - began)) > 0:
            await asyncio.sleep(early)
        stop = min(done + chunk, total)
        yield _lines(frame, done + 1, stop + 1, total).replace(TOKEN, token)
        done = stop
    result = {"content": [{"type": "text", "text": str(done)}], "isError": False, **COMPLETE}
    yield frame(json.dumps({"jsonrpc": "2.0", "id": params["id"], "result": result}).encode())


@lru_cache(maxsize=4_000)
def _lines(frame: Callable[[bytes], bytes], start: int, stop: int, total: int) -> bytes:
    line = (
        b'{"jsonrpc":"2.0","method":"notifications/progress","params":'
        b'{"progressToken":"T","progress":%d,"total":%d,"message":"item %d"}}'
    )
    return b"".join(frame(line % (n, total, n)) for n in range(start, stop))
