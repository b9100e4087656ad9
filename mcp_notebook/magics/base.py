"""What all our magics share: the runtime they delegate to, and a value that shows itself or not."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics

from .showing import hush


class Commands(Magics):
    """The common part; each class of magics is registered by itself."""

    def _runtime(self) -> Any:
        from ..runtime import runtime

        return runtime()

    def _shown(self, value: Any, *, silent: bool) -> Any:
        """Return *value* for display, and keep it from being displayed where a semicolon says so."""
        if silent:
            hush(self.shell, value)
        return value
