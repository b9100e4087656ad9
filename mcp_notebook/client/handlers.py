"""What a server may ask the notebook for, and the progress that goes back while the answer is made.

Rules: a handler runs beside the notebook (a plain function in a worker
thread, an async one on the background loop), so a blocked cell delays nothing;
whatever it raises is the server's error, not ours. Where the server gave a
progress token (revisions before 2026-07-28 allow that), the tracked loops in
the handler report under it; else they report to nobody, silently.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, cast

from ..arguments.judge import find_fault
from ..errors import ArgumentError
from ..forms.question import Question
from ..reporting import Report, Send, follow
from ..text import one_line
from ..tracking import Scope
from .edge import Edge
from .inflight import InFlight
from .roots import Roots, as_roots
from .visits import visited

if TYPE_CHECKING:
    import mcp_types as types
    from mcp import Client

    from ..progress import Operation

logger = logging.getLogger(__name__)

Handler = Callable[[Any], Any]
LOG_LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
LOG_LEVEL = "info"
GREETING_S = 5.0
WORDS = 300


class Handlers:
    """What answers a server's requests, and hears its log, on one connection.

    Without an *elicitation* function the person at the notebook is asked; False refuses such
    requests. *roots* are directories or `file://` addresses that the server is told of; None refuses.
    *log_level* is the least level of the log messages that are asked for; None asks for none
    (on older sessions the server's own choice stands then).
    """

    def __init__(
        self,
        edge: Edge,
        server: str,
        *,
        sampling: Handler | None = None,
        elicitation: Handler | Literal[False] | None = None,
        roots: Roots | None = None,
        log_level: str | None = LOG_LEVEL,
    ) -> None:
        for name, handler in (("sampling", sampling), ("elicitation", elicitation or None)):
            if handler is not None and not callable(handler):
                raise ArgumentError(f"{name}={handler!r}: give a function of the request's parameters")
        if log_level is not None and log_level not in LOG_LEVELS:
            raise ArgumentError(f"log_level={log_level!r} is none of {', '.join(LOG_LEVELS)}, or None")
        self._edge = edge
        self._server = server
        self._sampling = sampling
        self._elicitation = elicitation
        self._roots = None if roots is None else as_roots(roots)
        self._log_level = log_level

    def options(self, calls: InFlight) -> dict[str, Any]:
        """Return what the SDK's client takes for a session with *calls*: it tells the server what is there."""
        options: dict[str, Any] = {"logging_callback": _logging(calls), "log_level": self._log_level}
        if self._sampling is not None:
            options["sampling_callback"] = self._sample
        if self._elicitation is None:
            options["elicitation_callback"] = self._asking(calls)
        elif self._elicitation is not False:
            options["elicitation_callback"] = self._elicit
        if self._roots is not None:
            options["list_roots_callback"] = self._list_roots
        return options

    def _asking(self, calls: InFlight) -> Any:
        async def ask(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
            from mcp_types import ElicitResult

            del context
            schema, url = getattr(params, "requested_schema", None), getattr(params, "url", None)
            answer = await self._edge.ask(Question(self._server, params.message, schema, url), calls.asking)
            content: Any = None if answer.content is None else dict(answer.content)
            return ElicitResult(action=answer.action, content=content)

        return ask

    async def greet(self, client: Client) -> None:
        """Tell the server of an older session the level of its log, where it is another than usual.

        Since 2026-07-28 each request says it. What the server makes of that is no reason to give up.
        """
        from mcp_types import EmptyResult, SetLevelRequest, SetLevelRequestParams
        from mcp_types.version import MODERN_PROTOCOL_VERSIONS

        if self._log_level in (None, LOG_LEVEL) or client.server_capabilities.logging is None:
            return
        if client.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            wish = SetLevelRequest(params=SetLevelRequestParams(level=cast("Any", self._log_level)))
            with suppress(Exception):
                async with asyncio.timeout(GREETING_S):
                    await client.session.send_request(wish, EmptyResult)

    async def visited(self, error: BaseException, operation: Operation) -> bool:
        """Return whether *error* sent the person somewhere, and the call may be made again."""
        if self._elicitation is not None:
            return False
        return await visited(error, self._server, lambda question: self._edge.ask(question, operation))

    async def _list_roots(self, context: Any) -> types.ListRootsResult | types.ErrorData:
        from mcp_types import ListRootsResult, Root

        listed: Any = await self._ask("roots", self._roots, context, None)
        if not isinstance(listed, list):
            return cast("types.ErrorData", listed)
        return ListRootsResult(roots=[Root(uri=uri, name=name) for uri, name in listed])

    async def _sample(self, context: Any, params: types.CreateMessageRequestParams) -> Any:
        from mcp_types import CreateMessageResult, TextContent

        answer = await self._ask("sampling", self._sampling, context, params)
        if isinstance(answer, str):
            return CreateMessageResult(
                role="assistant", content=TextContent(text=answer), model="notebook", stop_reason="endTurn"
            )
        return answer

    async def _elicit(self, context: Any, params: types.ElicitRequestParams) -> Any:
        from mcp_types import INVALID_PARAMS, ElicitResult, ErrorData

        answer = await self._ask("elicitation", self._elicitation or None, context, params)
        if answer is None:
            return ElicitResult(action="decline")
        if isinstance(answer, ElicitResult | ErrorData):
            return answer
        fault = unfit(answer, getattr(params, "requested_schema", None))
        if fault:
            return ErrorData(code=INVALID_PARAMS, message=one_line(fault, WORDS))
        return ElicitResult(action="accept", content=dict(answer))

    async def _ask(self, kind: str, handler: Handler | None, context: Any, params: Any) -> Any:
        """Return what *handler* says; its loops report to the server meanwhile."""
        from mcp_types import INTERNAL_ERROR, ErrorData

        request = Scope(kind)
        answer = asyncio.ensure_future(_run(handler, params, request))
        try:
            send = _sender(context)
            if send is not None:
                edge = self._edge
                await follow(request, answer, clock=edge.tracker.clock, ticks=edge.ticks, send=send)
            return await answer
        except asyncio.CancelledError:
            request.stop("cancelled by its server")
            answer.cancel()
            raise
        except Exception as error:
            logger.info("the %s handler failed", kind, exc_info=True)
            return ErrorData(code=INTERNAL_ERROR, message=one_line(f"{type(error).__name__}: {error}", WORDS))


def unfit(answer: object, schema: Any) -> str:
    """Return what is wrong with the *answer* of a function to a question, or nothing."""
    if not isinstance(answer, Mapping):
        return f"the elicitation function returned {answer!r:.80}; it returns a mapping, or None to decline"
    fault = find_fault(dict(answer), schema) if isinstance(schema, Mapping) else None
    if fault is None:
        return ""
    where = ".".join(map(str, fault.path))
    return f"the elicitation function's answer is not what was asked for: {where and f'{where}: '}{fault.message}"


def _logging(calls: InFlight) -> Any:
    async def log(params: types.LoggingMessageNotificationParams) -> None:
        calls.log(params.level, params.logger, params.data)

    return log


async def _run(handler: Any, params: Any, request: Scope) -> Any:
    context = request.context()
    if inspect.iscoroutinefunction(handler):
        return await asyncio.create_task(handler(params), context=context)
    return await asyncio.get_running_loop().run_in_executor(None, context.run, handler, params)


def _sender(context: Any) -> Send | None:
    """Return how to report under the server's token, or None where it gave none."""
    from mcp_types.version import MODERN_PROTOCOL_VERSIONS

    token = (context.meta or {}).get("progress_token")
    if token is None or (context.session.protocol_version or "") in MODERN_PROTOCOL_VERSIONS:
        return None  # since 2026-07-28 progress goes from servers to clients only

    async def send(report: Report) -> None:
        from mcp_types import ProgressNotification, ProgressNotificationParams

        told = ProgressNotificationParams(
            progress_token=token, progress=report.progress, total=report.total, message=report.message
        )
        try:
            await context.session.send_notification(ProgressNotification(params=told))
        except Exception:  # a revision or a transport that takes no progress from clients
            logger.debug("the server takes no progress", exc_info=True)

    return send
