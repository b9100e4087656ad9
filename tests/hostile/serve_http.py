"""The hostile server over HTTP: `/mcp/GREETING` streams its answers, `/sse/GREETING` is the transport before that."""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .catalogue import server
from .protocol import FOR_EVER, Server

LOOK_S = 0.05
OLDEST = "/sse"


class Stream:
    """The answer to one POST: an event stream, begun with the first byte."""

    def __init__(self, handler: Handler, kind: str = "text/event-stream") -> None:
        self.kind = kind
        self.ended = threading.Event()
        self._handler = handler
        self._begun = False
        self._lock = threading.Lock()

    def message(self, text: str) -> None:
        """Write an event, or the body where that is JSON."""
        data = text.encode("utf-8", "surrogatepass")
        self.raw(data if self.kind == "application/json" else b"data: " + data + b"\n\n")

    def messages(self, texts: Iterable[str]) -> None:
        """Write many events at once."""
        self.raw("".join(f"data: {text}\n\n" for text in texts).encode())

    def raw(self, data: bytes) -> None:
        """Write bytes."""
        with self._lock:
            self._begin()
            self._handler.wfile.write(data)

    def end(self) -> None:
        """Close the stream."""
        self.ended.set()

    def wait(self) -> None:
        """Keep the stream until it is ended, or the client has gone."""
        while not self.ended.wait(LOOK_S) and not gone(self._handler.connection):
            pass
        with self._lock:
            self._begin()

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._handler.send_response(200)
        if self.kind:
            self._handler.send_header("Content-Type", self.kind)
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()


class Oldest:
    """The one stream of a client of the older transport."""

    kind = "text/event-stream"

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._lock = threading.Lock()

    def message(self, text: str) -> None:
        """Write an event."""
        self.raw(b"event: message\ndata: " + text.encode("utf-8", "surrogatepass") + b"\n\n")

    def messages(self, texts: Iterable[str]) -> None:
        """Write many events at once."""
        self.raw("".join(f"data: {text}\n\n" for text in texts).encode())

    def raw(self, data: bytes) -> None:
        """Write bytes."""
        with self._lock:
            self._handler.wfile.write(data)

    def end(self) -> None:
        """Stay open."""


def gone(connection: socket.socket) -> bool:
    """Return whether the client has closed its side."""
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    era = ""
    servers: dict[str, Server] = {}
    streams: dict[str, Oldest] = {}

    def do_POST(self) -> None:
        """Take a message."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        message = json.loads(body)
        path, _, query = self.path.partition("?")
        hostile = self._server(path)
        if query:
            self._no_content()
            hostile.hear(message, self.streams[query])
        elif isinstance(message, dict) and "method" in message and "id" in message:
            call = message["method"] == "tools/call"
            stream = Stream(self, "text/event-stream" if call else "application/json")
            self.close_connection = True
            hostile.hear(message, stream)
            stream.wait()
        else:
            self._no_content()

    def do_GET(self) -> None:
        """Open the stream of the older transport, or resume one that never ends well; there is no other."""
        if self.headers.get("Last-Event-ID") == FOR_EVER:
            self._server(self.path).resumed += 1
            self._stream(f"id: {FOR_EVER}\nretry: 0\n\n")
            return
        if not self.path.startswith(OLDEST):
            self._no_content(405)
            return
        key = str(len(self.streams))
        self.streams[key] = Oldest(self)
        self._stream(f"event: endpoint\ndata: {self.path}?{key}\n\n")
        while not gone(self.connection):
            select.select([self.connection], [], [], 60)

    def do_DELETE(self) -> None:
        """End no session."""
        self._no_content(405)

    def _stream(self, first: str) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(first.encode())

    def _server(self, path: str) -> Server:
        return self.servers.setdefault(path, server(self.era, path.rpartition("/")[2]))

    def _no_content(self, status: int = 202) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of clients that went away."""

    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def serve(era: str) -> None:
    """Serve until stdin ends; tells its port on stdout."""
    Handler.era = era
    quiet = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=quiet.serve_forever, daemon=True).start()
    sys.stdout.write(f"{quiet.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
