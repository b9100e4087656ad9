"""Rewrite a watched cell, so that its `for` statements tell that they begin.

`for x in xs:` becomes `for x in over(xs, 7):`, and nothing else changes: not the
target, not `else`, not a line or a column that a traceback shows. 7 is the
number of the loop's place, see `plain_loops`.

Rewritten: `for` and `async for`, at the cell's level and in the functions and
classes that it defines. Left alone: comprehensions and generator expressions,
`while`, and generator functions, whose loops are the steps of those that
consume them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar

Loop = TypeVar("Loop", ast.For, ast.AsyncFor)

PLACE = "mcp_notebook.foreign.plain_loops"
LABEL = 60


class Rewriter(ast.NodeTransformer):
    """What IPython calls with the tree of a cell; *place* numbers a loop's label and line."""

    def __init__(self, place: Callable[[str, int], int]) -> None:
        self._place = place

    def visit_For(self, node: ast.For) -> Any:
        """Rewrite a loop and the loops in it."""
        return self._over(node, "over", f"for {_words(node)}")

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        """Rewrite an asynchronous loop and the loops in it."""
        return self._over(node, "over_async", f"async for {_words(node)}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Rewrite a function, unless it is a generator."""
        return node if _yields(node) else self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        """Rewrite a coroutine function, unless it is a generator."""
        return node if _yields(node) else self.generic_visit(node)

    def _over(self, node: Loop, function: str, label: str) -> Loop:
        self.generic_visit(node)
        source, number = node.iter, self._place(label, node.lineno)
        # `__import__` leaves no name behind, and finds the module in functions that outlive the cell.
        call = ast.parse(
            f"__import__({PLACE!r}, None, None, ('',)).{function}(None, {number})", mode="eval"
        ).body
        for part in ast.walk(call):
            ast.copy_location(part, source)
        call.args[0] = source  # type: ignore[attr-defined]
        node.iter = call
        return node


def _words(node: ast.For | ast.AsyncFor) -> str:
    target = ast.unparse(node.target)
    if isinstance(node.target, ast.Tuple) and target.startswith("("):
        target = target[1:-1]
    words = f"{target} in {ast.unparse(node.iter)}"
    return words if len(words) <= LABEL else words[: LABEL - 1] + "…"


def _yields(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return False
