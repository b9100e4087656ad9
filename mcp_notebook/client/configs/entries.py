"""A client's file as a list of entries, one for each server that it names.

Rules: a file that is no configuration is refused; an entry that is none stays in
the list, with its problem in words, and spoils no other. Fields that nobody here
knows are left alone. Sources of the fields: see `places` and `lists`; besides

- how a missing type is understood: Gemini CLI takes a bare `url` for Streamable
  HTTP (`createUrlTransport` of `packages/core/src/tools/mcp-client.ts`), though its
  page says SSE; by common habit the path of an SSE server ends in `/sse`;
- times are milliseconds (Gemini CLI's page), with Goose seconds
  (`crates/goose/src/agents/extension.rs`);
- a `null` in `env` takes the variable out (VS Code's `mcpPlatformTypes.ts`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...text import one_line
from .entry import Entry, Input, Kind
from .fields import Fields, twice
from .files import document, kind_of
from .lists import Listing, listings

__all__ = ["Entry", "read"]

MILLISECOND = 0.001
_KINDS: dict[str, Kind] = {
    "stdio": "stdio",
    "local": "stdio",
    "http": "http",
    "streamable-http": "http",
    "streamable_http": "http",
    "streamablehttp": "http",
    "sse": "sse",
}
_OWN = {"builtin", "platform", "frontend", "inline_python", "sdk"}


def read(path: str | os.PathLike[str]) -> list[Entry]:
    """Return the servers that the file *path* names, in its order; an empty list where it names none.

    Any client's format is recognised. Raises `ConnectError` where the file is not a configuration.
    """
    path = Path(path)
    settings = document(path)
    inputs = _inputs(settings)
    return [
        _entry(path, listing, name, value, inputs, settings)
        for listing in listings(path, settings)
        for name, value in listing.servers.items()
    ]


def _entry(
    path: Path,
    listing: Listing,
    name: str,
    value: object,
    inputs: tuple[Input, ...],
    settings: Mapping[str, Any],
) -> Entry:
    if not isinstance(value, dict):
        problem = f'it is {kind_of(value)}, not an object; write {{"command": "…"}} or {{"url": "…"}}'
        return Entry(name, listing.client, path, "stdio", problems=(problem,), project=listing.project)
    fields = Fields(value)
    if name in twice(listing.servers):
        fields.notes.append("the file names it twice; the last one counts")
    goose = listing.client == "goose"
    command = fields.text("cmd", "command") if goose else fields.text("command")
    url = fields.text("uri", "url") if goose else fields.text("httpUrl", "url", "serverUrl")
    entry = Entry(
        name,
        listing.client,
        path,
        kind=_kind(fields, command, url, listing.client),
        command=command or "",
        args=fields.texts("args"),
        env=fields.pairs("envs" if goose else "env"),
        cwd=fields.text("cwd"),
        url=url or "",
        headers=fields.pairs("headers"),
        disabled=_disabled(fields, name, settings),
        timeout=fields.seconds("timeout", 1 if goose else MILLISECOND),
        problems=(),
        project=listing.project,
        env_file=fields.text("envFile"),
        env_keys=fields.texts("env_keys") if goose else (),
        inputs=inputs if listing.client == "vscode" else (),
        oauth=_oauth(value),
    )
    if "headersHelper" in value:
        fields.notes.append("its headersHelper is not run; give the headers that it would return")
    return _with(entry, fields)


def _with(entry: Entry, fields: Fields) -> Entry:
    return replace(entry, problems=tuple(fields.problems), notes=tuple(fields.notes))


def _kind(fields: Fields, command: str | None, url: str | None, client: str) -> Kind:
    """Return how the server is reached; a contradiction is a problem."""
    said = (fields.text("type", "transport") or "").lower()
    kind = _KINDS.get(said)
    if said in _OWN:
        fields.problems.append(f"type {said!r} is a part of the client itself, not a server to connect to")
    elif said and kind is None:
        fields.problems.append(f"type {one_line(said, 30)!r} is not known; there are: stdio, http, sse")
    elif kind is None and command and url and client != "gemini":
        fields.problems.append("it has both a command and a URL; say which with type: stdio or http")
    elif fields.table.get("socket"):
        fields.problems.append("it is reached through a Unix socket; only stdio and http are spoken here")
    elif kind == "stdio" and not command:
        fields.problems.append("it is of type stdio and has no command; add the program to start")
    elif kind in ("http", "sse") and not url:
        fields.problems.append(f"it is of type {kind} and has no URL; add where it listens")
    elif not (command or url or fields.problems):
        fields.problems.append("it has neither a command nor a URL; add one of them")
    if kind is not None:
        return kind
    if not url:
        return "stdio"
    path = url.partition("?")[0].partition("#")[0].rstrip("/")
    return "sse" if path.endswith("/sse") and "httpUrl" not in fields.table else "http"


def _oauth(table: Mapping[str, Any]) -> bool:
    """Return whether a person is to sign in: `"auth": "oauth"` (FastMCP), an `oauth` table (Claude Code, Gemini CLI)."""
    settings = table.get("oauth")
    return table.get("auth") == "oauth" or (
        isinstance(settings, dict) and settings.get("enabled") is not False
    )


def _disabled(fields: Fields, name: str, settings: Mapping[str, Any]) -> bool:
    """Return whether the client leaves the server out; `mcp.allowed` and `mcp.excluded` are Gemini CLI's."""
    rules = settings.get("mcp")
    allowed = rules.get("allowed") if isinstance(rules, dict) else None
    excluded = rules.get("excluded") if isinstance(rules, dict) else None
    return (
        fields.flag("disabled") is True
        or fields.flag("enabled") is False
        or (isinstance(allowed, list) and bool(allowed) and name not in allowed)
        or (isinstance(excluded, list) and name in excluded)
    )


def _inputs(settings: Mapping[str, Any]) -> tuple[Input, ...]:
    """Return what VS Code asks for; what is not a proper input is missed where it is used."""
    nested = settings.get("mcp")
    found = settings.get("inputs") or (nested.get("inputs") if isinstance(nested, dict) else None)
    tables = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return tuple(_input(Fields(table)) for table in tables if isinstance(table.get("id"), str))


def _input(fields: Fields) -> Input:
    options = fields.table.get("options")
    offered = options if isinstance(options, list) else ()
    chosen = [item.get("value") if isinstance(item, dict) else item for item in offered]
    return Input(
        id=fields.table["id"],
        description=fields.text("description") or "",
        password=fields.flag("password") is True,
        default=fields.text("default"),
        options=tuple(option for option in chosen if isinstance(option, str)),
        type=fields.text("type") or "promptString",
    )
