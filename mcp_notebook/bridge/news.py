"""What changed in the kernel, told to the client the way its era allows.

Rules. A client of 2026-07-28 hears what it listens for (`subscriptions/listen`);
an older one hears of changed lists by itself and of the resources that it
subscribed to. What nobody wants is not asked of the kernel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp.server.session import ServerSession
    from mcp.shared.subscriptions import ServerEvent


class News:
    """The one client's subscriptions, and the way to it."""

    def __init__(self) -> None:
        from mcp.server.subscriptions import InMemorySubscriptionBus

        self.bus = InMemorySubscriptionBus()
        self.older: ServerSession | None = None
        """the session of a client that shook hands; newer ones have none"""
        self._uris: Counter[str] = Counter()

    @property
    def uris(self) -> frozenset[str]:
        """Return the resources whose updates the client wants."""
        return frozenset(self._uris)

    def want(self, uris: Iterable[str]) -> None:
        """Add *uris*; each is wanted until it was dropped as often."""
        self._uris.update(uris)

    def drop(self, uris: Iterable[str]) -> None:
        """Take *uris* back; unknown ones are ignored."""
        self._uris.subtract(uris)
        self._uris = +self._uris

    async def publish(self, event: ServerEvent) -> None:
        """Tell the client of *event*."""
        from mcp.shared.subscriptions import event_to_notification

        await self.bus.publish(event)
        if self.older is not None:
            await self.older.send_notification(event_to_notification(event, {}))

    async def publish_all(self) -> None:
        """Tell the client that everything may be different: another kernel, or none."""
        from mcp.shared.subscriptions import ResourcesListChanged, ResourceUpdated, ToolsListChanged

        await self.publish(ToolsListChanged())
        await self.publish(ResourcesListChanged())
        for uri in sorted(self.uris):
            await self.publish(ResourceUpdated(uri))
