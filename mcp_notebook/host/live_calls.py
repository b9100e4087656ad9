"""A call of one of the notebook's functions, from the request to its answer.

Rules: the function runs in the main thread between cells, or in a worker;
the loops in it report under the caller's token; while it waits for a busy
kernel it says so; the client's cancel stops its loops at their next item.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..reporting import Send, Ticks, follow
from ..tracking import Loops, Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    from mcp_types import CallToolResult

    from .functions import Function
    from .running import Run


async def call(
    function: Function,
    arguments: dict[str, Any],
    *,
    loops: Loops,
    ticks: Ticks,
    start: Callable[[Function, dict[str, Any], Context], Run],
    send: Send | None,
) -> CallToolResult:
    """Run *function* and return its answer; reports go to *send*."""
    request = Scope(function.name)
    run = start(function, arguments, request.context())
    answer = asyncio.wrap_future(run.future)
    try:
        if send is not None:
            await follow(
                request, answer, clock=loops.clock, ticks=ticks, send=send, waits_for=lambda: run.waits_for
            )
        await asyncio.wait((answer,))
        return run.answer()
    except asyncio.CancelledError:
        request.stop("cancelled by its client")
        run.future.cancel()
        raise
