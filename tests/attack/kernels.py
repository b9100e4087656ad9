"""The victim as its tests see it: a process, what it says of itself, and a good client's requests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from forked import prefix

from .raw import HELLO, PATIENCE_S, Answer, Wire, call, message, request

SCRIPT = Path(__file__).with_name("victim.py")
ACCEPT = ("Accept", "application/json, text/event-stream")
JSON = ("Content-Type", "application/json")


class Victim:
    """A kernel that serves, in a process of its own."""

    def __init__(self, env: dict[str, str], patience: float = 10.0, **start) -> None:
        self.env = env
        pipes = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.DEVNULL,
            "text": True,
        }
        begin = [sys.executable] if start else prefix()  # what is forked takes no options
        command = [*begin, str(SCRIPT), str(patience)]
        self.process = subprocess.Popen(command, env=env, **pipes, **start)
        self.pid = self.heard()["ready"]
        self.serve()

    def say(self, **command) -> None:
        """Send a command."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def heard(self) -> dict:
        """Return the next answer."""
        return json.loads(self.process.stdout.readline())

    def ask(self, **command) -> dict:
        """Send a command and return its answer."""
        self.say(**command)
        return self.heard()

    def serve(self, port: int = 0) -> int:
        """Serve from now on, and return the port."""
        where = self.ask(do="serve", port=port)
        self.port, self.token, self.path = where["port"], where["token"], Path(where["path"])
        return self.port

    @property
    def host(self) -> tuple[str, str]:
        """The header that names this door."""
        return "Host", f"127.0.0.1:{self.port}"

    @property
    def bearer(self) -> tuple[str, str]:
        """The header that opens it."""
        return "Authorization", f"Bearer {self.token}"

    def wire(self, **options) -> Wire:
        """Connect."""
        return Wire(self.port, **options)

    def hear(self, data: bytes) -> Answer:
        """Send *data* on a connection of its own and return the answer."""
        with self.wire() as wire:
            wire.send(data)
            return wire.answer()

    def good(self, body: bytes, *more: tuple[str, str], **options) -> bytes:
        """Return a request with everything right."""
        return request(self.host, self.bearer, ACCEPT, JSON, *more, body=body, **options)

    def modern(self, body: bytes, method: str, name: str | None = None) -> bytes:
        """Return a good request of 2026-07-28."""
        named = () if name is None else (("Mcp-Name", name),)
        return self.good(body, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), *named)

    def calling(self, tool: str, arguments: dict | None = None, token: object = None) -> bytes:
        """Return a good tool call."""
        return self.modern(call(tool, arguments, token), "tools/call", tool)

    def list_loops(self) -> Answer:
        """Ask as a good client does."""
        return self.hear(self.calling("list_loops"))

    def session(self) -> str:
        """Shake hands as an older client; return the session's id."""
        answer = self.hear(self.good(message("initialize", HELLO, era="legacy")))
        assert answer.status == 200, answer
        return answer.headers["mcp-session-id"]

    def older(self, session: str, body: bytes) -> bytes:
        """Return a request within a session."""
        return self.good(body, ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"))

    def comes_to(self, holds) -> dict:
        """Wait until *holds* is true of its state, and return that; the newest one after a bound."""
        until = time.monotonic() + 2 * PATIENCE_S
        while not holds(state := self.ask(do="state")) and time.monotonic() < until:
            time.sleep(0.2)
        return state

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
