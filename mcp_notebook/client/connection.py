"""`Connection`: one server, as a notebook sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..arguments import check, jsonable
from ..errors import MCPNotebookError, UnknownToolError, suggest
from ..progress import About, Kind, Operation
from ..records.keeping import Keeping
from ..results import ToolResult
from ..text import line_of, one_line
from .batch import Batch, as_mappings
from .call import NAME, Call, error_of
from .edge import Edge
from .handlers import Handlers
from .limits import UNSET, Limits, Seconds
from .link import Link, State
from .pending import Pending
from .targets import Target
from .tools import Tools

if TYPE_CHECKING:
    from mcp_types import Implementation


class Connection:
    """An MCP server, ready to be called. Close it, or use it as a context manager."""

    def __init__(
        self,
        edge: Edge,
        target: Target,
        name: str,
        on_close: Callable[[Connection], None],
        *,
        handlers: Handlers,
        timeout: Seconds = UNSET,
        max_timeout: Seconds = UNSET,
    ) -> None:
        self.name = name
        self._edge = edge
        self._link = Link(target, name, handlers)
        self._said = (timeout, max_timeout)
        self._on_close = on_close
        self._tools: tuple[object, Tools] | None = None
        self._keeping = Keeping()

    # what it is

    @property
    def state(self) -> State:
        """`open`, `lost` (the next call reconnects) or `closed`."""
        return self._link.state

    @property
    def address(self) -> str:
        """The command as given, the URL without credentials and query, or the object."""
        return self._link.target.address

    @property
    def server_info(self) -> Implementation | None:
        """The server's name and version, where it tells them."""
        client = self._link.client
        return client.server_info if client is not None else None

    @property
    def protocol_version(self) -> str | None:
        """The negotiated revision of the specification, such as `2026-07-28`."""
        client = self._link.client
        return client.protocol_version if client is not None else None

    @property
    def tools(self) -> Tools:
        """The server's tools: a table, and `tools.name(…)`."""
        declared = self._link.tools
        if not declared and not self._link.closed:
            declared = self._run(self._link.list_tools)
        if self._tools is None or self._tools[0] is not declared:
            self._tools = (declared, Tools(declared, self.call, self.name))
        return self._tools[1]

    def __repr__(self) -> str:
        return f"<Connection {self.name} {self.state}: {self.address}>"

    # what it does

    def call(
        self,
        tool: str,
        arguments: Mapping[str, object] | None = None,
        /,
        *,
        timeout: Seconds = UNSET,
        max_timeout: Seconds = UNSET,
        **keywords: object,
    ) -> ToolResult:
        """Call *tool* and block until its result is there, with a live bar.

        Arguments come as a mapping, as keywords, or both (keywords win).
        *timeout*: s of silence, *max_timeout*: s altogether; None is no limit.

        Raises `UnknownToolError`, `ArgumentError` (both before anything is
        sent), `ToolError`, `CallTimeoutError`, `CallCancelledError`,
        `ConnectionLostError`.
        """
        given = {**(arguments or {}), **keywords}
        return self.run(tool, given, self.limits(timeout, max_timeout))

    def start(
        self,
        tool: str,
        arguments: Mapping[str, object] | None = None,
        /,
        *,
        timeout: Seconds = UNSET,
        max_timeout: Seconds = UNSET,
        **keywords: object,
    ) -> Call:
        """Start a call and return it at once; its bar stays live. The limits are those of `call`."""
        given = {**(arguments or {}), **keywords}
        return self.begin(tool, given, self.limits(timeout, max_timeout), shown_at_once=True)

    def map(
        self,
        tool: str,
        arguments: Iterable[Mapping[str, object]],
        *,
        limit: int = 8,
        timeout: Seconds = UNSET,
        max_timeout: Seconds = UNSET,
    ) -> list[ToolResult]:
        """Call *tool* once for each mapping, at most *limit* at a time; results in order.

        Every call has its own token and bar, below one total. All arguments
        are checked before the first call; the first failure cancels the rest.
        """
        rows = as_mappings(arguments)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise MCPNotebookError(f"limit={limit!r} is not a whole number of at least 1")
        prepared = [self._prepare(tool, row) for row in rows]
        if not prepared:
            return []
        limits = self.limits(timeout, max_timeout)
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
            batch = Batch(self._edge, total, len(prepared), limit)
            batch.launch(partial(batch.run, make))
            return batch.result()
        except KeyboardInterrupt:
            _give_up(total, batch)
            raise

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
        prepared = self._prepare(tool, arguments)
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

    def form(
        self, tool: str | None = None, prefill: Mapping[str, object] | None = None, /, **keywords: object
    ) -> Any:
        """Return the form of *tool*; show it to fill it in and run it. Without a tool: all of them, to pick from.

        It begins with the schema's defaults, or with what *prefill* and *keywords* say
        (keywords win). It has `.arguments`, `.call` and `.result`: the last ones.

        Raises `UnknownToolError`.
        """
        self._link.refuse_if_closed()
        if tool is not None:
            self._declared(tool)
        return self._edge.form(self, tool, {**(prefill or {}), **keywords})

    def close(self) -> None:
        """End the connection and its server process; safe to call twice."""
        if (ending := self.retire()) is not None:
            self._run(ending)

    def retire(self) -> Callable[[], Awaitable[None]] | None:
        """Take no more calls; returns what ends the session, to be run on the background loop."""
        if self._link.closed:
            return None
        self._link.closed = True
        self._on_close(self)
        return self._link.close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> Self:
        """Shake hands; `connect` does this. Raises `ConnectError`."""
        self._run(self._link.session)
        return self

    def request(self, tool: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the JSON-RPC request that a call would send, after the same checks; sends nothing."""
        return {"method": "tools/call", "params": {"name": tool, "arguments": self._prepare(tool, arguments)}}

    # how

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

    def _prepare(self, tool: str, arguments: Mapping[str, object]) -> dict[str, object]:
        self._link.refuse_if_closed()
        declared = self._declared(tool)
        plain = jsonable(dict(arguments))
        if not isinstance(plain, dict):
            raise TypeError("arguments are a mapping")
        check(plain, declared, tool)
        self._keeping.learn(tool, declared)
        return plain

    def _about(self, kind: Kind, tool: str, arguments: Mapping[str, object] | None, group: Hashable) -> About:
        """Return what the history keeps of a call: its arguments without secrets, and not all of long ones."""
        cell = getattr(group, "cell", None)
        if arguments is None:
            return About(kind, self.name, tool, cell=cell)
        values, shortened, size = self._keeping.keep(tool, arguments)
        return About(kind, self.name, tool, values, shortened, size, cell)

    def _declared(self, tool: str) -> dict[str, Any]:
        if tool not in self.tools:
            self._run(self._link.list_tools)  # the server may have grown since
        if tool not in self.tools:
            names = [one_line(name, NAME) for name in self.tools.names()]
            raise UnknownToolError(f"no tool {line_of(tool)!r} on {self.name!r}; {suggest(str(tool), names)}")
        return self.tools[tool].input_schema

    def limits(self, timeout: Seconds = UNSET, max_timeout: Seconds = UNSET) -> Limits:
        """Return the limits of a call: what it says, else what the connection says, else the process's."""
        return self._edge.limits.but(*self._said).but(timeout, max_timeout)

    def _run(self, work: Callable[[], Any]) -> Any:
        pending: Pending[Any] = Pending(self._edge)
        try:
            pending.launch(work)
            return pending.result()
        except KeyboardInterrupt:
            pending.interrupt()
            raise


def _give_up(operation: Operation | None, pending: Pending[Any] | None) -> None:
    """End what was begun, wherever it was interrupted; what has ended stays as it ended."""
    if pending is not None:
        pending.interrupt()
    if operation is not None:
        if operation.cancel is not None:
            operation.cancel()
        operation.finish("interrupted")
