"""A client without an SDK: JSON-RPC over Streamable HTTP, every message as it stood on its stream."""

from __future__ import annotations

import itertools
import json
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx2

from .listening import PATIENCE_S, REVISION

NONE = object()
"""no token: a request that asks for no progress"""
LOCAL = "io.modelcontextprotocol/"


class Exchange:
    """One request: what comes back, in the order of the wire. It is sent by its own thread: an answer may be slow."""

    def __init__(self, n: int, http: httpx2.Client, request: httpx2.Request) -> None:
        self.id = n
        self.seen: list[dict] = []
        self._coming: queue.Queue[dict | None] = queue.Queue()
        self._response: httpx2.Response | None = None
        self._answered = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(http, request), name="exchange")
        self._reader.start()

    @property
    def headers(self) -> httpx2.Headers:
        """The headers of the response, when they have come."""
        assert self._answered.wait(PATIENCE_S)
        return self._response.headers

    @property
    def kind(self) -> str:
        """The content type, without its parameters."""
        return self.headers["content-type"].partition(";")[0]

    def next(self) -> dict | None:
        """Return the next message, or None at the end of the stream."""
        message = self._coming.get(timeout=PATIENCE_S)
        if message is not None:
            self.seen.append(message)
        return message

    def until(self, wanted) -> dict:
        """Read on to the first message that is *wanted*."""
        while (message := self.next()) is not None:
            if wanted(message):
                return message
        raise AssertionError(f"the stream ended: {self.seen}")

    def reaches(self, value: float) -> dict:
        """Read on to a progress of at least *value*."""
        return self.until(lambda m: m.get("params", {}).get("progress", -1) >= value)

    def end(self) -> dict:
        """Read to the end of the stream; return the response, which must be the last message."""
        while self.next() is not None:
            pass
        assert self.seen, "nothing came"
        assert self.seen[-1].get("id") == self.id, self.seen[-1]
        return self.seen[-1]

    @property
    def progress(self) -> list[dict]:
        """The parameters of the progress notifications that were read so far."""
        return [m["params"] for m in self.seen if m.get("method") == "notifications/progress"]

    @property
    def values(self) -> list[float]:
        """Their values."""
        return [params["progress"] for params in self.progress]

    def hang_up(self) -> None:
        """Close the connection, and wait until nobody reads it."""
        assert self._answered.wait(PATIENCE_S)
        if self._reader.is_alive():
            connection = self._response.extensions["network_stream"].get_extra_info("socket")
            with suppress(OSError):  # the server was faster
                connection.shutdown(socket.SHUT_RDWR)
        self._reader.join(PATIENCE_S)
        assert not self._reader.is_alive()

    def _read(self, http: httpx2.Client, request: httpx2.Request) -> None:
        try:
            self._response = response = http.send(request, stream=True)
            self._answered.set()
            if self.kind == "application/json":
                self._coming.put(strict(response.read()))
                return
            for line in response.iter_lines():
                if line.startswith("data:") and (data := line.removeprefix("data:").strip()):
                    self._coming.put(strict(data))
        except (httpx2.HTTPError, httpx2.StreamError):
            pass  # hung up
        finally:
            self._coming.put(None)
            if self._response is not None:
                self._response.close()


class Wire:
    """Speaks one era to one server."""

    def __init__(self, era: str, url: str, headers: dict[str, str]) -> None:
        self.era = era
        self.about: dict = {}
        """what the server has said of itself"""
        self._url = url
        self._numbers = itertools.count(1)
        self._http = httpx2.Client(
            timeout=PATIENCE_S,
            headers={
                **headers,
                "Accept": "application/json, text/event-stream",
                "MCP-Protocol-Version": REVISION[era],
            },
        )
        self._open: list[Exchange] = []

    def begin(self) -> None:
        """Shake hands."""
        client = {"protocolVersion": REVISION[self.era], "clientInfo": {"name": "wire", "version": "1"}}
        if self.era == "modern":
            self.about = self.ask("server/discover")["result"]
            return
        hello = self.post("initialize", {**client, "capabilities": {}})
        self.about = hello.end()["result"]
        self._http.headers["Mcp-Session-Id"] = hello.headers["mcp-session-id"]
        assert self.tell("notifications/initialized") == 202

    def post(
        self, method: str, params: dict | None = None, token: object = NONE, n: int | None = None
    ) -> Exchange:
        """Send a request, and return what comes back while it comes."""
        n = next(self._numbers) if n is None else n
        headers = {}
        if self.era == "modern":
            headers = {"Mcp-Method": method}
            if method == "tools/call":
                headers["Mcp-Name"] = params["name"]
        body = {
            "jsonrpc": "2.0",
            "id": n,
            "method": method,
            "params": {**(params or {}), "_meta": meta(self.era, token)},
        }
        return self._exchange(n, self._http.build_request("POST", self._url, json=body, headers=headers))

    def call(self, tool: str, arguments: dict | None = None, token: object = NONE, **more) -> Exchange:
        """Call a tool."""
        n = more.pop("n", None)
        return self.post("tools/call", {"name": tool, "arguments": arguments or {}, **more}, token, n)

    def ask(self, method: str, params: dict | None = None) -> dict:
        """Send a request, and return its response."""
        return self.post(method, params).end()

    def tell(self, method: str, params: dict | None = None) -> int:
        """Send a notification; return the HTTP status."""
        body = {"jsonrpc": "2.0", "method": method, "params": params or {}}
        headers = {"Mcp-Method": method} if self.era == "modern" else {}
        return self._http.post(self._url, json=body, headers=headers).status_code

    def listen(self) -> Exchange:
        """Open the stream for what belongs to no request: `subscriptions/listen`, or GET."""
        if self.era == "modern":
            wanted = {"toolsListChanged": True, "resourcesListChanged": True}
            stream = self.post("subscriptions/listen", {"notifications": wanted})
            stream.until(lambda m: m.get("method") == "notifications/subscriptions/acknowledged")
            return stream
        self.ask("tools/list")  # who has never looked need not be told of changes
        request = self._http.build_request("GET", self._url, headers={"Accept": "text/event-stream"})
        return self._exchange(0, request)

    def close(self) -> None:
        """Hang up everywhere."""
        for exchange in self._open:
            exchange.hang_up()
        self._http.close()

    def _exchange(self, n: int, request: httpx2.Request) -> Exchange:
        exchange = Exchange(n, self._http, request)
        self._open.append(exchange)
        return exchange


def meta(era: str, token: object) -> dict:
    """Return the `_meta` of a request: its token, and what the newest revision wants with each."""
    asked = {} if token is NONE else {"progressToken": token}
    if era == "legacy":
        return asked
    about = {
        "protocolVersion": REVISION[era],
        "clientInfo": {"name": "wire", "version": "1"},
        "clientCapabilities": {},
    }
    return asked | {LOCAL + key: value for key, value in about.items()}


@contextmanager
def client(era: str, server) -> Iterator[Wire]:
    """Yield a client of *server* that has shaken hands."""
    wire = Wire(era, server.url, server.headers)
    try:
        wire.begin()
        yield wire
    finally:
        wire.close()


def strict(text: str | bytes) -> dict:
    """Return JSON, and nothing that only looks like it: NaN and infinity are none."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)
