"""`list_loops`, `watch_loop`, `stop_loop`: what a client can do with the notebook's loops.

A cursor says what has been told: `2 n` that loop n was running, `2 n + 1`
that its end was told. With a cursor and no loop, the answer is the loop that
follows, also where it began and ended meanwhile: nothing is missed.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import ArgumentError
from ..progress.state import number
from ..reporting import Reporter, Send, Ticks, nimble
from ..text import one_line
from ..tracking import Loop, Loops, view
from . import states
from .definitions import WAIT_S

LONGEST_S = 3600.0
LISTED = 50
"""ended loops that `list_loops` tells"""
IDLE = "no loop is running in the notebook"


def list_loops(loops: Loops, arguments: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Answer `list_loops`: the loops, running ones first, and a line for each."""
    finished = arguments.get("include_finished", True)
    if not isinstance(finished, bool):
        raise ArgumentError(f"include_finished={finished!r}: give true or false")
    now = loops.clock()
    running = [view(one, now) for one in loops.running()]
    ended = [view(one, now) for one in states.every(loops) if not one.running] if finished else []
    seen = [*running, *ended[-LISTED:]]
    lines = [f"{v.id}  {v}" for v in seen] or [IDLE]
    if len(ended) > LISTED:
        lines.append(f"and {len(ended) - LISTED} that ended before; notebook://loops has them all")
    return {"loops": [states.as_json(v) for v in seen]}, "\n".join(lines)


def stop_loop(loops: Loops, arguments: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Answer `stop_loop`: ask the loop to end at its next iteration."""
    wanted = arguments.get("loop")
    if not isinstance(wanted, str) or not wanted:
        raise ArgumentError(f"loop={wanted!r}: give the id or the label of a loop; list_loops names them")
    loop = states.find(loops, wanted)
    running = loop.running
    if running:
        loop.stop("stopped by an MCP client")
    told = {**states.state(loop, loops.clock()), "stopping": running}
    where = one_line(str(loop.label), 60)
    return told, f"{where} was asked to stop" if running else f"{where} had ended already: {loop.status}"


class Watch:
    """One `watch_loop` request."""

    def __init__(self, loops: Loops, ticks: Ticks, arguments: dict[str, Any], send: Send | None) -> None:
        self._loops = loops
        self._ticks = ticks
        self._send = send
        self._wanted = _wanted(arguments.get("loop"))
        self._cursor = _cursor(arguments.get("cursor"))
        self._ends_at = loops.clock() + _wait(arguments.get("wait_s", WAIT_S))

    async def run(self) -> tuple[dict[str, Any], str]:
        """Follow the loop until it ends, or the time is over; return its state, and a line."""
        if self._wanted is not None:
            states.find(self._loops, self._wanted)  # refused at once where it is unknown
        with nimble():
            loop = await self._await_begin()
            if loop is None:
                idle = {
                    "loop": None,
                    "status": "idle",
                    "cursor": self._cursor,
                    "next": _again(None, self._cursor),
                }
                return idle, f"{IDLE}; {idle['next']}"
            await self._follow(loop)
        return self._answer(loop)

    async def _await_begin(self) -> Loop | None:
        while (loop := self._choose()) is None and (left := self._left()) > 0:
            await self._ticks.next(left)
        return loop

    def _choose(self) -> Loop | None:
        if self._wanted is not None:
            return states.find(self._loops, self._wanted)
        known = states.every(self._loops)
        told, ended = divmod(self._cursor or 0, 2)
        same = next((one for one in known if one.number == told), None)
        if same is None:  # no cursor, or a stale one
            self._cursor = None
            return states.outermost(self._loops)
        if not ended:
            return same
        return next((one for one in known if one.number > told and one.parent is None), None)

    async def _follow(self, loop: Loop) -> None:
        reporter = Reporter()
        while True:
            running, left = loop.running, self._left()
            last = not running or left <= 0
            if self._send is not None:
                now = self._loops.clock()
                report = reporter.offer(states.reading(loop), now, last=last)
                if report is not None:
                    await self._send(report)
            if last:
                return
            await self._ticks.next(left)

    def _left(self) -> float:
        return self._ends_at - self._loops.clock()

    def _answer(self, loop: Loop) -> tuple[dict[str, Any], str]:
        seen = view(loop, self._loops.clock())
        cursor = 2 * loop.number + (0 if seen.running else 1)
        follow = (
            _again(loop.id, cursor)
            if seen.running
            else f"it has ended; {_again(None, cursor)} for the next one"
        )
        return {**states.as_json(seen), "cursor": cursor, "next": follow}, f"{seen} · {follow}"


def _again(loop: str | None, cursor: int | None) -> str:
    given = [f"loop={loop!r}"] if loop else []
    given += [f"cursor={cursor}"] if cursor is not None else []
    return f"call watch_loop({', '.join(given)})"


def _wanted(loop: object) -> str | None:
    if loop is None or loop == "":
        return None
    if not isinstance(loop, str):
        raise ArgumentError(f"loop={loop!r}: give an id or a label, or null for the newest one")
    return loop


def _cursor(cursor: object) -> int | None:
    """Return the cursor; one that cannot be ours is as good as none."""
    if cursor is None:
        return None
    if isinstance(cursor, bool) or not isinstance(cursor, int):
        raise ArgumentError(f"cursor={cursor!r}: give the cursor of the previous answer, or null")
    return cursor if cursor > 0 else None


def _wait(wait: object) -> float:
    seconds = number(wait)
    if seconds is None:
        if isinstance(wait, float) and math.isinf(wait) and wait > 0:
            return LONGEST_S
        raise ArgumentError(f"wait_s={wait!r}: give a number of seconds")
    return min(LONGEST_S, max(0.0, seconds))
