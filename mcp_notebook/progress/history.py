"""The events of one token in bounded memory: first and last exact, the middle thinned."""

from __future__ import annotations

from .state import Event

CAPACITY = 256


class History:
    """Keep at most *capacity* events; when full, every second of the middle goes."""

    __slots__ = ("_events", "_last", "_seen", "_stride", "capacity")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._events: list[Event] = []
        self._last: Event | None = None
        self._stride = 1
        self._seen = 0

    def append(self, event: Event) -> None:
        """Remember *event*, at least until the next one comes."""
        self._last = event
        if self._seen % self._stride == 0:
            self._events.append(event)
            if len(self._events) >= self.capacity:
                del self._events[1::2]
                self._stride *= 2
        self._seen += 1

    def events(self) -> tuple[Event, ...]:
        """Return what is kept, oldest first, the newest always among it."""
        last = self._last
        if last is None or (self._events and self._events[-1] is last):
            return tuple(self._events)
        return (*self._events, last)
