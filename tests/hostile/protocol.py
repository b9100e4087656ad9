"""A server that misbehaves: raw JSON-RPC of both eras, no SDK, no transport.

Rules: a transport hands each message to `Server.hear` with the wire it came
by, and the tools speak through that wire. This file and the `tools_*` files
need the standard library alone: they run in a child process without site-packages.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

LEGACY, MODERN = "2025-11-25", "2026-07-28"
OPEN = "open"
"""what a tool returns that leaves its answer's stream open"""

FOR_EVER = "for-ever"
"""the id of an event after which a stream is resumed without end"""


class Wire(Protocol):
    """Where the answers to one message go."""

    def message(self, text: str) -> None:
        """Send *text* as one message, framed as the transport does it."""

    def messages(self, texts: Iterable[str]) -> None:
        """Send many messages in one go."""

    def raw(self, data: bytes) -> None:
        """Send bytes without a frame."""

    def end(self) -> None:
        """Say that nothing more comes."""


def envelope(**fields: Any) -> str:
    """Return a JSON-RPC message as text."""
    return json.dumps({"jsonrpc": "2.0", **fields})


class Ask:
    """A tool call as the tool sees it: what was asked, and how to answer wrongly."""

    def __init__(self, server: Server, message: dict[str, Any], wire: Wire) -> None:
        self.server = server
        self.wire = wire
        self.id: int = message["id"]
        params = message.get("params") or {}
        self.name: str = params["name"]
        self.arguments: dict[str, Any] = params.get("arguments") or {}
        self.token = (params.get("_meta") or {}).get("progressToken")
        self.round = params.get("requestState")

    def send(self, **fields: Any) -> None:
        """Send one JSON-RPC message."""
        self.wire.message(envelope(**fields))

    def result(self, result: Any) -> None:
        """Answer with *result* as it is."""
        self.send(id=self.id, result=result)

    def answer(self, text: str = "ok", **more: Any) -> None:
        """Answer as a good tool does."""
        self.result(self.server.stamped({"content": [{"type": "text", "text": text}], **more}))

    def literal(self, text: str, number: str | None = None) -> None:
        """Answer with a result written as JSON *text*, under the id *number* written as JSON."""
        stamp = '"resultType":"complete",' if self.server.modern else ""
        body = text.replace("{", "{" + stamp, 1) if text.startswith("{") and len(text) > 2 else text
        self.wire.message(
            f'{{"jsonrpc":"2.0","id":{json.dumps(self.id) if number is None else number},"result":{body}}}'
        )

    def progress(self, value: Any = 5, *, token: Any = None, **more: Any) -> None:
        """Report *value*, under this call's token where no other is given."""
        told = self.token if token is None else token
        self.send(method="notifications/progress", params={"progressToken": told, "progress": value, **more})

    def progress_literal(self, **fields: str) -> None:
        """Report fields written as JSON text, for what `json` would not write."""
        params = {"progressToken": json.dumps(self.token), **fields}
        written = ",".join(f'"{name}":{text}' for name, text in params.items())
        self.wire.message(f'{{"jsonrpc":"2.0","method":"notifications/progress","params":{{{written}}}}}')

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send(method=method, **({} if params is None else {"params": params}))


Play = Callable[[Ask], Any]


class Server:
    """One hostile server: it shakes hands in one era, lists its tools, and plays them."""

    def __init__(
        self,
        era: str,
        tools: dict[str, Play],
        listings: dict[str, Callable[[Server, Any], dict[str, Any]]],
        greeting: Callable[[Server, dict[str, Any]], str | None] | None = None,
    ) -> None:
        self.era = era
        self.modern = era == MODERN
        self.listing = ""
        self.listed = itertools.count()
        self.kept: dict[str, Ask] = {}
        self.resumed = 0
        """how often the stream was resumed that never ends well"""
        self.finished: Any = "nobody's"
        """the token of the last call that was answered well"""
        self.tools = tools
        self._listings = listings
        self._greeting = greeting
        self._lock = threading.Lock()

    def stamped(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return *result* with what its era asks for."""
        return {"resultType": "complete", **result} if self.modern else result

    def hear(self, message: Any, wire: Wire) -> None:
        """Answer one message through *wire*; it ends where the answer does."""
        if not isinstance(message, dict) or "method" not in message or "id" not in message:
            wire.end()  # the client's notifications and answers
            return
        if message["method"] == "tools/call":
            self._call(Ask(self, message, wire))
            return
        text = self._greeting(self, message) if self._greeting is not None else None
        wire.message(self._reply(message) if text is None else text)
        wire.end()

    def good(self, ask: Ask) -> None:
        """Be a good tool: report, and answer with the number of the process."""
        ask.progress(1, total=2, message="half")
        ask.progress(2, total=2, message="whole")
        if "listing" in ask.arguments:
            self.listing = ask.arguments["listing"]
            ask.notify("notifications/tools/list_changed")
        self.finished = ask.token
        ask.answer(f"good {os.getpid()}")

    def _call(self, ask: Ask) -> None:
        left = None
        try:
            left = self.tools.get(ask.name, self.good)(ask)
        except OSError:  # the client has gone
            left = None
        if left != OPEN:
            ask.wire.end()

    def pair(self, ask: Ask) -> Ask | None:
        """Keep the first call of a pair; return it when the second comes."""
        with self._lock:
            first = self.kept.pop(ask.name, None)
            if first is None:
                self.kept[ask.name] = ask
            return first

    def _reply(self, message: dict[str, Any]) -> str:
        n, method, params = message["id"], message["method"], message.get("params") or {}
        if method == "server/discover" and self.modern:
            return envelope(id=n, result=self.discovery())
        if method == "initialize" and not self.modern:
            return envelope(id=n, result=self.welcome())
        if method == "tools/list":
            kind = self._listings.get(self.listing, plain_list)
            return envelope(id=n, result=self.page(kind(self, params.get("cursor"))))
        if method == "ping":
            return envelope(id=n, result={})
        return envelope(id=n, error={"code": -32601, "message": "no such method"})

    def page(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return a page of tools with what its era asks for."""
        return (
            {"resultType": "complete", "ttlMs": 0, "cacheScope": "public", **result}
            if self.modern
            else result
        )

    def welcome(self) -> dict[str, Any]:
        """Return the answer to `initialize`."""
        info = {"name": "hostile", "version": str(os.getpid())}
        return {
            "protocolVersion": LEGACY,
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": info,
        }

    def discovery(self) -> dict[str, Any]:
        """Return the answer to `server/discover`."""
        info = {"name": "hostile", "version": str(os.getpid())}
        return {
            "resultType": "complete",
            "supportedVersions": [MODERN],
            "capabilities": {"tools": {"listChanged": True}},
            "ttlMs": 0,
            "cacheScope": "public",
            "_meta": {"io.modelcontextprotocol/serverInfo": info},
        }


SCHEMAS: dict[str, dict[str, Any]] = {}
"""output schemas, by the name of the tool that breaks them"""


def plain_list(server: Server, _cursor: Any) -> dict[str, Any]:
    """List the good tool and all others."""
    return {"tools": [declared(name) for name in ("good", *server.tools)]}


def declared(name: str, **more: Any) -> dict[str, Any]:
    """Return the declaration of a tool."""
    schema = {"outputSchema": SCHEMAS[name]} if name in SCHEMAS else {}
    return {"name": name, "inputSchema": {"type": "object"}, **schema, **more}
