"""`Connection`: one server, as a notebook sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..results import ToolResult
from .call import Call
from .calling import Calling, at_least_one
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
        self.calling = Calling(edge, self._link, name, lambda: self.tools, self._list_tools)
        """how its calls are made; for those that need more than `call`, `start` and `map`"""

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
            declared = self._list_tools()
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
        return self.calling.run(tool, given, self.limits(timeout, max_timeout))

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
        return self.calling.begin(tool, given, self.limits(timeout, max_timeout), shown_at_once=True)

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
        return self.calling.map(tool, arguments, self.limits(timeout, max_timeout), at_least_one(limit))

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
            self.calling.schema(tool)
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
        return {
            "method": "tools/call",
            "params": {"name": tool, "arguments": self.calling.prepare(tool, arguments)},
        }

    # how

    def limits(self, timeout: Seconds = UNSET, max_timeout: Seconds = UNSET) -> Limits:
        """Return the limits of a call: what it says, else what the connection says, else the process's."""
        return self._edge.limits.but(*self._said).but(timeout, max_timeout)

    def _list_tools(self) -> Any:
        return self._run(self._link.list_tools)

    def _run(self, work: Callable[[], Any]) -> Any:
        pending: Pending[Any] = Pending(self._edge)
        try:
            pending.launch(work)
            return pending.result()
        except KeyboardInterrupt:
            pending.interrupt()
            raise
