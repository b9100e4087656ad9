"""A raw stdio MCP server without the SDK: one tool, `flood`, that reports as fast as a pipe takes it.

`flood(count)` writes *count* progress notifications in large chunks, then its
result; it is so cheap that the client's work is what is measured.
"""

from __future__ import annotations

import json
import sys
from typing import Any

CHUNK = 500
SCHEMA = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}
TOOL = {"name": "flood", "description": "Report count times.", "inputSchema": SCHEMA}
METHOD_NOT_FOUND = {"code": -32601, "message": "method not found"}


def main() -> None:
    """Answer one request a line until stdin ends."""
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message and "method" in message:
            answer = _answer(message["method"], message.get("params") or {})
            _write({"jsonrpc": "2.0", "id": message["id"], **answer})


def _answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
    if method == "initialize":
        info = {"name": "flood", "version": "1"}
        version = params["protocolVersion"]
        return {"result": {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}}
    if method == "tools/list":
        return {"result": {"tools": [TOOL]}}
    if method == "tools/call":
        _flood(params["_meta"]["progressToken"], params["arguments"]["count"])
        return {"result": {"content": [{"type": "text", "text": "done"}], "isError": False}}
    return {"result": {}} if method == "ping" else {"error": METHOD_NOT_FOUND}


def _flood(token: str | int, count: int) -> None:
    token = json.dumps(token)
    line = (
        '{{"jsonrpc":"2.0","method":"notifications/progress","params":'
        '{{"progressToken":{token},"progress":{done},"total":{count},"message":"item {done}"}}}}\n'
    )
    for start in range(1, count + 1, CHUNK):
        stop = min(start + CHUNK, count + 1)
        sys.stdout.write("".join(line.format(token=token, done=n, count=count) for n in range(start, stop)))
    sys.stdout.flush()


def _write(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
