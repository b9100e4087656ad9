"""Learn that a module was imported, at once: a finder that finds nothing itself.

It stands first in `sys.meta_path` while it is wanted. A module's loader gets
an `exec_module` of its own for the one time that it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Imports(MetaPathFinder):
    """Calls *imported* with each module of *names* when it has been executed."""

    def __init__(self, names: Collection[str], imported: Callable[[ModuleType], None]) -> None:
        self._names = names
        self._imported = imported

    def watch(self) -> None:
        """Begin."""
        sys.meta_path.insert(0, self)

    def leave(self) -> None:
        """End; safe to call twice."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what the other finders find, made to tell us."""
        if fullname not in self._names:
            return None
        for finder in tuple(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(fullname, path, target)
            if spec is not None:
                self._listen(spec.loader)
                return spec
        return None

    def _listen(self, loader: Any) -> None:
        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            loader.exec_module(module)
            self._imported(module)

        try:
            loader.exec_module = exec_module
        except AttributeError:  # an import must not fail because somebody watches
            return
