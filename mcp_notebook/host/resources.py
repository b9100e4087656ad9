"""The loops as resources: `notebook://loops`, `notebook://loops/{id}`, and word when they have changed.

Clients of 2026-07-28 hear of changes through `subscriptions/listen`, older
ones through `resources/subscribe`; either way at most once a second for each
resource, and at once when a loop ends, or an outermost one begins.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..errors import MCPNotebookError
from ..tracking import Loop, Loops
from . import states

if TYPE_CHECKING:
    from mcp_types import ReadResourceResult, Resource, ResourceTemplate

ALL = "notebook://loops"
ONE = ALL + "/"
JSON = "application/json"
INTERVAL_S = 1.0


def listing(loops: Loops) -> list[Resource]:
    """Return what can be read: all loops, and each that runs."""
    from mcp_types import Resource

    told = "every loop of the notebook: label, status, progress, total, rate, time left"
    every = Resource(uri=ALL, name="loops", title="Loops", description=told, mime_type=JSON)
    return [every, *(_one(loop) for loop in loops.running())]


def templates() -> list[ResourceTemplate]:
    """Return the template of one loop's address."""
    from mcp_types import ResourceTemplate

    return [
        ResourceTemplate(
            uri_template=ONE + "{id}",
            name="loop",
            title="One loop",
            description="the state of one loop of the notebook, by id or label",
            mime_type=JSON,
        )
    ]


def read(loops: Loops, uri: str) -> ReadResourceResult:
    """Return the contents of *uri* as JSON."""
    from mcp_types import ReadResourceResult, TextResourceContents

    text = json.dumps(_contents(loops, uri.rstrip("/")), ensure_ascii=False)
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=JSON, text=text)])


def _contents(loops: Loops, uri: str) -> Any:
    now = loops.clock()
    if uri == ALL:
        return {"loops": [states.state(one, now) for one in states.every(loops)]}
    if uri.startswith(ONE):
        return states.state(states.find(loops, uri.removeprefix(ONE)), now)
    raise MCPNotebookError(f"no resource {uri!r}; there are {ALL} and {ONE}{{id}}")


def _one(loop: Loop) -> Resource:
    from mcp_types import Resource

    return Resource(uri=ONE + loop.id, name=loop.id, title=str(loop.label)[:60], mime_type=JSON)


class News:
    """Decides which resources have changed since they were last told."""

    def __init__(self, loops: Loops, tell: Callable[[list[str], bool], Awaitable[None]]) -> None:
        self._loops = loops
        self._tell = tell
        self._running: frozenset[str] = frozenset()
        self._outermost: frozenset[str] = frozenset()
        self._told: dict[str, tuple[float, object]] = {}

    async def look(self) -> None:
        """Tell what has changed: the addresses, and whether the listing has."""
        now = self._loops.clock()
        running = {one.id: one for one in self._loops.running()}
        outermost = frozenset(one.id for one in running.values() if one.parent is None)
        turnover, self._outermost = outermost != self._outermost, outermost
        ended = sorted(self._running - running.keys())
        self._running = frozenset(running)
        for name in ended:
            self._told.pop(ONE + name, None)
        moved = [name for name, one in running.items() if self._due(ONE + name, _value(one), now)]
        changed = [ONE + name for name in (*ended, *moved)]
        if turnover:
            self._told.pop(ALL, None)
        if (turnover or changed) and self._due(ALL, now, now):
            changed.append(ALL)
        if changed:
            await self._tell(changed, turnover)

    def _due(self, uri: str, value: object, now: float) -> bool:
        told_at, told = self._told.get(uri, (float("-inf"), None))
        if value == told or now - told_at < INTERVAL_S:
            return False
        self._told[uri] = (now, value)
        return True


def _value(loop: Loop) -> object:
    return loop.progress(), loop.message, loop.total
