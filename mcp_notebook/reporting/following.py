"""Report the loops of a request to its caller, from the request to its answer.

Rules: what waits for its turn says so, after a moment; the last state is told
before the answer, nothing after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ..tracking import Scope
from .reporter import Report, Reporter
from .ticks import Ticks, nimble

Send = Callable[[Report], Awaitable[None]]

SOON_S = 0.3
"""what waits no longer than that does not say so"""
WAITING_S = 10.0
"""between two signs of life of a request whose turn has not come"""


async def follow(
    request: Scope,
    answer: asyncio.Future[Any],
    *,
    clock: Callable[[], float],
    ticks: Ticks,
    send: Send,
    waits_for: Callable[[], str | None] = lambda: None,
) -> None:
    """Report the loops of *request* to *send* until *answer* is there.

    *waits_for* says why the work has not begun, if it has not.
    """
    reporter = Reporter(request.label)
    speak_at = clock() + SOON_S
    with nimble():
        while True:
            done, now = answer.done(), clock()
            report: Report | None = None
            if request.begun:
                report = reporter.offer(request.read(), now, last=done)
            elif not done and now >= speak_at and (why := waits_for()) is not None:
                speak_at, report = now + WAITING_S, reporter.nudge(f"{request.label} · waiting: {why}")
            if report is not None:
                await send(report)
            if done:
                return
            await ticks.next(SOON_S, answer)
