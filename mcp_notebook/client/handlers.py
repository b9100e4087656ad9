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
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from ..reporting import Report, Send, follow
from ..text import one_line
from ..tracking import Scope
from .edge import Edge

if TYPE_CHECKING:
    import mcp_types as types

logger = logging.getLogger(__name__)

Handler = Callable[[Any], Any]
WORDS = 300


class Handlers:
    """The functions that answer a server's requests; None: such requests are refused."""

    def __init__(
        self, edge: Edge, *, sampling: Handler | None = None, elicitation: Handler | None = None
    ) -> None:
        for name, handler in (("sampling", sampling), ("elicitation", elicitation)):
            if handler is not None and not callable(handler):
                raise ArgumentError(f"{name}={handler!r}: give a function of the request's parameters")
        self._edge = edge
        self._sampling = sampling
        self._elicitation = elicitation

    def callbacks(self) -> dict[str, Any]:
        """Return what the SDK's client takes: it tells the server of what is there."""
        callbacks: dict[str, Any] = {}
        if self._sampling is not None:
            callbacks["sampling_callback"] = self._sample
        if self._elicitation is not None:
            callbacks["elicitation_callback"] = self._elicit
        return callbacks

    async def _sample(self, context: Any, params: types.CreateMessageRequestParams) -> Any:
        from mcp_types import CreateMessageResult, TextContent

        answer = await self._ask("sampling", self._sampling, context, params)
        if isinstance(answer, str):
            return CreateMessageResult(
                role="assistant", content=TextContent(text=answer), model="notebook", stop_reason="endTurn"
            )
        return answer

    async def _elicit(self, context: Any, params: types.ElicitRequestParams) -> Any:
        from mcp_types import ElicitResult

        answer = await self._ask("elicitation", self._elicitation, context, params)
        if answer is None:
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content=dict(answer)) if isinstance(answer, Mapping) else answer

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
