"""A call of one of the notebook's functions, from the request to its answer.

Rules: the function runs in the main thread between cells, or in a worker;
the loops in it report under the caller's token; while it waits for a busy
kernel it says so; the client's cancel stops its loops at their next item.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Any

from ..tracking import Loops, Scope, scope
from ..tracking.loop import current
from .reporter import Report, Reporter
from .ticks import Ticks, nimble
from .watching import Send

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_types import CallToolResult

    from .functions import Function
    from .running import Run

WAITING_S = 10.0
"""between two signs of life of a call whose turn has not come"""
LOOK_S = 1.0


async def call(
    function: Function,
    arguments: dict[str, Any],
    *,
    loops: Loops,
    ticks: Ticks,
    start: Callable[[Function, dict[str, Any], contextvars.Context], Run],
    send: Send | None,
) -> CallToolResult:
    """Run *function* and return its answer; reports go to *send*."""
    request = Scope(function.name)
    context = contextvars.copy_context()
    context.run(scope.set, request)
    context.run(current.set, None)
    run = start(function, arguments, context)
    answer = asyncio.wrap_future(run.future)
    try:
        if send is not None:
            with nimble():
                await _report(request, answer, run, loops=loops, ticks=ticks, send=send)
        await asyncio.wait((answer,))
        return run.outcome()
    except asyncio.CancelledError:
        request.stop("cancelled by its client")
        run.future.cancel()
        raise


async def _report(
    request: Scope, answer: asyncio.Future[Any], run: Run, *, loops: Loops, ticks: Ticks, send: Send
) -> None:
    reporter = Reporter(request.label)
    said_at = None
    while True:
        done = answer.done()
        report: Report | None = None
        if request.begun:
            report = reporter.offer(request.read(), loops.clock(), last=done)
        elif not done and not run.begun and (why := run.why()) is not None:
            now = loops.clock()
            if said_at is None or now - said_at >= WAITING_S:
                said_at, report = now, reporter.nudge(f"{request.label} · waiting: {why}")
        if report is not None:
            await send(report)
        if done:
            return
        await ticks.next(LOOK_S, answer)
