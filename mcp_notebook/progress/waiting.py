"""When an operation waited for the person here: the other side's silence does not count meanwhile."""

from __future__ import annotations

Span = tuple[float, float]

REMEMBERED = 64


class Waiting:
    """The questions of one operation, open and ended; times in s since its start."""

    __slots__ = ("_open", "_seconds", "_since", "_spans")

    def __init__(self) -> None:
        self._open = 0
        self._since = 0.0
        self._seconds = 0.0
        self._spans: list[Span] = []

    def __bool__(self) -> bool:
        """Return whether a question is open."""
        return self._open > 0

    def begin(self, at: float) -> None:
        """Open a question."""
        if not self._open:
            self._since = at
        self._open += 1

    def end(self, at: float) -> None:
        """End a question; others may still be open."""
        self._open -= 1
        if not self._open:
            self._seconds += at - self._since
            self._spans = [*self._spans[1 - REMEMBERED :], (self._since, at)]

    def seconds(self, at: float) -> float:
        """Return how long it has waited altogether."""
        return self._seconds + (at - self._since if self._open else 0.0)

    def spans(self, at: float) -> tuple[Span, ...]:
        """Return from when to when it waited, the last of them until *at* where it still does."""
        return (*self._spans, *([(self._since, at)] if self._open else []))
