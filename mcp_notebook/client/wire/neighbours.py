"""Whether the rest of this process computes: a cell whose processor is not to be taken."""

from __future__ import annotations

import time

LEAST_S = 0.005
"""s between two looks; less says nothing"""
SHARE = 0.2
"""of a processor: less is no computing"""


class Neighbours:
    """Looks at what all threads but the caller's have used since the last look."""

    def __init__(self) -> None:
        self._at = self._others = 0.0
        self._busy = False

    def busy(self) -> bool:
        """Return whether others compute; always to be asked in the same thread."""
        now = time.perf_counter()
        if now - self._at >= LEAST_S:
            others = time.process_time() - time.thread_time()
            self._busy = others - self._others > SHARE * (now - self._at)
            self._at, self._others = now, others
        return self._busy
