"""What a magic leaves in the cell: a request that was not sent, or nothing where a semicolon says so."""

from __future__ import annotations

import json
import sys
from typing import Any


class Request:
    """A request that was not sent."""

    def __init__(self, request: dict[str, object]) -> None:
        self.request = request

    def __repr__(self) -> str:
        from ..text import block

        return block(json.dumps(self.request, indent=2, ensure_ascii=False))

    def _repr_html_(self) -> str:
        from ..results.html import pre, root, tag

        return str(root(tag("div", "not sent (dry run):"), pre(repr(self))))


def hush(shell: Any, value: object) -> None:
    """Keep *value* from showing itself in the running cell; an assignment still gets it."""
    hook = shell.displayhook

    def quiet() -> bool:
        # IPython asks this before it writes anything, with the value in the caller's `result`.
        return sys._getframe(1).f_locals.get("result") is value or bool(type(hook).quiet(hook))  # noqa: SLF001

    def speak(*_: object) -> None:
        hook.__dict__.pop("quiet", None)
        shell.events.unregister("post_run_cell", speak)

    hook.quiet = quiet
    shell.events.register("post_run_cell", speak)
