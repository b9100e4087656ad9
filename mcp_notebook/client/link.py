"""The session behind a connection, replaced when it was lost.

Rules: at most one is opened at a time; a lost server is reached anew at the
next call, once, then the error says why; a closed link stays closed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from ..errors import ConnectionLostError, MCPNotebookError
from .handlers import Handlers
from .loss import phrase
from .session import Session
from .targets import Target

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import Tool

LIST_TIMEOUT_S = 60.0

State = Literal["open", "lost", "closed"]


class Link:
    """How to get a living session to *target*; its coroutines run on the background loop."""

    def __init__(self, target: Target, name: str, handlers: Handlers) -> None:
        self.target = target
        self._handlers = handlers
        self.closed = False
        self._name = name
        self._session: Session | None = None
        self._former: list[Session] = []
        """lost ones with calls in flight"""
        self._opening: asyncio.Lock | None = None

    @property
    def state(self) -> State:
        """`open`, `lost` (the next call reconnects) or `closed`."""
        if self.closed:
            return "closed"
        return "open" if self._session is not None and self._session.alive else "lost"

    @property
    def client(self) -> Client | None:
        """The SDK's client, while the link is open."""
        return self._session.client if self._session is not None and self.state == "open" else None

    @property
    def tools(self) -> dict[str, Tool]:
        """What the server has told of its tools; empty where they must be asked for."""
        return self._session.tools if self._session is not None else {}

    def refuse_if_closed(self) -> None:
        """Raise where no call can ever be made again."""
        if self.closed:
            raise MCPNotebookError(f"the connection {self._name!r} is closed; connect again")

    async def list_tools(self) -> dict[str, Tool]:
        """Ask the server for its tools; of a loss that this shows, it is reached anew, once."""
        try:
            return await self._listed(await self.session())
        except ConnectionLostError:
            if self.closed or not self.target.reusable:
                raise
        return await self._listed(await self.session())

    async def _listed(self, session: Session) -> dict[str, Tool]:
        try:
            async with asyncio.timeout(LIST_TIMEOUT_S):
                return await session.list_tools()
        except TimeoutError:
            raise MCPNotebookError(
                f"{self._name!r} did not list its tools within {LIST_TIMEOUT_S:g} s"
            ) from None
        except Exception as error:
            if (why := await session.loss(error)) is not None:
                raise ConnectionLostError(
                    f"{self._name!r} was lost while it listed its tools: {why}"
                ) from error
            raise MCPNotebookError(f"{self._name!r} cannot list its tools: {phrase(error)}") from error

    async def session(self) -> Session:
        """Return a living session, opening one where there is none."""
        if self._session is not None and self._session.alive:
            return self._session
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            previous = self._session
            if previous is not None and previous.alive:
                return previous
            self.refuse_if_closed()
            if previous is not None and not self.target.reusable:
                raise ConnectionLostError(
                    f"{self._name!r} was lost ({previous.lost}), and its transport can be opened only once; "
                    "connect again with a new one"
                )
            session = await Session.open(self.target, self._handlers)
            if self.closed:  # meanwhile
                await session.close()
            self.refuse_if_closed()
            self._former = [s for s in (*self._former, previous) if s is not None and not s.over]
            self._session = session
            return session

    async def close(self) -> None:
        """End the session, if there is one, and what is left of those before it."""
        self.closed = True
        sessions = (*self._former, self._session)
        await asyncio.gather(*(s.close() for s in sessions if s is not None))
