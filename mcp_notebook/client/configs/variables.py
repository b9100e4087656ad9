"""What each client fills in: which forms, in which fields, and what an unset variable becomes.

| client | forms | fields | unset | source |
|---|---|---|---|---|
| Claude Desktop | none | – | – | its guide names none |
| Claude Code, generic | `${VAR}` `${VAR:-default}` | command args env url headers | error | \
code.claude.com/docs/en/mcp: fails to parse the config |
| Cursor | `${env:VAR}` and the predefined | the same, and envFile | empty | cursor.com/docs/mcp, \
"Config interpolation"; unset is not documented, taken from VS Code |
| VS Code | these, `${input:id}` | every field | empty | `variableResolver.ts`: as a shell does |
| Gemini CLI | `$VAR` `${VAR}` `${VAR:-default}` | every field | stays | \
`packages/cli/src/utils/envVarResolver.ts` |
| | these and, on Windows, `%VAR%` | env headers | empty | `packages/core/src/utils/envExpansion.ts` |
| Goose | `$VAR` `${VAR}` of the entry's own variables | url headers | stays | \
`substitute_env_vars` of `extension_manager.rs` |

Predefined: `${workspaceFolder}` `${workspaceFolderBasename}` `${userHome}`
`${pathSeparator}` `${/}`. A form that a client does not know stays as it is. One
pass: what was filled in is not looked at again, though some clients do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unset = Literal["error", "empty", "stays"]
PLACES = frozenset({"command", "args", "env", "url", "headers"})
EVERYWHERE = PLACES | {"cwd", "envFile"}
_NAMED = r"\$\{(?P<form>[^${}]+)\}"
_POSIX = r"\$\{(?P<braced>[^${}:]+)(?::-(?P<default>[^}]*))?\}"
_BARE = r"\$(?P<bare>\w+)"
_OWN = r"\$\{\s*(?P<braced>[A-Za-z_]\w*)\s*\}|\$(?P<bare>[A-Za-z_]\w*)"


@dataclass(frozen=True)
class Rule:
    """The forms of one client: what stands for a variable, and what an unset one becomes."""

    pattern: re.Pattern[str]
    fields: frozenset[str]
    unset: Unset


CLAUDE_CODE = (Rule(re.compile(_POSIX), PLACES, "error"),)
RULES: Mapping[str, tuple[Rule, ...]] = {
    "claude-desktop": (),
    "claude-code": CLAUDE_CODE,
    "generic": CLAUDE_CODE,
    "cursor": (Rule(re.compile(_NAMED), PLACES | {"envFile"}, "empty"),),
    "vscode": (Rule(re.compile(_NAMED), EVERYWHERE, "empty"),),
    "gemini": (
        Rule(
            re.compile(f"{_POSIX}|{_BARE}", re.ASCII), frozenset({"command", "args", "url", "cwd"}), "stays"
        ),
        Rule(re.compile(f"{_POSIX}|{_BARE}", re.ASCII), frozenset({"env", "headers"}), "empty"),
    ),
    "goose": (Rule(re.compile(_OWN, re.ASCII), frozenset({"url", "headers"}), "stays"),),
}
WINDOWS = Rule(
    re.compile(rf"{_POSIX}|{_BARE}|%(?P<percent>\w+)%", re.ASCII), frozenset({"env", "headers"}), "empty"
)
"""Gemini CLI's second rule, where it runs on Windows"""
ONLY_VSCODE = (
    *("columnNumber", "command", "config", "cwd", "defaultBuildTask", "execPath", "extensionInstallFolder"),
    *("file", "lineNumber", "relativeFile", "selectedText", "workspaceRoot"),
)
"""how the names of forms begin that VS Code fills in from its own windows and settings"""


def rule(client: str, field: str, platform: str) -> Rule | None:
    """Return the rule of *client* for *field*; None where nothing is filled in."""
    if client == "gemini" and platform == "win32" and field in WINDOWS.fields:
        return WINDOWS
    return next((rule for rule in RULES.get(client, CLAUDE_CODE) if field in rule.fields), None)
