"""The directories that a server is told of: `roots/list`.

Source: Model Context Protocol, "Roots": a root is a `file://` address, with a name for people.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import ArgumentError
from ..text import one_line

Root = str | os.PathLike[str]
Roots = Root | Iterable[Root] | Callable[[], Iterable[Root]]


def as_roots(roots: Roots) -> Callable[[Any], list[tuple[str, str]]]:
    """Return a function that lists *roots* as addresses and names; raises `ArgumentError` at once where it can."""
    if callable(roots):
        return lambda _params: _listed(roots())
    listed = _listed([roots] if isinstance(roots, str | os.PathLike) else roots)
    return lambda _params: listed


def _listed(roots: Iterable[Root]) -> list[tuple[str, str]]:
    return [_root(root) for root in roots]


def _root(root: object) -> tuple[str, str]:
    if isinstance(root, str) and root.startswith("file://"):
        return root, one_line(root.rstrip("/").rpartition("/")[2] or root, 80)
    if not isinstance(root, str | os.PathLike) or (isinstance(root, str) and "://" in root):
        raise ArgumentError(f"roots: {one_line(repr(root), 80)} is neither a directory nor a file:// address")
    path = Path(root).expanduser().resolve()
    if not path.is_dir():
        raise ArgumentError(f"roots: {one_line(str(root), 120)!r} is no directory")
    return path.as_uri(), path.name or str(path)
