"""One server of a client's list, as its file has it or, after `resolve`, as the client would start it.

Rules: a problem keeps the server from being used, a note does not. The values of
`env` and `headers`, and what was filled in elsewhere, are secrets: the
representation of an entry shows none, and `masking` hides them in tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ...errors import ConnectError
from ...text import one_line

Kind = Literal["stdio", "http", "sse"]


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Input:
    """A value that VS Code asks for: `${input:id}` in an entry means the answer."""

    id: str
    description: str = ""
    password: bool = False
    default: str | None = field(default=None, repr=False)
    options: tuple[str, ...] = ()
    type: str = "promptString"


@dataclass(frozen=True, repr=False)
class Entry:
    """A server in a client's list."""

    name: str
    client: str
    """whose rules its variables follow: claude-desktop, claude-code, cursor, vscode, gemini, goose, generic"""
    path: Path
    kind: Kind
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=_nothing)
    cwd: str | None = None
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=_nothing)
    disabled: bool = False
    timeout: float | None = None
    """seconds that a call may take; None where the file does not say"""
    problems: tuple[str, ...] = ()
    """what keeps the server from being used"""
    notes: tuple[str, ...] = ()
    """what a person should know"""
    project: str | None = None
    """the only folder that it is for (Claude Code's local scope)"""
    env_file: str | None = None
    env_keys: tuple[str, ...] = ()
    """variables that Goose takes from its secret store"""
    inputs: tuple[Input, ...] = ()
    oauth: bool = False
    """whether a person is to sign in at it"""
    secrets: frozenset[str] = frozenset()
    """what `resolve` filled in; not to be shown"""

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.client!r}, {str(self.path)!r}, {self.kind!r})"

    @property
    def folder(self) -> Path | None:
        """The folder of the project that it belongs to; None where the file does not stand in one.

        A file of the user's home folder may look like a project's: `resolve` knows better.
        """
        if self.project is not None:
            return Path(self.project)
        if self.path.name == ".mcp.json":
            return self.path.parent
        return self.path.parent.parent if self.path.parent.name in (".cursor", ".vscode", ".gemini") else None

    def applies(self, cwd: Path) -> bool:
        """Return whether it is meant for work in *cwd*: everywhere, or in the one folder that it names."""
        return self.project is None or cwd == Path(self.project) or Path(self.project) in cwd.parents

    def error(self, words: str) -> ConnectError:
        """Return the error that says *words* of this entry of its file."""
        return ConnectError(
            f"server {one_line(self.name, 60)!r} in {one_line(str(self.path), 300)!r}: {words}"
        )
