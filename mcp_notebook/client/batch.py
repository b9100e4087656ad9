"""`map`: many calls of one tool, a few at a time, results in order, one total."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ..errors import CallCancelledError, MCPNotebookError
from ..progress import Operation
from ..results import ToolResult
from ..text import one_line
from .call import Call
from .edge import Edge
from .pending import Pending


class Batch(Pending[list[ToolResult]]):
    """Runs *calls* with at most *limit* in flight; the first failure cancels the rest."""

    def __init__(self, edge: Edge, operation: Operation, count: int, limit: int) -> None:
        super().__init__(edge)
        self._operation = operation
        self._count = count
        self._limit = limit
        operation.cancel = self.cancel

    async def run(self, make: Callable[[int], Call]) -> list[ToolResult]:
        """Make and await every call; *make(i)* starts the i-th."""
        results: list[ToolResult | None] = [None] * self._count
        todo = iter(range(self._count))
        under_way: set[Call] = set()
        done = 0
        self._operation.report(0, self._count)

        async def worker() -> None:
            nonlocal done
            for index in todo:
                try:
                    under_way.add(call := make(index))
                    results[index] = await call.join(lambda: self._why or "cancelled")
                    under_way.discard(call)
                except MCPNotebookError as error:
                    error.add_note(f"it is number {index} of {self._operation.label}")
                    raise
                done += 1
                self._operation.report(done, self._count)

        error: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._limit, self._count)):
                    group.create_task(worker())
        except BaseExceptionGroup as errors:
            error = errors.exceptions[0]
            # A cell that ends before its calls would keep a receipt of running ones.
            await asyncio.gather(*(call.join() for call in under_way), return_exceptions=True)
        if error is not None:
            self._operation.finish("failed", one_line(str(error), 60))
            raise error  # out here: a group as its context, and IPython shows every frame of ours
        self._operation.finish("done")
        return [r for r in results if r is not None]

    def _cancelled_error(self) -> BaseException:
        why = self._why or "cancelled"
        self._operation.finish("interrupted" if why == "interrupted" else "cancelled")
        now = self._operation.snapshot()
        return CallCancelledError(f"{self._operation.label} {why} at {now.progress:g}/{self._count}")


def as_mappings(arguments: object) -> Sequence[dict[str, object]]:
    """Return *arguments* as a list of mappings, or raise `TypeError` naming the one that is none."""
    if isinstance(arguments, str | bytes) or not hasattr(arguments, "__iter__"):
        raise TypeError(f"map wants an iterable of mappings, one for each call; got {arguments!r:.80}")
    rows: list[dict[str, object]] = []
    for index, row in enumerate(arguments):
        if not hasattr(row, "keys"):
            raise TypeError(f"map wants a mapping for each call; number {index} is {row!r:.80}")
        rows.append(dict(row))
    return rows
