"""Servers that misbehave: a few lines of raw JSON-RPC, no SDK, run over stdio."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path

PREAMBLE = '''
import json, os, signal, sys, time

with open(__file__ + ".pids", "a") as pids:
    pids.write(f"{os.getpid()}\\n")

def raw(data):
    """Write bytes."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()

def send(**message):
    """Write one message."""
    raw(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\\n")

def progress(token, value, **more):
    """Report."""
    send(method="notifications/progress", params={"progressToken": token, "progress": value, **more})

def answer(n, text="done"):
    """Answer a tool call."""
    send(id=n, result={"content": [{"type": "text", "text": text}]})

def serve(call, discover=None):
    """Shake hands as the older revisions do, offer one tool, and leave its calls to *call*."""
    for line in sys.stdin:
        message = json.loads(line)
        method, n, params = message.get("method"), message.get("id"), message.get("params", {})
        if method == "server/discover":
            discover() if discover else send(id=n, error={"code": -32601, "message": "no such method"})
        elif method == "initialize":
            send(id=n, result={
                "protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "raw", "version": "1"},
            })
        elif method == "tools/list":
            send(id=n, result={"tools": [{"name": "work", "inputSchema": {"type": "object"}}]})
        elif method == "tools/call":
            call(n, params.get("_meta", {}).get("progressToken"), params.get("arguments") or {})
'''


class Script:
    """A server script, and every process that ever ran it."""

    def __init__(self, path: Path, body: str) -> None:
        path.write_text(PREAMBLE + textwrap.dedent(body))
        self.path = path
        self.command = [sys.executable, "-S", str(path)]

    def pids(self) -> list[int]:
        """Return the process ids, oldest first."""
        record = Path(f"{self.path}.pids")
        return [int(line) for line in record.read_text().split()] if record.exists() else []


def gone(pid: int, seconds: float = 10.0) -> bool:
    """Return whether *pid* ends, within a bound."""
    for _ in range(int(seconds / 0.01)):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False
