"""Decide when news may leave: at once if the interval is over, else at its end.

Nothing here keeps values: the newest state of each token lies in the tracker,
so what leaves late is never old, and a burst leaves as its last value.
"""

from __future__ import annotations

import math


class Pace:
    """At most one departure per *interval* s; time is an argument."""

    __slots__ = ("_next", "interval")

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._next = -math.inf

    def due(self, now: float) -> bool:
        """Return whether a departure is allowed at *now*, and take it."""
        if now < self._next:
            return False
        self._next = now + self.interval
        return True

    def wait(self, now: float) -> float:
        """Return the seconds from *now* to the next allowed departure."""
        return max(0.0, self._next - now)
