"""The servers of another client's list, connected: each that can be, and why the others are not.

Rules: what the file switches off, or keeps for another folder, is left out
unless it is asked for by name; one server that fails does not keep the others
from being connected.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import ConnectError, MCPNotebookError, UnknownServerError, suggest
from ..results import Table
from ..text import one_line
from . import resolving
from .configs import Entry, discover, line, read, resolve, shown, target_of
from .connection import Connection
from .targets import Shown

Connect = Callable[..., Connection]


class Connections(dict[str, Connection]):
    """Connections by the names that the list has for them; `failed` says why others are none."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[str, MCPNotebookError] = {}

    def close(self) -> None:
        """Close them all."""
        for connection in self.values():
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __missing__(self, name: str) -> Connection:
        if name in self.failed:
            raise self.failed[name]
        raise UnknownServerError(f"no server named {name!r} in the list; {suggest(str(name), list(self))}")

    def _table(self) -> Table:
        rows: list[tuple[str, ...]] = [
            (name, str(len(c.tools)) if c.state == "open" else "", c.state) for name, c in self.items()
        ]
        rows += [(name, "", one_line(str(error), 300)) for name, error in self.failed.items()]
        return Table(("server", "tools", "state"), tuple(rows), empty="no server in the list")

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self._table()._repr_mimebundle_(include, exclude)


def connect_listed(path: str | os.PathLike[str], only: Iterable[str], connect: Connect) -> Connections:
    """Connect the servers of the file at *path*, or *only* those, with *connect*.

    Raises `ConnectError` where the file is no list, or none of them can be connected.
    """
    found = Connections()
    cwd, home = Path.cwd(), Path.home()
    for entry in _chosen(read(Path(path).expanduser().absolute()), tuple(only), cwd):
        try:
            ready = resolve(entry, os.environ, cwd, home, _ask)
            target, headers = target_of(ready)
            recipe = Shown(resolving.resolve(target, headers=headers), line(ready))
            auth = {"auth": "oauth"} if ready.oauth and ready.kind == "http" else {}
            found[entry.name] = connect(recipe, name=entry.name, **auth, **_limits(ready))
        except MCPNotebookError as error:
            found.failed[entry.name] = error
    if found.failed and not found:
        raise ConnectError("; ".join(str(error) for error in found.failed.values()))
    return found


def known_servers() -> Table:
    """Return what the lists of the usual clients hold; nothing is started, secrets are masked."""
    columns = ("server", "client", "where", "env", "headers", "state", "file")
    rows: list[tuple[str, ...]] = []
    cwd = Path.cwd()
    for place in discover(Path.home(), cwd, os.environ, sys.platform):
        try:
            entries = read(place.path)
        except MCPNotebookError as error:
            rows.append(("", place.client, "", "", "", one_line(str(error), 200), str(place.path)))
            continue
        found = (shown(entry) for entry in entries if entry.applies(cwd))
        rows += [(row["name"], *(row[name] for name in columns[1:])) for row in found]
    return Table(columns, tuple(rows), empty="no client's list was found")


def _chosen(entries: list[Entry], only: tuple[str, ...], cwd: Path) -> list[Entry]:
    names = [entry.name for entry in entries]
    for name in only:
        if name not in names:
            raise UnknownServerError(f"no server named {name!r} in the file; {suggest(name, names)}")
    here = [entry for entry in entries if entry.applies(cwd)]
    wanted = [entry for entry in here if (entry.name in only if only else not entry.disabled)]
    nearest = {entry.name: entry for entry in sorted(wanted, key=lambda entry: entry.project is not None)}
    return list(nearest.values())


def _limits(entry: Entry) -> Mapping[str, float]:
    return {} if entry.timeout is None else {"timeout": entry.timeout}


def _ask(
    name: str, description: str, password: bool, default: str | None, options: tuple[str, ...]
) -> str | None:
    """Ask the person at the keyboard, where there is one."""
    from getpass import getpass

    choice = f" ({', '.join(options)})" if options else ""
    question = f"{one_line(description or name, 200)}{choice}{f' [{default}]' if default else ''}: "
    try:
        answer = getpass(question) if password else input(question)
    except (EOFError, RuntimeError):  # nobody is there: a script without a terminal, nbclient
        return default
    return answer or default
