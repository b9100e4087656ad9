"""Which kernel is asked now: the newest that serves, or the one that was named.

Rules. Every request looks again, so that a kernel that was restarted is found
by the next one; requests in flight stay where they are. Between requests a
look every few seconds tells the client when the kernel is another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..errors import ConnectError, ConnectionLostError, MCPNotebookError
from ..host import discovery
from ..host.discovery import Entry
from . import words
from .kernel import Kernel

if TYPE_CHECKING:
    from mcp.shared.dispatcher import ProgressFnT
    from mcp_types import ClientRequest
    from pydantic import BaseModel, TypeAdapter

    from .news import News

    Shape = TypeVar("Shape", bound=BaseModel)

LOOK_S = 2.0
"""how long between two looks while nobody asks"""
SETTLE_S = 0.1
SETTLE_LOOKS = 10
MISSING_LOOKS = 2
"""after so many looks a kernel that is not found is cut off: a fork of a dead one may hold its sockets"""


class Switch:
    """Sends requests to the kernel that *wanted* names, else to the newest; *say* writes a line for people."""

    def __init__(self, wanted: str | None, news: News, say: Callable[[str], None]) -> None:
        self.instructions = ""
        """what agents are told, as of the last look"""
        self._wanted = wanted
        self._news = news
        self._say = say
        self._said: Entry | str | None = None
        self._kernel: Kernel | None = None
        self._told: Kernel | None = None
        self._before: Entry | None = None
        self._missing: dict[Kernel, int] = {}
        """every connection that has not ended, and how often its kernel was not found"""
        self._looking = asyncio.Lock()

    async def start(self) -> None:
        """Look for the first time, and connect in the background."""
        choice, _ = await self._look()
        if isinstance(choice, Entry):
            self._told = self._turn_to(choice)

    async def tick(self) -> None:
        """Look without being asked: cut off what is gone, turn to what is new, tell the client."""
        choice, live = await self._look()
        if isinstance(choice, Entry) and self._is_news(choice):
            self._turn_to(choice)
        await self._cut_off_missing(live)
        await self._tell()

    async def ask(
        self,
        request: ClientRequest,
        shape: type[Shape] | TypeAdapter[Shape],
        hear: ProgressFnT | None = None,
    ) -> Shape:
        """Send *request* to the kernel; raises `ConnectError`, `ConnectionLostError` and the kernel's `MCPError`."""
        kernel = await self._current()
        try:
            return await kernel.ask(request, shape, hear)
        except ConnectionLostError as error:
            now = await self._settled(kernel.entry)
            raise ConnectionLostError(words.lost(kernel.entry, now)) from error

    async def listen(self) -> None:
        """Hear from the kernel what the news wants by now; a later kernel is told when it opens."""
        if self._kernel is not None and self._kernel.usable:
            await self._kernel.listen()

    async def close(self) -> None:
        """End every connection."""
        await asyncio.gather(*(kernel.close() for kernel in self._missing))

    async def _current(self) -> Kernel:
        choice, _ = await self._look()
        if isinstance(choice, str):
            raise ConnectError(self._explain(choice))
        if self._kernel is None or not self._kernel.usable or self._kernel.entry != choice:
            return self._turn_to(choice)
        return self._kernel

    async def _look(self) -> tuple[Entry | str, Sequence[Entry]]:
        """Return the kernel to use, or why there is none, and all that serve."""
        async with self._looking:
            choice, live = await asyncio.to_thread(_find, self._wanted)
        self.instructions = words.instructions(choice, live, self._wanted)
        if choice != self._said:
            self._said = choice
            self._say(
                self._explain(choice) if isinstance(choice, str) else words.chosen(choice, live, self._wanted)
            )
        return choice, live

    def _explain(self, why: str) -> str:
        """Return why there is no kernel, and which there was."""
        return why if self._before is None else words.lost(self._before, why)

    async def _settled(self, entry: Entry) -> Entry | str:
        """Return who serves after *entry* was lost; a dead process may be seen for a moment more."""
        for _ in range(SETTLE_LOOKS):
            choice, _ = await self._look()
            if choice != entry:
                break
            await asyncio.sleep(SETTLE_S)
        return choice

    def _is_news(self, choice: Entry) -> bool:
        """Return whether to connect unasked; a kernel that never answered is left to the next request."""
        kernel = self._kernel
        return kernel is None or kernel.entry != choice or (kernel.opened and not kernel.usable)

    def _turn_to(self, choice: Entry) -> Kernel:
        if self._kernel is not None:
            self._kernel.retire()
        self._kernel = Kernel(choice, self._news)
        self._before = choice
        self._missing[self._kernel] = 0
        return self._kernel

    async def _cut_off_missing(self, live: Sequence[Entry]) -> None:
        for kernel, times in tuple(self._missing.items()):
            if kernel.ended:
                del self._missing[kernel]
            else:
                self._missing[kernel] = 0 if kernel.entry in live else times + 1
                if self._missing[kernel] >= MISSING_LOOKS:
                    await kernel.close()

    async def _tell(self) -> None:
        kernel = self._kernel
        if kernel is not None and kernel.usable and not kernel.opened:
            return  # when it has opened
        now = kernel if kernel is not None and kernel.usable else None
        if now is not self._told:
            self._told = now
            await self._news.publish_all()


def _find(wanted: str | None) -> tuple[Entry | str, Sequence[Entry]]:
    live: Sequence[Entry] = ()
    try:
        live = discovery.entries()
        return (discovery.choose(live, wanted) if live else discovery.NONE), live
    except MCPNotebookError as error:
        return str(error), live
