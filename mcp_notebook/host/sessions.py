"""The sessions of older clients: who is told of changes, and of which.

Clients of 2026-07-28 have no session, whatever header they send; they listen.
The SDK makes a new object for each request, and only the session's id tells
that two belong together; it does not say when one has ended, so the oldest are
forgotten. So are the oldest of the addresses that one has subscribed to.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = "mcp-session-id"
REMEMBERED = 64
MOST_WANTED = 256
LONGEST = 200
"""no address of ours is longer"""


class Wanted:
    """The addresses that one session has subscribed to."""

    def __init__(self) -> None:
        self._uris: OrderedDict[str, None] = OrderedDict()

    def add(self, uri: str) -> None:
        """Remember *uri*, unless it can be no address of ours."""
        if len(uri) > LONGEST:
            return
        self._uris[uri] = None
        self._uris.move_to_end(uri)
        if len(self._uris) > MOST_WANTED:
            self._uris.popitem(last=False)

    def discard(self, uri: str) -> None:
        """Forget *uri*."""
        self._uris.pop(uri, None)

    def among(self, changed: frozenset[str]) -> frozenset[str]:
        """Return those of *changed* that it has subscribed to."""
        return changed & self._uris.keys()


class Sessions:
    """Sessions by id, the newest last."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Any, Wanted]] = OrderedDict()

    def note(self, ctx: Any) -> Wanted:
        """Remember the session of a request; return the addresses it has subscribed to."""
        identity = _identity(ctx)
        if identity is None:
            return Wanted()
        _, wanted = self._known.pop(identity, (None, Wanted()))
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
        return tuple((session, uri) for session, wanted in self._known.values() for uri in wanted.among(told))


def _identity(ctx: Any) -> str | None:
    from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

    if ctx.protocol_version not in HANDSHAKE_PROTOCOL_VERSIONS:
        return None
    headers = getattr(ctx.request, "headers", None) or {}
    identity: str | None = headers.get(HEADER)
    return identity
