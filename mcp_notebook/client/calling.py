"""How a connection makes its calls: arguments checked, an operation opened, the call launched.

Rules: everything is checked before anything is sent; an interrupt at any line
leaves no bar and no call behind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any

from ..arguments import check, jsonable
from ..errors import MCPNotebookError, UnknownToolError, suggest
from ..progress import About, Kind, Operation
from ..records.keeping import Keeping
from ..results import ToolResult
from ..text import line_of, one_line
from .batch import Batch, as_mappings
from .call import NAME, Call, error_of
from .edge import Edge
from .limits import Limits
from .link import Link
from .pending import Pending
from .tools import Tools


class Calling:
    """The calls of the connection *name*; *tools* are what its server declares, *listed* asks it again."""

    def __init__(
        self, edge: Edge, link: Link, name: str, tools: Callable[[], Tools], listed: Callable[[], object]
    ) -> None:
        self._edge = edge
        self._link = link
        self._name = name
        self._tools = tools
        self._listed = listed
        self._keeping = Keeping()

    def begin(
        self,
        tool: str,
        arguments: Mapping[str, object],
        limits: Limits,
        *,
        shown_at_once: bool = False,
        strict: bool = True,
        quiet: bool = False,
        group: Hashable | None = None,
    ) -> Call:
        """Check the arguments and start a call: the one way in for `call`, `start`, forms and the magics.

        *strict*: a result marked as error raises `ToolError`. *quiet*: ask for no progress, show no bar.
        *group*: what its bar is drawn with; None is the running cell's panel.
        """
        prepared = self.prepare(tool, arguments)
        if group is None and not quiet:
            group = self._edge.group(shown_at_once=shown_at_once)
        operation = call = None
        try:
            about = self._about("call", tool, prepared, group)
            operation = self._edge.tracker.open(tool, group=group, patience=limits.patience, about=about)
            call = self._launch(tool, prepared, operation, limits, strict=strict, quiet=quiet)
            if shown_at_once:
                self._edge.flush()  # the cell may end at once, and the bar belongs to it
            return call  # noqa: TRY300 - an interrupt may come here, too
        except BaseException:
            _give_up(operation, call)
            raise

    def run(
        self,
        tool: str,
        arguments: Mapping[str, object],
        limits: Limits,
        *,
        strict: bool = True,
        quiet: bool = False,
    ) -> ToolResult:
        """Begin a call and block until its result is there; an interrupt at any moment ends it."""
        call = None
        try:
            call = self.begin(tool, arguments, limits, strict=strict, quiet=quiet)
            return call.result()
        except KeyboardInterrupt:
            _give_up(None, call)
            raise

    def map(
        self, tool: str, arguments: Iterable[Mapping[str, object]], limits: Limits, at_a_time: int
    ) -> list[ToolResult]:
        """Make a call for each mapping, so many *at_a_time*; block until all have ended, or one has failed."""
        prepared = [self.prepare(tool, row) for row in as_mappings(arguments)]
        if not prepared:
            return []
        group = self._edge.group(shown_at_once=False)

        def make(index: int) -> Call:
            operation = self._edge.tracker.open(
                f"{tool} [{index}]",
                group=group,
                parent=total,
                patience=limits.patience,
                about=self._about("call", tool, prepared[index], group),
            )
            return self._launch(tool, prepared[index], operation, limits)

        total = batch = None
        try:
            about = self._about("batch", tool, None, group)
            total = self._edge.tracker.open(f"{tool} × {len(prepared)}", group=group, about=about)
            batch = Batch(self._edge, total, len(prepared), at_a_time)
            batch.launch(partial(batch.run, make))
            return batch.result()
        except KeyboardInterrupt:
            _give_up(total, batch)
            raise

    def prepare(self, tool: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments as they are sent; raises `UnknownToolError` and `ArgumentError`."""
        self._link.refuse_if_closed()
        declared = self.schema(tool)
        plain = jsonable(dict(arguments))
        if not isinstance(plain, dict):
            raise TypeError("arguments are a mapping")
        check(plain, declared, tool)
        self._keeping.learn(tool, declared)
        return plain

    def schema(self, tool: str) -> dict[str, Any]:
        """Return the tool's input schema, asking the server again where it is not known; raises `UnknownToolError`."""
        if tool not in self._tools():
            self._listed()  # the server may have grown since
        tools = self._tools()
        if tool not in tools:
            names = [one_line(name, NAME) for name in tools.names()]
            raise UnknownToolError(
                f"no tool {line_of(tool)!r} on {self._name!r}; {suggest(str(tool), names)}"
            )
        return tools[tool].input_schema

    def _launch(
        self,
        tool: str,
        arguments: dict[str, object],
        operation: Operation,
        limits: Limits,
        *,
        strict: bool = True,
        quiet: bool = False,
    ) -> Call:
        call = Call(self._edge, tool, arguments, operation, limits)

        async def work() -> ToolResult:
            result = await call.run(self._link.session, quiet=quiet)
            if strict and result.is_error:
                raise error_of(result, tool)
            return result

        call.launch(work)
        return call

    def _about(self, kind: Kind, tool: str, arguments: Mapping[str, object] | None, group: Hashable) -> About:
        """Return what the history keeps of a call: its arguments without secrets, and not all of long ones."""
        cell = getattr(group, "cell", None)
        if arguments is None:
            return About(kind, self._name, tool, cell=cell)
        values, shortened, size = self._keeping.keep(tool, arguments)
        return About(kind, self._name, tool, values, shortened, size, cell)


def at_least_one(limit: object) -> int:
    """Return *limit* as how many calls may run at a time; raises `MCPNotebookError`."""
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise MCPNotebookError(f"limit={limit!r} is not a whole number of at least 1")
    return limit


def _give_up(operation: Operation | None, pending: Pending[Any] | None) -> None:
    """End what was begun, wherever it was interrupted; what has ended stays as it ended."""
    if pending is not None:
        pending.interrupt()
    if operation is not None:
        if operation.cancel is not None:
            operation.cancel()
        operation.finish("interrupted")
