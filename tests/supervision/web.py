"""A raw HTTP server of the protocol, both eras: well, until it is told to answer otherwise.

Standard library only. A tool call says in its argument `how` which ending it
wants (see `endings`); `Web.plan` does so for any method. `web_process` runs one
in a process of its own, to be killed.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from .endings import ENDINGS

MODERN, LEGACY = "2026-07-28", "2025-11-25"
TOOLS = [
    {"name": "work", "inputSchema": {"type": "object"}},
    {"name": "good", "inputSchema": {"type": "object"}},
]


class Web:
    """A listening server; *era* is `modern` or `legacy`, the latter with a session id."""

    def __init__(self, era: str = "modern", port: int = 0, *, sessions: bool = True) -> None:
        self.era = era
        self.plan: dict[str, str] = {}
        """method → ending, `*` for all; whatever is not named is answered well"""
        self.sessions: set[str] | None = set() if sessions and era == "legacy" else None
        self.seen: list[Exchange] = []
        self.hung_up: list[str] = []
        """how the requests were to end whose client went away first"""
        self.release = threading.Event()
        """lets the calls go on that wait"""
        self.elsewhere = ""
        """where the redirects lead that leave this server"""
        self.news = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._begin(self._accept)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def asked(self, method: str) -> int:
        """Return how often *method* was called."""
        return sum(exchange.name == method for exchange in tuple(self.seen))

    def until(self, condition: Any, seconds: float = 20.0) -> bool:
        """Wait until *condition* holds; it is looked at whenever something happens here."""
        with self.news:
            return self.news.wait_for(condition, seconds)

    def note(self, *hung_up: str) -> None:
        """Tell those who wait."""
        with self.news:
            self.hung_up.extend(hung_up)
            self.news.notify_all()

    def stop(self) -> None:
        """Close every socket at once, as the end of a process does."""
        self.release.set()
        for sock in (self._listener, *tuple(self._open)):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in tuple(self._threads):
            thread.join(20)
        assert not any(thread.is_alive() for thread in self._threads)

    def _begin(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, name="web", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.add(sock)
                self._begin(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        reader = sock.makefile("rb")
        with sock, suppress(OSError, ValueError):
            while (exchange := Exchange.read(self, sock, reader)) is not None:
                self.seen.append(exchange)
                self.note()
                try:
                    self._answer(exchange)
                except OSError:
                    self.note(exchange.name)
                    break
                if exchange.over:
                    break
        with suppress(OSError):
            reader.close()
        self._open.discard(sock)

    def _answer(self, exchange: Exchange) -> None:
        arguments = exchange.params.get("arguments") or {}
        how = self.plan.get(exchange.name) or self.plan.get("*") or arguments.get("how")
        if how is not None:
            ENDINGS[how](exchange)
        elif exchange.verb == "POST":
            self._post(exchange)
        elif exchange.verb == "DELETE":
            (self.sessions or set()).discard(exchange.headers.get("mcp-session-id", ""))
            exchange.reply(200)
        else:
            exchange.reply(405)

    def _post(self, exchange: Exchange) -> None:
        if exchange.name == "initialize" and self.era == "legacy":
            if self.sessions is None:
                return exchange.good()
            session = f"session-{self.port}-{id(exchange)}"
            self.sessions.add(session)
            return exchange.good("mcp-session-id: " + session)
        if exchange.name == "server/discover" and self.era == "legacy":
            return exchange.error(400, -32600, "Bad Request: missing session id")
        if exchange.name == "initialize":
            return exchange.error(400, -32022, "unsupported", supported=[MODERN], requested=LEGACY)
        if self.sessions is not None and exchange.headers.get("mcp-session-id") not in self.sessions:
            return exchange.reply(404, b"no such session", "text/plain")
        return exchange.good() if exchange.id is not None else exchange.reply(202)


class Exchange:
    """One request, and the means to answer it in any way."""

    def __init__(
        self, web: Web, sock: socket.socket, line: str, headers: dict[str, str], body: bytes
    ) -> None:
        self.web = web
        self.sock = sock
        self.verb, self.path = line.split()[:2]
        self.headers = headers
        self.message: dict[str, Any] = json.loads(body) if body else {}
        self.name: str = self.message.get("method", self.verb)
        self.id = self.message.get("id")
        self.params: dict[str, Any] = self.message.get("params") or {}
        self.over = False
        """whether the connection ends with this exchange"""

    @classmethod
    def read(cls, web: Web, sock: socket.socket, reader: Any) -> Exchange | None:
        """Return the next request, None where the client has gone."""
        line = reader.readline().decode()
        if not line.strip():
            return None
        headers: dict[str, str] = {}
        while (field := reader.readline().decode().strip()) and ":" in field:
            name, _, value = field.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        return cls(web, sock, line, headers, body)

    @property
    def result(self) -> dict[str, Any]:
        """What a server that is well answers."""
        common = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"} if self.modern else {}
        about = {"capabilities": {"tools": {}}, "serverInfo": {"name": "web", "version": "1"}}
        answers: dict[str, dict[str, Any]] = {
            "server/discover": {"supportedVersions": [MODERN], **about},
            "initialize": {"protocolVersion": LEGACY, **about},
            "tools/list": {"tools": TOOLS},
        }
        text = str((self.params.get("arguments") or {}).get("say", "fine"))
        return {**answers.get(self.name, {"content": [{"type": "text", "text": text}]}), **common}

    @property
    def modern(self) -> bool:
        return self.web.era == "modern"

    @property
    def body(self) -> bytes:
        """The right answer as JSON."""
        return json.dumps({"jsonrpc": "2.0", "id": self.id, "result": self.result}).encode()

    def good(self, *headers: str) -> None:
        """Answer well."""
        self.reply(200, self.body, "application/json", *headers)

    def error(self, status: int, code: int, words: str, **data: object) -> None:
        """Answer with an error of the protocol."""
        error = {"code": code, "message": words, "data": data}
        self.reply(status, json.dumps({"jsonrpc": "2.0", "id": self.id, "error": error}).encode())

    def reply(self, status: int, body: bytes = b"", kind: str = "application/json", *headers: str) -> None:
        """Answer with a whole response; the connection stays."""
        self.head(status, kind if body else "", f"content-length: {len(body)}", *headers)
        self.raw(body)

    def head(self, status: int, kind: str = "", *headers: str) -> None:
        """Send the head of a response."""
        kinds = [f"content-type: {kind}"] if kind else []
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *kinds, *headers, "", ""]
        self.raw("\r\n".join(lines).encode())

    def stream(self, *headers: str) -> None:
        """Begin a response of events."""
        self.head(200, "text/event-stream", "transfer-encoding: chunked", *headers)

    def event(self, message: dict[str, Any], number: str = "") -> bytes:
        """Return *message* as an event."""
        line = f"id: {number}\n" if number else ""
        return f"event: message\n{line}data: {json.dumps({'jsonrpc': '2.0', **message})}\n\n".encode()

    def answer(self, number: str = "") -> bytes:
        """Return the right answer as an event."""
        return self.event({"id": self.id, "result": self.result}, number)

    def progress(self, value: float, total: float | None = None) -> bytes:
        """Return a report on this request as an event."""
        token = (self.params.get("_meta") or {}).get("progressToken")
        params = {"progressToken": token, "progress": value, "total": total}
        return self.event({"method": "notifications/progress", "params": params})

    def chunk(self, data: bytes) -> None:
        """Send a piece of the body; an empty one ends it."""
        self.raw(b"%x\r\n%s\r\n" % (len(data), data))

    def raw(self, data: bytes) -> None:
        """Send bytes."""
        self.sock.sendall(data)

    def drop(self) -> None:
        """End the connection here."""
        self.over = True

    def linger(self, how: str) -> None:
        """Say nothing until the client goes away, or the server."""
        self.over = True
        with suppress(OSError):
            self.sock.recv(1)
        self.web.note(how)


if __name__ == "__main__":
    web = Web(sys.argv[1], int(sys.argv[2]))
    print(web.url, flush=True)
    sys.stdin.read()
