r"""Where the usual clients keep their lists of servers, on Linux, macOS and Windows.

Sources, read in 2026:

- Claude Desktop: modelcontextprotocol.io, "Connect to local servers"; the Linux
  folder as VS Code's own discovery has it (`nativeMcpDiscoveryAdapters.ts`); the
  Windows Store package sees its AppData redirected below `Packages\Claude_*`.
- Claude Code: code.claude.com/docs/en/mcp, "MCP installation scopes": `.mcp.json`
  of the project, `~/.claude.json` for the user and, below `projects`, for one
  folder. `CLAUDE_CONFIG_DIR` moves the latter.
- Cursor: cursor.com/docs/mcp, "Configuration locations".
- VS Code: code.visualstudio.com/docs/copilot/reference/mcp-configuration: the
  workspace and the user profile, where named profiles have folders of their own.
- Gemini CLI: docs/tools/mcp-server.md of google-gemini/gemini-cli;
  `GEMINI_CLI_HOME` stands for the home folder (`packages/core/src/utils/paths.ts`).
- Goose: docs/guides/config-files of block/goose; an absolute `GOOSE_PATH_ROOT` or
  `XDG_CONFIG_HOME` moves it.

Rules: a project's file is looked for in the working folder and above it: Claude
Code reads all of them, of the other clients the nearest counts. What cannot be
looked at is not there. Projects come before the user, as a name is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Scope = Literal["project", "user"]
DESKTOP = "claude_desktop_config.json"
EDITORS = ("Code", "Code - Insiders", "VSCodium")
PROFILES = 50
"""named profiles of one editor that are looked at"""
_PROJECT = (
    ("claude-code", ".mcp.json"),
    ("cursor", ".cursor/mcp.json"),
    ("vscode", ".vscode/mcp.json"),
    ("gemini", ".gemini/settings.json"),
)


@dataclass(frozen=True)
class Found:
    """A file that exists: whose it is, and whether it is for one project or for the user everywhere."""

    path: Path
    client: str
    scope: Scope


def discover(home: Path, cwd: Path, env: Mapping[str, str], platform: str) -> list[Found]:
    """Return the configuration files that exist, nearest first, each once.

    *home* and *cwd* are absolute; *platform* is a value of `sys.platform`. Nothing is opened.
    """
    users = [Found(path, client, "user") for client, path in _of_user(home, env, platform) if _is_file(path)]
    taken = {found.path for found in users}
    projects = [found for found in _of_project(cwd) if found.path not in taken]
    return list({found.path: found for found in [*projects, *users]}.values())


def _of_project(cwd: Path) -> Iterator[Found]:
    folders = (cwd, *cwd.parents)
    for client, name in _PROJECT:
        there = (folder / name for folder in folders)
        for path in filter(_is_file, there):
            yield Found(path, client, "project")
            if client != "claude-code":
                break


def _of_user(home: Path, env: Mapping[str, str], platform: str) -> Iterator[tuple[str, Path]]:
    apps = _apps(home, env, platform)
    yield "claude-desktop", apps / "Claude" / DESKTOP
    if platform == "win32":
        packages = _absolute(env, "LOCALAPPDATA", home / "AppData" / "Local") / "Packages"
        for package in _folders(packages, "Claude_*"):
            yield "claude-desktop", package / "LocalCache" / "Roaming" / "Claude" / DESKTOP
    yield "claude-code", _absolute(env, "CLAUDE_CONFIG_DIR", home) / ".claude.json"
    yield "cursor", home / ".cursor" / "mcp.json"
    for editor in EDITORS:
        user = apps / editor / "User"
        yield "vscode", user / "mcp.json"
        for profile in _folders(user / "profiles", "*"):
            yield "vscode", profile / "mcp.json"
    yield "gemini", _absolute(env, "GEMINI_CLI_HOME", home) / ".gemini" / "settings.json"
    yield "goose", _goose(home, env, platform) / "config.yaml"


def _apps(home: Path, env: Mapping[str, str], platform: str) -> Path:
    """Return the folder in which desktop applications keep theirs."""
    if platform == "win32":
        return _absolute(env, "APPDATA", home / "AppData" / "Roaming")
    if platform == "darwin":
        return home / "Library" / "Application Support"
    return _absolute(env, "XDG_CONFIG_HOME", home / ".config")


def _goose(home: Path, env: Mapping[str, str], platform: str) -> Path:
    if (root := _absolute(env, "GOOSE_PATH_ROOT", Path())) != Path():
        return root / "config"
    if platform == "win32":
        return _apps(home, env, platform) / "Block" / "goose" / "config"
    return _absolute(env, "XDG_CONFIG_HOME", home / ".config") / "goose"


def _absolute(env: Mapping[str, str], name: str, default: Path) -> Path:
    path = Path(env.get(name, ""))
    return path if path.is_absolute() else default


def _folders(parent: Path, pattern: str) -> list[Path]:
    try:
        return sorted(parent.glob(pattern))[:PROFILES]
    except (OSError, ValueError):  # a NUL in the name
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # not ours to look at, a loop of links, a NUL in the name
        return False
