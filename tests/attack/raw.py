"""The attacker's tools: sockets and hand-written HTTP/1.1; nothing here knows the SDK."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, replace
from typing import Self

PATIENCE_S = 30.0
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}


@dataclass(frozen=True)
class Answer:
    """One response; status 0 where the connection ended without one."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict]:
        """The messages of a stream, or the one that the body is."""
        if "event-stream" not in self.headers.get("content-type", ""):
            return [json.loads(self.body)]
        return [json.loads(line[5:]) for line in self.body.splitlines() if line.startswith(b"data:")]

    @property
    def json(self) -> dict:
        """The last message."""
        return self.events[-1]


class Wire:
    """One TCP connection to the door."""

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(("127.0.0.1", port))
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Send *data*; return whether the other side took it."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def ended(self) -> bool:
        """Wait until the other side has hung up; return False if it does not in time."""
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def answer(self) -> Answer:
        """Read one response."""
        head = self.head()
        return replace(head, body=self._body(head.headers)) if head.status else head

    def head(self) -> Answer:
        """Read the head of one response."""
        if not self.until(b"\r\n\r\n"):
            return Answer(0, {}, self._rest)
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        return Answer(int(first.split()[1]), headers, b"")

    def line(self) -> bytes:
        """Read one line of a stream."""
        if not self.until(b"\n"):
            return b""
        line, _, self._rest = self._rest.partition(b"\n")
        return line.strip()

    def until(self, words: bytes) -> bool:
        """Read a stream until *words* have come; return False where it ends before."""
        while words not in self._rest:
            if not self._more():
                return False
        return True

    def _body(self, headers: dict[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.line() or b"0", 16):
                body += self._take(size)
                self.line()
            self.line()
            return body
        return self._take(int(headers.get("content-length", "0")))

    def _take(self, size: int) -> bytes:
        while len(self._rest) < size and self._more():
            pass
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        self._rest += data
        return bool(data)


def request(
    *headers: tuple[str, str | bytes],
    method: str = "POST",
    target: str = "/mcp",
    body: bytes | None = b"{}",
) -> bytes:
    """Return a request as it stands on the wire: these headers and no other, but the body's length."""
    lines = [f"{method} {target} HTTP/1.1".encode()]
    for name, value in headers:
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def message(method: str, params: dict | None = None, number: object = 1, era: str = "modern") -> bytes:
    """Return the body of one request."""
    params = dict(params or {})
    if era == "modern":
        params["_meta"] = {**ENVELOPE, **params.get("_meta", {})}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()


def call(tool: str, arguments: dict | None = None, token: object = None, **options) -> bytes:
    """Return the body of a tool call; with *token* its progress is asked for."""
    meta = {} if token is None else {"_meta": {"progressToken": token}}
    return message("tools/call", {"name": tool, "arguments": arguments or {}, **meta}, **options)
