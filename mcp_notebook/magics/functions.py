"""`%%mcp_tool`: run a cell that defines one function, and find it."""

from __future__ import annotations

import ast
from typing import Any

from IPython.core.error import UsageError


def the_function(shell: Any, cell: str) -> Any:
    """Run *cell* and return the one function it defines.

    Raises `UsageError`, before anything runs, where there is not exactly one;
    and whatever the cell raises.
    """
    source = shell.transform_cell(cell)
    where = shell.compile.cache(source, len(shell.history_manager.input_hist_raw) - 1, raw_code=cell)
    tree = ast.parse(source, where)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if len(names) != 1:
        found = f"it defines {', '.join(names)}" if names else "it defines none"
        raise UsageError(f"%%mcp_tool wants a cell that defines one function; {found}")
    exec(compile(tree, where, "exec"), shell.user_ns)  # noqa: S102 - that is what a cell is for
    return shell.user_ns[names[0]]
