"""A client of a few lines: JSON on pipes, every message as it comes."""

from __future__ import annotations

import json
import subprocess

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "raw", "version": "1"},
}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class RawClient:
    """Speaks to *process*; its messages carry *meta*."""

    def __init__(self, process: subprocess.Popen[str], era: str = "legacy") -> None:
        self.process = process
        self.meta = {} if era == "legacy" else ENVELOPE
        if era == "legacy":
            self.send("initialize", HELLO, number="hello")
            self.until("hello")
            self.send("notifications/initialized", {})

    def send(self, method: str, params: dict, number=None, **meta) -> None:
        """Write one message; a request where it has a *number*."""
        if number is not None:
            params = {**params, "_meta": {**self.meta, **meta}}
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def call(self, tool: str, number, token=None, **arguments) -> None:
        """Call a tool; with a *token* its progress is asked for."""
        meta = {} if token is None else {"progressToken": token}
        self.send("tools/call", {"name": tool, "arguments": arguments}, number=number, **meta)

    def next(self) -> dict:
        """Return the next message."""
        return json.loads(self.process.stdout.readline())

    def until(self, number) -> list[dict]:
        """Return the messages up to the response of *number*."""
        messages = [self.next()]
        while messages[-1].get("id") != number:
            messages.append(self.next())
        return messages
