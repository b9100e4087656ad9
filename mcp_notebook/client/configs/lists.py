"""Which client a file belongs to, and where in it the servers are.

The place of a file says whose it is, and where that is unknown its content does:

| under | is | source |
|---|---|---|
| `mcpServers` | every client but two | the pages named in `places` |
| `projects.PATH.mcpServers` | Claude Code, local scope | code.claude.com/docs/en/mcp |
| `servers`, with `inputs` | VS Code | its MCP configuration reference |
| `mcp.servers` | VS Code, in `settings.json` before there was an `mcp.json` | the same |
| `extensions` | Goose | `crates/goose/src/config/extensions.rs` |
| nothing: named servers at the top | Claude Code's plugins | code.claude.com/docs/en/mcp |

`httpUrl`, `trust` and the lists of tools are Gemini CLI's words, `envFile` and
`${env:…}` Cursor's. What nobody claims is "generic" and follows Claude Code's
rules, which VS Code and Copilot apply to the portable format too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ConnectError
from ...text import one_line
from .fields import NULLS
from .files import kind_of
from .places import DESKTOP

_GEMINI = {"httpUrl", "trust", "includeTools", "excludeTools"}
_SERVER = {"command", "url", "httpUrl", "serverUrl"}
_CURSOR = ("${env:", "${workspaceFolder", "${userHome}")


@dataclass(frozen=True)
class Listing:
    """Servers by name, whose they are, and the one folder that they are for."""

    client: str
    servers: Mapping[str, Any]
    project: str | None = None


def listings(path: Path, document: Mapping[str, Any]) -> list[Listing]:
    """Return every list of servers in *document*, which is what *path* says.

    Raises `ConnectError` where there is none, unless the file's place says that it is a client's.
    """
    owner = owner_of(path)
    found = list(_named(path, document, owner))
    if not found and document and all(map(_is_server, document.values())):
        found = [Listing(owner or "generic", document)]
    if not found and owner is None:
        raise ConnectError(
            f"{one_line(str(path), 300)!r} lists no MCP servers; "
            "a client's file has them under mcpServers, servers (VS Code) or extensions (Goose)"
        )
    return found


def owner_of(path: Path) -> str | None:
    """Return the client that keeps its servers at a place such as *path*, or None."""
    parent, folder = path.parent.name, path.parent.parent.name
    places = {
        "claude-desktop": path.name == DESKTOP,
        "claude-code": path.name in (".mcp.json", ".claude.json"),
        "cursor": path.name == "mcp.json" and parent == ".cursor",
        "vscode": path.name == "mcp.json" and (parent in (".vscode", "User") or folder == "profiles"),
        "gemini": path.name == "settings.json" and parent == ".gemini",
        "goose": path.name == "config.yaml" and "goose" in (parent, folder),
    }
    return next((client for client, matches in places.items() if matches), None)


def _named(path: Path, document: Mapping[str, Any], owner: str | None) -> Iterator[Listing]:
    if (servers := _table(path, document, "mcpServers")) is not None:
        yield Listing(owner or _guess(document, servers), servers)
    projects = document.get("projects")
    for project, settings in projects.items() if isinstance(projects, dict) else ():
        if isinstance(settings, dict) and (own := _table(path, settings, "mcpServers")) is not None:
            yield Listing(owner or "claude-code", own, project)
    nested = document.get("mcp")
    for table in (document, nested if isinstance(nested, dict) else {}):
        if (servers := _table(path, table, "servers")) is not None:
            yield Listing("vscode", servers)
    if owner in (None, "goose") and (servers := _table(path, document, "extensions")) is not None:
        yield Listing("goose", servers)


def _table(path: Path, table: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    value = table.get(key)
    if value is None or (isinstance(value, str) and value in NULLS):
        return None
    if not isinstance(value, dict):
        raise ConnectError(
            f"{one_line(str(path), 300)!r}: {key} is {kind_of(value)}, not an object; "
            f'write "{key}": {{"a-name": {{…}}}}'
        )
    return value


def _guess(document: Mapping[str, Any], servers: Mapping[str, Any]) -> str:
    """Return the client whose words are used in *servers*."""
    if isinstance(document.get("projects"), dict):
        return "claude-code"
    entries = [server for server in servers.values() if isinstance(server, dict)]
    if any(_GEMINI & entry.keys() for entry in entries):
        return "gemini"
    if any("envFile" in entry or _speaks_cursor(entry) for entry in entries):
        return "cursor"
    return "generic"


def _speaks_cursor(entry: Mapping[str, Any]) -> bool:
    texts: list[Any] = []
    for value in entry.values():
        texts += value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and any(word in text for word in _CURSOR) for text in texts)


def _is_server(value: object) -> bool:
    return isinstance(value, dict) and bool(_SERVER & value.keys())
