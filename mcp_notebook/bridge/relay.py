"""One request's progress, carried from the kernel to the client.

Rules. The order stays, every report passes with its numbers and words, the
last one before the response and none after it. The response then waits a
moment: TypeScript clients on stdio lose progress that shares its chunk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from ..demo.serving import GAP_S

if TYPE_CHECKING:
    from mcp.shared.dispatcher import ProgressFnT

T = TypeVar("T")
Report = tuple[float, float | None, str | None]


async def relayed(report: ProgressFnT, work: Callable[[ProgressFnT], Awaitable[T]]) -> T:
    """Await *work* and pass what it hears to *report*; return or raise as *work* does, after the last report."""
    reports: asyncio.Queue[Report | None] = asyncio.Queue()

    # Without a suspension: the SDK then runs it for every notification before it hands out the response.
    async def hear(progress: float, total: float | None, message: str | None) -> None:
        reports.put_nowait((progress, total, message))

    pump = asyncio.create_task(_pump(reports, report))
    try:
        return await work(hear)
    except asyncio.CancelledError:
        pump.cancel()
        raise
    finally:
        reports.put_nowait(None)
        if not pump.cancelling() and await pump:
            await asyncio.sleep(GAP_S)


async def _pump(reports: asyncio.Queue[Report | None], report: ProgressFnT) -> int:
    sent = 0
    while (item := await reports.get()) is not None:
        await report(*item)
        sent += 1
    return sent
