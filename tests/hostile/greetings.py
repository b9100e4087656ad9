"""Handshakes gone wrong: what a server says to `initialize`, `server/discover` and the first `tools/list`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from .listings import LISTINGS
from .protocol import Server, envelope

Greeting = Callable[[Server, dict[str, Any]], str | None]
GREETINGS: dict[str, Greeting] = {}
HELLO = ("initialize", "server/discover")


def _hello(name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Register a greeting that is *change*d."""

    def greet(server: Server, message: dict[str, Any]) -> str | None:
        expected = "server/discover" if server.modern else "initialize"
        if message["method"] != expected:
            return None
        good = server.discovery() if server.modern else server.welcome()
        changed = change(good)
        return envelope(id=message["id"], result=good if changed is None else changed)

    GREETINGS[name] = greet


_hello("empty", lambda _: {})
_hello("number", lambda _: 5)
_hello("capabilities_null", lambda r: r.update(capabilities=None))
_hello("capabilities_list", lambda r: r.update(capabilities=[1]))
_hello("no_tools", lambda r: r.update(capabilities={}))
_hello("old_version", lambda r: r.update(protocolVersion="1999-01-01", supportedVersions=["1999-01-01"]))
_hello("version_number", lambda r: r.update(protocolVersion=5, supportedVersions=5))
_hello("no_name", lambda r: (r.pop("serverInfo", 0), r.pop("_meta", 0), None)[2])
_hello("hostile_name", lambda r: _named(r, "\u001b[2J\u0000<script>\u202ex", "\n"))
_hello("long_name", lambda r: _named(r, "n" * 200_000, "v" * 200_000))
_hello("instructions", lambda r: r.update(instructions="\u001b[2J" + "i" * 900_000))
_hello("instructions_number", lambda r: r.update(instructions=5))


def _named(result: dict[str, Any], name: str, version: str) -> None:
    info = {"name": name, "version": version, "title": name, "websiteUrl": "javascript:alert(1)"}
    if "serverInfo" in result:
        result["serverInfo"] = info
    else:
        result["_meta"] = {"io.modelcontextprotocol/serverInfo": info}


def refuse(_server: Server, message: dict[str, Any]) -> str | None:
    """Refuse every handshake, with hostile words."""
    if message["method"] not in HELLO:
        return None
    return envelope(id=message["id"], error={"code": -32603, "message": "go\u001b[2J away\u0000"})


def rubbish(_server: Server, message: dict[str, Any]) -> str | None:
    """Answer a handshake with what is no message."""
    return "{" if message["method"] in HELLO else None


def no_list(_server: Server, message: dict[str, Any]) -> str | None:
    """Refuse to list the tools."""
    if message["method"] != "tools/list":
        return None
    return envelope(id=message["id"], error={"code": -32603, "message": "no\u001b[2J list"})


def bad_list(_server: Server, message: dict[str, Any]) -> str | None:
    """List tools that are none."""
    return envelope(id=message["id"], result={"tools": 5}) if message["method"] == "tools/list" else None


def exit_at_once(_server: Server, message: dict[str, Any]) -> str | None:
    """Exit at any handshake."""
    if message["method"] in HELLO:
        os._exit(7)
    return None


def exit_at_the_list(_server: Server, message: dict[str, Any]) -> str | None:
    """Exit when the tools are asked for."""
    if message["method"] == "tools/list":
        os._exit(8)
    return None


def listed(kind: str) -> Greeting:
    """Return a greeting that is good, and lists tools as *kind* says."""

    def greet(server: Server, message: dict[str, Any]) -> None:
        if message["method"] in HELLO:
            server.listing = kind

    return greet


GREETINGS.update(
    refuse=refuse,
    rubbish=rubbish,
    no_list=no_list,
    bad_list=bad_list,
    exit_at_once=exit_at_once,
    exit_at_the_list=exit_at_the_list,
)
GREETINGS.update({f"list_{kind}": listed(kind) for kind in LISTINGS})
