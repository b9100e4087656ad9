"""`%%mcp_watch [LABEL]`: run a cell with all its loops seen, as if the line were not there.

The line is taken out before IPython looks at the cell, and its loops are
rewritten when IPython has parsed it. So the cell runs as any other: `await`
and `async for` at its top level, the last value displayed, `;`, a `%%time` in
its second line, line numbers as they are written.

Where `%%mcp_watch` is not the first line (`%%time` is, say), it is a magic
inside another: `run_watched`, which cannot await.

Seen: `for` and `async for` of the cell, and of functions and classes that it
defines, while the cell runs; bars of tqdm and rich, wherever they are. Not
seen: `while`, comprehensions, generator functions, loops of other modules, and
what a `%%timeit` in the second line times.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..tracking import Loops
    from .capturing import Capture
    from .rewriting import Rewriter

_LINE = re.compile(r"\s*%%mcp_watch(?:[ \t]+(?P<label>[^\n]*))?(?:\n|$)")
_TIMED = re.compile(r"\s*%%mcp_watch[^\n]*\n%%timeit\b")


def label_of(cell: str) -> str | None:
    """Return the label of a cell that begins with `%%mcp_watch` (empty where it has none), or None."""
    found = _LINE.match(cell)
    return plain_label(found["label"] or "") if found else None


def plain_label(line: str) -> str:
    """Return what stands behind `%%mcp_watch`, without quotes around it."""
    line = line.strip()
    quoted = len(line) > 1 and line[0] == line[-1] and line[0] in "'\""
    return line[1:-1] if quoted else line


class WatchedCells:
    """The shell's edge: knows which cell is watched, from its first line to its end."""

    def __init__(self, shell: Any, loops: Callable[[], Loops]) -> None:
        self._shell = shell
        self._loops = loops
        self._cells: list[tuple[Capture, Rewriter] | None] = []
        """the cells that run: the first one may run others"""

    def install(self) -> None:
        """Begin to look at cells."""
        self._shell.input_transformers_cleanup.append(self._without_line)
        self._shell.events.register("pre_run_cell", self._begin)
        self._shell.events.register("post_run_cell", self._end)

    def remove(self) -> None:
        """Take back what was put into the shell; safe to call twice."""
        if self._without_line not in self._shell.input_transformers_cleanup:
            return
        self._shell.input_transformers_cleanup.remove(self._without_line)
        self._shell.events.unregister("pre_run_cell", self._begin)
        self._shell.events.unregister("post_run_cell", self._end)
        while self._cells:
            self._end()

    def _without_line(self, lines: list[str]) -> list[str]:
        """Take `%%mcp_watch` out of a cell: what IPython transforms first."""
        if not lines or label_of(lines[0]) is None or self._cells:
            return lines  # inside a cell it is a magic inside another
        if len(lines) > 1 and lines[1].startswith("%%"):
            return lines[1:]
        return [f"# {lines[0]}", *lines[1:]]  # a comment keeps the numbers of the lines

    def _begin(self, info: Any) -> None:
        label = label_of(info.raw_cell)
        if label is None or self._cells:
            self._cells.append(None)
            return
        watched = _watch(self._loops(), label)
        if not _TIMED.match(info.raw_cell):
            self._shell.ast_transformers.append(watched[1])
        watched[0].__enter__()
        self._cells.append(watched)

    def _end(self, result: Any = None) -> None:
        info = getattr(result, "info", None)
        if info is not None and not (info.raw_cell or "").strip():
            return  # an empty cell has not begun
        watched = self._cells.pop() if self._cells else None
        if watched is not None:
            watched[0].__exit__()
            if watched[1] in self._shell.ast_transformers:
                self._shell.ast_transformers.remove(watched[1])


def _watch(loops: Loops, label: str) -> tuple[Capture, Rewriter]:
    from . import plain_loops
    from .capturing import Capture
    from .rewriting import Rewriter

    return Capture(loops, label, plain=True), Rewriter(plain_loops.place)


def run_watched(shell: Any, label: str | None, cell: str, loops: Loops) -> Any:
    """Run *cell* watched, as a magic inside another; return the value of its last expression."""
    __tracebackhide__ = True
    from IPython.core.error import UsageError

    source = shell.transform_cell(cell)
    name = shell.compile.cache(source, shell.execution_count, raw_code=cell)
    tree = shell.transform_ast(shell.compile.ast_parse(source, filename=name))
    capture, rewriter = _watch(loops, plain_label(label or ""))
    tree = ast.fix_missing_locations(rewriter.visit(tree))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    parts = [(tree, "exec")] + ([(ast.Expression(last.value), "eval")] if last is not None else [])
    flags = shell.compile.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    codes = [compile(part, name, mode, flags) for part, mode in parts]
    if any(code.co_flags & inspect.CO_COROUTINE for code in codes):
        raise UsageError("this cell awaits: write %%mcp_watch into its first line, and other magics below it")
    value = None
    with capture:
        for code in codes:
            value = eval(code, shell.user_ns)  # noqa: S307 - it is the user's cell
    return value
