"""Collect the input schemas of real servers' tools: `python tests/forms/corpus/collect.py [SERVER]…`.

Each server is installed from its registry into a scratch environment, run, and
its tools are listed with our own client. What is stored holds facts only: names,
types, bounds, listed values, defaults; no description, no title.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mcp_notebook import connect

HERE = Path(__file__).parent
PYTHON = {
    "mcp-server-time": [],
    "mcp-server-fetch": [],
    "mcp-server-git": [],
    "mcp-server-sqlite": ["--db-path", "scratch.db"],
    "excel-mcp-server": ["stdio"],
    "duckduckgo-mcp-server": [],
}
BESIDE = {"mcp-server-sqlite": ["mcp<2"]}
"""what a server needs and does not say"""

NODE = {
    "@modelcontextprotocol/server-everything": ("mcp-server-everything", ["stdio"]),
    "@modelcontextprotocol/server-filesystem": ("mcp-server-filesystem", ["."]),
    "@modelcontextprotocol/server-memory": ("mcp-server-memory", []),
    "@modelcontextprotocol/server-sequential-thinking": ("mcp-server-sequential-thinking", []),
    "@modelcontextprotocol/server-github": ("mcp-server-github", []),
    "@modelcontextprotocol/server-slack": ("mcp-server-slack", []),
    "@notionhq/notion-mcp-server": ("notion-mcp-server", []),
    "@playwright/mcp": ("playwright-mcp", []),
    "chrome-devtools-mcp": ("chrome-devtools-mcp", []),
}
# Some list their tools only once they have what looks like an account.
ENVIRONMENT = dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_TEAM_ID", "NOTION_TOKEN", "GITHUB_TOKEN"), "none")
PROSE = ("description", "title", "examples", "$comment", "markdownDescription", "$id", "errorMessage")
BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
PARTS = (
    "items",
    "additionalProperties",
    "additionalItems",
    "not",
    "if",
    "then",
    "else",
    "propertyNames",
    "contains",
)


def facts(schema: Any) -> Any:
    """Return *schema* without the sentences of whoever wrote it."""
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in PROSE and isinstance(value, str | list):
            continue
        if key in BY_NAME and isinstance(value, Mapping):
            kept[key] = {name: facts(part) for name, part in value.items()}
        elif isinstance(value, list) and (key in LISTS or key == "items"):
            kept[key] = [facts(part) for part in value]
        else:
            kept[key] = facts(value) if key in PARTS else value
    return kept


def collect(name: str, command: list[str], version: str, folder: Path) -> None:
    """Run *command*, list its tools, and store what they take."""
    with connect(command, name="collected", env=ENVIRONMENT | {"HOME": str(folder)}) as server:
        tools = {tool.name: facts(tool.input_schema) for tool in server.tools}
    stored = {"server": name, "version": version, "tools": dict(sorted(tools.items()))}
    path = HERE / f"{name.rpartition('/')[2] if 'playwright' not in name else 'playwright-mcp'}.json"
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{name} {version}: {len(tools)} tools")


def python_server(name: str, folder: Path) -> tuple[list[str], str]:
    """Install a server from PyPI; return its command and its version."""
    home = folder / f"venv-{name}"
    if not home.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "-q", name, *BESIDE.get(name, ())], check=True)
    code = f"from importlib.metadata import version; print(version({name!r}))"
    said = subprocess.run(
        [str(home / "bin" / "python"), "-c", code], capture_output=True, text=True, check=True
    )
    return [str(home / "bin" / name), *PYTHON[name]], said.stdout.strip()


def node_server(name: str, folder: Path) -> tuple[list[str], str]:
    """Install a server from npm; return its command and its version."""
    home = folder / "npm"
    home.mkdir(exist_ok=True)
    package = home / "node_modules" / name / "package.json"
    if not package.exists():
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", name], cwd=home, check=True
        )
    binary, arguments = NODE[name]
    return [str(home / "node_modules" / ".bin" / binary), *arguments], json.loads(package.read_text())[
        "version"
    ]


def main(names: list[str]) -> None:
    """Collect the named servers, or all of them; SCRATCH is a folder to keep the environments in."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.environ.get("SCRATCH", made)).resolve()
        for name in names or [*PYTHON, *NODE]:
            try:
                found = python_server(name, folder) if name in PYTHON else node_server(name, folder)
                os.chdir(folder)
                collect(name, *found, folder)
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
