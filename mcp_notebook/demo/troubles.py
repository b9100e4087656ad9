"""The demo server's troubles: failing, silence, and being cancelled."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from .patterns import Delay

FAIL_OF = 10


async def fail(
    ctx: Context,
    message: Annotated[str, Field(description="the error's words")] = "the disk is full",
    after: Annotated[int, Field(ge=0, le=FAIL_OF, description="steps of ten that succeed first")] = 3,
    delay: Delay = 0.05,
) -> str:
    """Fail, after some progress."""
    for done in range(1, after + 1):
        await asyncio.sleep(delay)
        await ctx.report_progress(done, FAIL_OF, f"step {done}")
    raise ToolError(message)


async def wait_silently(
    seconds: Annotated[float, Field(ge=0, le=3_600, description="how long")] = 5.0,
) -> str:
    """Take a while, and say nothing meanwhile."""
    await asyncio.sleep(seconds)
    return f"waited {seconds:g} s"


class Counting:
    """What one server remembers of its cancelled counts."""

    def __init__(self) -> None:
        self._cancelled_at: int | None = None
        self._running = 0
        self._idle = asyncio.Event()  # a new one for each busy time: an event belongs to one event loop

    async def count_slowly(
        self,
        ctx: Context,
        to: Annotated[int, Field(ge=1, le=1_000_000, description="where to stop")] = 100,
        delay: Delay = 0.1,
    ) -> int:
        """Count; when it is cancelled it stops at once, and last_cancelled tells how far it got."""
        done = 0
        if not self._running:
            self._idle = asyncio.Event()
        self._running += 1
        try:
            while done < to:
                await asyncio.sleep(delay)
                done += 1
                await ctx.report_progress(done, to)
        except asyncio.CancelledError:
            self._cancelled_at = done
            raise
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
        return done

    async def last_cancelled(
        self,
        wait: Annotated[
            float, Field(ge=0, le=60, description="seconds to let counts end that still run")
        ] = 2.0,
    ) -> int | None:
        """Tell how far count_slowly had come when it was last cancelled: proof that cancelling arrives.

        A cancel may be on its way when this is asked (over HTTP they travel on
        two connections), so counts that still run get a moment to end.
        """
        if self._running:
            try:
                await asyncio.wait_for(self._idle.wait(), wait)
            except TimeoutError:
                pass
        return self._cancelled_at


def troubles() -> tuple[Callable[..., Any], ...]:
    """Return the tools for one server."""
    counting = Counting()
    return fail, wait_silently, counting.count_slowly, counting.last_cancelled
