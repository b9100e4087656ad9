"""One tool call: its token, its deadlines, its end.

Rules for time: `timeout` is silence, renewed by every progress notification;
`max_timeout` is the ceiling whatever comes ("Timeouts" in the specification:
an implementation may reset the clock on progress and should enforce a
maximum). Whatever ends a call early cancels it on the wire first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import CallCancelledError, CallTimeoutError, ConnectionLostError, MCPNotebookError, ToolError
from ..progress import Event, LogEntry, Operation, Progress, Status, words
from ..progress.logs import tail
from ..results import ToolResult
from ..text import block, one_line
from .edge import Edge
from .limits import Limits
from .pending import Pending

if TYPE_CHECKING:
    from mcp_types import CallToolResult

    from .session import Session

SILENT_LOG = 60
NAME = 120


class Call(Pending[ToolResult]):
    """A tool call in flight, or ended. Await it in any event loop, or ask `.result()`."""

    def __init__(
        self, edge: Edge, tool: str, arguments: dict[str, object], operation: Operation, limits: Limits
    ) -> None:
        super().__init__(edge)
        self.tool = tool
        self._name = one_line(tool, NAME)
        self.arguments = arguments
        self.token: str | None = None
        """the progress token; None until the request is sent, and where no progress was asked for"""
        self._operation = operation
        self._limits = limits
        self._session: Session | None = None
        operation.cancel = self.cancel

    @property
    def id(self) -> int:
        """The number that `%mcp_jobs` and `%mcp_cancel` use."""
        return self._operation.id

    @property
    def status(self) -> Status:
        """`running`, `done`, `failed`, `cancelled`, `timed out` or `interrupted`."""
        return self._operation.status

    @property
    def progress(self) -> Progress:
        """The newest progress; frozen."""
        return self._operation.snapshot()

    @property
    def events(self) -> tuple[Event, ...]:
        """What was reported, in bounded memory: first and last exact, the middle thinned."""
        return self._operation.events

    @property
    def logs(self) -> tuple[LogEntry, ...]:
        """What the server logged, and wrote to stderr, while this ran: the newest lines.

        A log message names no call: of calls that ran side by side each has it.
        """
        return self._operation.logs

    def __repr__(self) -> str:
        return f"<Call {self.id} {words.line(self._operation.label, self.progress, self._operation.note)}>"

    async def run(self, session: Callable[[], Any], *, quiet: bool) -> ToolResult:
        """Make the call in a session that *session* provides; runs on the background loop."""
        loop = asyncio.get_running_loop()
        watch = _Deadlines(loop, self._operation, self._limits, self._expire)
        try:
            raw = await self._ask(session, quiet=quiet)
        except asyncio.CancelledError:
            if self._why is None and self._session is not None and self._session.lost is not None:
                raise self._lost(self._session.lost) from None
            raise
        except MCPNotebookError as error:
            self._end("failed", str(error))
            raise
        except Exception as error:
            # Not `from error`: what Python prints of a cause is the server's text as it came.
            raise await self._translate(error) from None
        finally:
            watch.stop()
        result = ToolResult(raw, self)
        if raw.is_error:
            self._end("failed", one_line(result.text, SILENT_LOG))
        else:
            self._end("done")
        return result

    async def _ask(self, session: Callable[[], Any], *, quiet: bool) -> CallToolResult:
        """Send the request; once more where the server has not heard it, or wanted something done first."""
        try:
            return await self._send(session, quiet=quiet)
        except Exception as error:
            if self._session is None or not await self._session.wants_it_again(error, self._operation):
                raise
        return await self._send(session, quiet=quiet)

    async def _send(self, session: Callable[[], Any], *, quiet: bool) -> CallToolResult:
        self._session = current = await session()
        self.token = self._operation.token = None if quiet else current.new_token()
        result: CallToolResult = await current.call_tool(
            self.tool, self.arguments, self.token, self._operation
        )
        return result

    def _settle(self, value: ToolResult | None = None, error: BaseException | None = None) -> None:
        if error is not None and not self._finished:
            self._annotate(error)
        try:
            self._end("failed")  # where nobody has said how it ended; else without effect
        finally:  # whatever draws or counts: nobody waits for ever
            super()._settle(value, error)

    def _annotate(self, error: BaseException) -> None:
        """Say what the server logged last; a lost connection says its last words itself."""
        if not isinstance(error, MCPNotebookError) or isinstance(error, ConnectionLostError):
            return
        if said := tail(self.logs):
            error.add_note(said)

    def _cancelled_error(self) -> BaseException:
        why = self._why or "cancelled"
        now = self._operation.snapshot()
        reached = ", ".join(p for p in (words.count(now), words.percent(now)) if p)
        if why == "timed out":
            error: MCPNotebookError = CallTimeoutError(
                f"{self._name} {self._timeout_words(now, reached or 'before any progress')}"
            )
            self._end("timed out")
            return error
        self._end("interrupted" if why == "interrupted" else "cancelled")
        where = f"at {reached}" if reached else "before any progress"
        return CallCancelledError(f"{self._name} {why} {where}, after {words.duration(now.elapsed)}")

    def _timeout_words(self, now: Progress, reached: str) -> str:
        limits = self._limits
        heard = f"last heard: {reached}" if now.updates else "nothing was heard"
        if now.message:
            heard += f" {one_line(now.message, 80)!r}"
        if limits.timeout is not None and now.silent >= limits.timeout * 0.99:
            return f"was silent for {words.duration(now.silent)} (timeout={limits.timeout:g}); {heard}"
        return f"took longer than max_timeout={limits.max_timeout:g} s; {heard}, {words.duration(now.silent)} ago"

    def _expire(self) -> None:
        self._abort_here("timed out")

    def _end(self, status: Status, note: str | None = None) -> None:
        self._operation.finish(status, note)

    def _lost(self, why: str) -> ConnectionLostError:
        self._end("failed", "connection lost")
        again = self._session is not None and self._session.target.reusable
        cure = "the next call reconnects" if again else "connect again with a new transport"
        return ConnectionLostError(f"{self._name} got no result: {why}; {cure}")

    async def _translate(self, error: Exception) -> MCPNotebookError:
        """Return *error* of the SDK as ours: lost, refused, or not what was promised."""
        session = self._session
        if session is not None and (why := await session.loss(error)) is not None:
            return self._lost(why)
        code = getattr(error, "code", None)
        text = block(_said(error), 2_000) or (
            "an error without words" if code is not None else type(error).__name__
        )
        self._end("failed", one_line(text, SILENT_LOG))
        return ToolError(f"{self._name}: {text}", code=code)


def _said(error: Exception) -> str:
    """Return the words of *error*; the SDK's own advice is for programs, not for people."""
    rounds = getattr(error, "max_rounds", None)
    return f"the server asked for more in more than {rounds} rounds of one call" if rounds else str(error)


def error_of(result: ToolResult, tool: str) -> ToolError:
    """Return the error that a result marked `isError` stands for, in the server's own words."""
    text = block(result.text, 2_000).strip() or "the tool failed and said nothing"
    return ToolError(f"{one_line(tool, NAME)}: {text}", result=result)


class _Deadlines:
    """One timer for two limits; progress renews the first without touching the timer."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        operation: Operation,
        limits: Limits,
        expire: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._operation = operation
        self._limits = limits
        self._expire = expire
        self._timer: asyncio.TimerHandle | None = None
        self._check()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _check(self) -> None:
        now = self._operation.now
        ends = []
        if self._limits.timeout is not None:
            ends.append(self._operation.heard + self._limits.timeout)
        if self._limits.max_timeout is not None:
            ends.append(self._operation.started + self._limits.max_timeout)
        if not ends:
            return
        if min(ends) <= now:
            self._expire()
        else:
            self._timer = self._loop.call_later(min(ends) - now, self._check)
