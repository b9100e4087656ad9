"""The names and the Python that a magic's line or body may use."""

from __future__ import annotations

import ast
from typing import Any


class Scope:
    """The names that a line may use: the notebook's, and those of the function it stands in."""

    def __init__(self, shell: Any, local_ns: dict[str, Any]) -> None:
        # One mapping: a comprehension sees only globals.
        self._names = {**shell.user_ns, **local_ns}

    def evaluate(self, expression: str) -> object:
        """Return the value of a Python *expression*."""
        return eval(expression.strip(), self._names)  # noqa: S307 - the user's own cell

    def run(self, body: str) -> object:
        """Run Python statements and return the value of the last expression."""
        tree = ast.parse(body)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(compile(tree, "<cell>", "exec"), self._names)  # noqa: S102 - the user's own cell
        if not isinstance(last, ast.Expr):
            return None
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), self._names)  # noqa: S307
