"""The events of one token in bounded memory: first and last exact, the middle thinned."""

from __future__ import annotations

import sys

from .state import Event

CAPACITY = 256
WORDS = 48 * 1024
"""bytes of messages that a token's history may hold"""
EVENT = sys.getsizeof(Event(0.0, 0.0, None, None)) + 3 * sys.getsizeof(0.0)


class History:
    """Keep at most *capacity* events, and *words* bytes of messages; when full, every second of the middle goes."""

    __slots__ = ("_events", "_last", "_seen", "_stride", "_words", "capacity", "words")

    def __init__(self, capacity: int = CAPACITY, words: int = WORDS) -> None:
        self.capacity = capacity
        self.words = words
        self._events: list[Event] = []
        self._last: Event | None = None
        self._stride = 1
        self._seen = 0
        self._words = 0

    @property
    def size(self) -> int:
        """Return the bytes that it holds, as far as they are its own."""
        return len(self._events) * EVENT + self._words

    def append(self, event: Event) -> None:
        """Remember *event*, at least until the next one comes."""
        self._last = event
        if self._seen % self._stride == 0:
            self._words += _words_after(self._events[-1] if self._events else None, event)
            self._events.append(event)
            while len(self._events) > 1 and (len(self._events) >= self.capacity or self._words > self.words):
                self._thin()
        self._seen += 1

    def events(self) -> tuple[Event, ...]:
        """Return what is kept, oldest first, the newest always among it."""
        last = self._last
        if last is None or (self._events and self._events[-1] is last):
            return tuple(self._events)
        return (*self._events, last)

    def _thin(self) -> None:
        del self._events[1::2]
        self._stride *= 2
        before = None
        self._words = 0
        for event in self._events:
            self._words += _words_after(before, event)
            before = event


def _words_after(before: Event | None, event: Event) -> int:
    """Return the bytes of the event's message, where the one before does not hold it."""
    message = event.message
    return (
        0 if message is None or (before is not None and message is before.message) else sys.getsizeof(message)
    )
