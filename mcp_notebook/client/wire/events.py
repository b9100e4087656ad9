"""A `text/event-stream` without its progress: what else is in it passes byte for byte, in order.

Rules (WHATWG, "Server-sent events"): a blank line ends an event. Only an event
that is nothing but `event: message`, an `id` and one line of data is looked into;
its `id` passes, because older servers resume from it. What stands before a
progress passes before it is taken, so that a response ends its token first.
What cannot be read is left out where nobody waits for it, because the SDK would
fail the call; halves of characters are mended. Where an event grows over
`LIMIT`, all passes as it is: the SDK's reader refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .burst import MARK, Burst
from .frames import has_halves, is_notice, is_readable, mended

LIMIT = 32 * 1024 * 1024
_END = re.compile(rb"\r\n\r\n|\n\n")
_PLAIN = re.compile(rb"(?:(?:event: ?message|id: ?(?P<id>[^\r\n\0]*))(?:\r\n|\n))*data: ?(?P<data>[^\r\n]*)")
_OVERLAP = 3
"""bytes of an end that may have come before"""


class Sieve:
    """Takes progress out of a stream that comes in chunks, and gives it to *burst*.

    Who reads flushes that when there is no more to read for now.
    """

    def __init__(self, burst: Burst) -> None:
        self._burst = burst
        self._kept: list[bytes] = []
        self._size = 0
        self._last = b""
        self._open = False
        """whether all passes as it is"""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what passes; progress is taken where it stands between the pieces."""
        self._kept.append(chunk)
        self._size += len(chunk)
        recent = self._last + chunk
        self._last = recent[-_OVERLAP:]
        whole = _END.search(recent) is not None
        self._open = self._open or (self._size > LIMIT and not whole)
        if self._open:
            yield self.rest()
        elif whole:
            yield from self._without_progress(self.rest())

    def rest(self) -> bytes:
        """Return what is kept of an event that has not ended."""
        text = b"".join(self._kept)
        self._kept, self._size = [], 0
        return text

    def _without_progress(self, text: bytes) -> Iterator[bytes]:
        passed = start = 0
        for end in _END.finditer(text):
            plain = _PLAIN.fullmatch(text, start, end.start())
            if plain is not None and _needs_a_look(plain["data"]):
                if passed < start:
                    yield self._pass(text[passed:start])
                if piece := self._instead(plain):
                    yield self._pass(piece)
                passed = end.end()
            start = end.end()
        self._kept, self._size = [text[start:]], len(text) - start
        if passed < start:
            yield self._pass(text[passed:start])

    def _instead(self, event: re.Match[bytes]) -> bytes:
        """Return what passes for *event*: its `id` at least."""
        data: bytes = event["data"]
        gone = self._burst.takes(data) or (is_notice(data) and not is_readable(data))
        if not gone and (better := mended(data)) is data:
            return event[0] + b"\n\n"
        lines = [b"id: " + event["id"]] if event["id"] is not None else []
        if not gone:
            lines.append(b"data: " + better)
        return b"".join(line + b"\n" for line in lines) + b"\n" if lines else b""

    def _pass(self, piece: bytes) -> bytes:
        self._burst.flush()
        return piece


def _needs_a_look(data: bytes) -> bool:
    return MARK in data or has_halves(data) or (is_notice(data) and not is_readable(data))
