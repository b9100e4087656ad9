"""A server that remembers every message it was sent: what a client really put on the wire.

It speaks one of two eras, over stdio (run this file with its name) or HTTP,
and offers one tool, `work`, which does what its argument `do` says. It can do
tasks in the older era, and nobody asks for one.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERAS = ("modern", "legacy")
REVISION = {"modern": "2026-07-28", "legacy": "2025-11-25"}
PATIENCE_S = 20.0

WHOLE = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
TOOL = {"name": "work", "inputSchema": {"type": "object"}, "execution": {"taskSupport": "optional"}}
CAPABILITIES = {"tools": {}, "tasks": {"requests": {"tools": {"call": {}}}}}

QUESTION = {
    "method": "elicitation/create",
    "params": {
        "mode": "form",
        "message": "who?",
        "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
        "_meta": {"progressToken": "theirs"},
    },
}
"""asked with a token, which only the older era may report under"""


class Listener:
    """What was heard so far, and the words of one era."""

    def __init__(self, era: str) -> None:
        self.revision = REVISION[era]
        self.heard: list[dict] = []
        self._asking: object = None
        """the id of the call that waits for what the client was asked"""

    def hear(self, message: dict) -> Iterator[dict]:
        """Remember *message*, and yield what is said to it; a response, if any, is the last."""
        self.heard.append(message)
        n, params = message.get("id"), message.get("params") or {}
        if n is None:
            return
        if "method" not in message:  # the client's answer to our question
            yield _answer(self._asking, json.dumps(message["result"]["content"]))
        elif message["method"] == "tools/call":
            yield from self._work(n, params)
        elif (result := self._result(message["method"])) is not None:
            yield {"id": n, "result": result}
        else:
            yield {"id": n, "error": {"code": -32601, "message": "no such method"}}

    def _result(self, method: str) -> dict | None:
        if method == "tools/list":
            return {**WHOLE, "tools": [TOOL]}
        if method == "server/discover" and self.revision == REVISION["modern"]:
            return {**WHOLE, "supportedVersions": [self.revision], "capabilities": {"tools": {}}}
        if method == "initialize" and self.revision == REVISION["legacy"]:
            about = {"name": "listener", "version": "1"}
            return {"protocolVersion": self.revision, "capabilities": CAPABILITIES, "serverInfo": about}
        return None

    def _work(self, n: object, params: dict) -> Iterator[dict]:
        token = (params.get("_meta") or {}).get("progressToken")
        do = (params.get("arguments") or {}).get("do")
        if do == "wait":  # report once, never answer
            yield _progress(token, 1)
        elif do == "tell":  # what was heard
            yield _answer(n, json.dumps(self.heard))
        elif do == "count":  # in fractions, beyond the total
            for value in (0.25, 0.5, 1.75):
                yield _progress(token, value, total=1.5)
            yield _answer(n, "counted")
        elif do == "ask" and self.revision == REVISION["legacy"]:
            self._asking = n
            yield {"id": "question", **QUESTION}
        elif do == "ask" and "inputResponses" in params:
            yield _answer(n, json.dumps(params["inputResponses"]["question"]["content"]))
        elif do == "ask":
            yield {
                "id": n,
                "result": {"resultType": "input_required", "inputRequests": {"question": QUESTION}},
            }
        elif "requestState" not in params:  # ask for another round, and go on talking all the same
            yield _progress(token, 80, total=100)
            yield {"id": n, "result": {"resultType": "input_required", "requestState": "more"}}
            yield _progress(token, 90, total=100)
        else:
            yield _progress(token, 10, total=100)
            yield _answer(n, "done")


def _progress(token: object, value: float, **more: float) -> dict:
    return {
        "method": "notifications/progress",
        "params": {"progressToken": token, "progress": value, **more},
    }


def _answer(n: object, text: str) -> dict:
    return {"id": n, "result": {"resultType": "complete", "content": [{"type": "text", "text": text}]}}


def over_stdio(era: str) -> list[str]:
    """Return the command of a listener."""
    return [sys.executable, "-S", __file__, era]


class HttpListener(Listener):
    """The same over Streamable HTTP; tool calls are answered by a stream, unless *stream* is false."""

    def __init__(self, era: str, *, stream: bool = True) -> None:
        super().__init__(era)
        self.stream = stream
        self.hung_up = threading.Event()
        """a client has closed the response stream of a call that was not answered"""
        self.told = threading.Event()
        """a client has said that it cancels"""

    def hear(self, message: dict) -> Iterator[dict]:
        """Notice a cancel, which answers nothing."""
        if message["method"] == "notifications/cancelled":
            self.heard.append(message)
            self.told.set()
            return
        yield from super().hear(message)


@contextmanager
def over_http(listener: HttpListener) -> Iterator[str]:
    """Serve *listener* in threads of this process, and yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = listener.hear(message)
            if "id" not in message:
                list(said)
                self._begin(202)
            elif message["method"] == "tools/call" and listener.stream:
                self._stream(said)
            else:
                *_, last = said
                body = _line(last)
                self._begin(200, "application/json", len(body))
                self.wfile.write(body)

        def do_GET(self):
            self._begin(405)

        do_DELETE = do_GET

        def log_message(self, *_):
            """Say nothing."""

        def _begin(self, status, kind="text/plain", length=0):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.end_headers()

        def _stream(self, said):
            self._begin(200, "text/event-stream", None)
            for one in said:
                self.wfile.write(b"event: message\ndata: " + _line(one) + b"\n\n")
                if "id" in one:
                    return
            self.connection.settimeout(PATIENCE_S)
            if not self.connection.recv(1):
                listener.hung_up.set()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="listener")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/mcp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_S)


def _line(message: dict) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}).encode()


if __name__ == "__main__":
    ears = Listener(sys.argv[1])
    for line in sys.stdin:
        for message in ears.hear(json.loads(line)):
            sys.stdout.buffer.write(_line(message) + b"\n")
        sys.stdout.buffer.flush()
