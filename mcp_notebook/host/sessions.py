"""The sessions of older clients: who is told of changes, and of which.

Clients of 2026-07-28 have no session; they listen. The SDK makes a new object
for each request, and only the session's id tells that two belong together; it
does not say when one has ended, so the oldest are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = "mcp-session-id"
REMEMBERED = 64


class Sessions:
    """Sessions by id, the newest last."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Any, set[str]]] = OrderedDict()

    def note(self, ctx: Any) -> set[str]:
        """Remember the session of a request; return the addresses it has subscribed to."""
        headers = getattr(ctx.request, "headers", None) or {}
        identity = headers.get(HEADER)
        if identity is None:
            return set()
        _, wanted = self._known.pop(identity, (None, set()))
        self._known[identity] = (ctx.session, wanted)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return wanted

    def all(self) -> tuple[Any, ...]:
        """Return a way to each session."""
        return tuple(session for session, _ in self._known.values())

    def subscribed(self, changed: Iterable[str]) -> tuple[tuple[Any, str], ...]:
        """Return who is to be told of which of the *changed* addresses."""
        told = frozenset(changed)
        return tuple((session, uri) for session, wanted in self._known.values() for uri in wanted & told)
