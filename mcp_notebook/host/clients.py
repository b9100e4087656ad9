"""What a client's configuration has to say: one snippet for each client.

Rules. No snippet holds a token or an address: the bridge, which it starts, finds
both when it runs. The words that start it don't depend on the client's
environment, because an app that was not started from a terminal has another.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MCPNotebookError
from . import discovery

NAME = "notebook"
_MOVED_BY = ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "XDG_DATA_HOME")
_DESKTOP = "claude_desktop_config.json"
_PLACES: dict[str, tuple[str, ...]] = {
    "claude-code": (
        "run this line in the folder of the project that is to use it;",
        "for all projects write `claude mcp add --scope user …`",
    ),
    "claude-desktop": (
        "add this to the file that Settings > Developer > Edit Config opens, and restart the app:",
        f"  macOS    ~/Library/Application Support/Claude/{_DESKTOP}",
        f"  Windows  %APPDATA%\\Claude\\{_DESKTOP}",
        f"  Linux    ~/.config/Claude/{_DESKTOP}",
    ),
    "cursor": (
        "add this to one of these files:",
        "  one project   .cursor/mcp.json",
        "  all projects  ~/.cursor/mcp.json (Windows: %USERPROFILE%\\.cursor\\mcp.json)",
    ),
    "vscode": (
        "add this to one of these files:",
        "  one workspace   .vscode/mcp.json",
        "  all workspaces  the file that the command `MCP: Open User Configuration` opens",
    ),
    "generic": ("add this to your client's file of MCP servers; most read an object `mcpServers`",),
}
CLIENTS = tuple(_PLACES)


@dataclass(frozen=True)
class Snippet:
    """A configuration, and the lines that tell where it belongs."""

    text: str
    places: tuple[str, ...]


def snippet(client: str, kernel: str | None = None) -> Snippet:
    """Return what *client* needs to reach the kernel named *kernel*, or the newest one.

    The text is JSON, for Claude Code a command line. Raises `MCPNotebookError` for any other client.
    """
    if client not in CLIENTS:
        known = ", ".join(CLIENTS)
        raise MCPNotebookError(f"no client named {client!r} is known; there are: {known} (fits most others)")
    command = bridge(kernel)
    if client == "claude-code":
        text = _line(command)
    elif client == "vscode":
        text = _json("servers", {"type": "stdio", **_server(command)})
    else:
        text = _json("mcpServers", _server(command))
    return Snippet(text, _PLACES[client])


def bridge(kernel: str | None = None) -> tuple[str, ...]:
    """Return the words that start the bridge of this environment."""
    suffix = ".exe" if sys.platform == "win32" else ""
    script = Path(sys.executable).with_name(f"mcp-notebook{suffix}")
    program = (str(script),) if script.is_file() else (sys.executable, "-m", "mcp_notebook")
    return (*program, "bridge", *(() if kernel is None else ("--kernel", kernel)))


def _line(command: tuple[str, ...]) -> str:
    # An option must stand between --env and the name, which it takes for another variable.
    told = [word for key, value in _environment().items() for word in ("--env", f"{key}={value}")]
    options = [*told, "--transport", "stdio"] if told else []
    words = ["claude", "mcp", "add", *options, NAME, "--", *command]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _server(command: tuple[str, ...]) -> dict[str, Any]:
    server: dict[str, Any] = {"command": command[0], "args": list(command[1:])}
    environment = _environment()
    return {**server, "env": environment} if environment else server


def _environment() -> dict[str, str]:
    """Return where kernels are to be looked for, if this environment moves that place."""
    if not any(os.environ.get(name) for name in _MOVED_BY):
        return {}
    return {"JUPYTER_RUNTIME_DIR": str(discovery.directory().absolute())}


def _json(key: str, server: dict[str, Any]) -> str:
    return json.dumps({key: {NAME: server}}, indent=2)
