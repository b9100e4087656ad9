"""A client without an SDK over stdio: one channel, every message as it stood on its line."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .listening import PATIENCE_S
from .wire import NONE, meta, strict


class Pipe:
    """Talks to one server process, in one era."""

    def __init__(self, era: str, process: subprocess.Popen[bytes]) -> None:
        self.era = era
        self.seen: list[dict] = []
        self._numbers = itertools.count(1)
        self._process = process
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="pipe")
        self._reader.start()

    def begin(self) -> None:
        """Shake hands, where the era asks for it."""
        if self.era == "legacy":
            about = {"clientInfo": {"name": "pipe", "version": "1"}, "capabilities": {}}
            self.answer(self.post("initialize", {"protocolVersion": "2025-11-25", **about}))
            self.tell("notifications/initialized")

    def post(self, method: str, params: dict, token: object = NONE) -> int:
        """Send a request; return its id."""
        n = next(self._numbers)
        self._write({"id": n, "method": method, "params": {**params, "_meta": meta(self.era, token)}})
        return n

    def call(self, tool: str, arguments: dict, token: object = NONE) -> int:
        """Call a tool; return the id of the request."""
        return self.post("tools/call", {"name": tool, "arguments": arguments}, token)

    def tell(self, method: str, params: dict | None = None) -> None:
        """Send a notification."""
        self._write({"method": method, "params": params or {}})

    def until(self, wanted) -> dict:
        """Read on to the first message that is *wanted*."""
        while True:
            self.seen.append(strict(self._lines.get(timeout=PATIENCE_S)))
            if wanted(self.seen[-1]):
                return self.seen[-1]

    def answer(self, n: int) -> dict:
        """Read on to the response to request *n*."""
        return self.until(lambda m: m.get("id") == n)

    def reaches(self, token: object, value: float) -> dict:
        """Read on to a progress of at least *value* under *token*."""
        return self.until(lambda m: token == of(m) and m["params"]["progress"] >= value)

    def close(self) -> None:
        """End the server by the end of its stdin."""
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        self._process.stdout.close()

    def _write(self, message: dict) -> None:
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line)


def of(message: dict) -> object:
    """Return the token of a progress notification, None for any other message."""
    is_progress = message.get("method") == "notifications/progress"
    return message["params"]["progressToken"] if is_progress else None


@contextmanager
def piped(era: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Pipe]:
    """Start a server and yield a client of it that has shaken hands."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=env, **pipes) as process:
        pipe = Pipe(era, process)
        try:
            pipe.begin()
            yield pipe
        finally:
            pipe.close()
