"""Rate and time left, honest about not knowing.

The rate is the slope over the recent part of the work (a third of it, at
least three seconds), so that a change of speed shows soon and a burst does
not. Nothing is said before there is something to say: two samples, apart.
"""

from __future__ import annotations

import math
from collections import deque

WINDOW_S = 3.0
WINDOW_SHARE = 0.34
SAMPLES = 128
SETTLE_S = 0.25
STEP_S = 0.05
STEP_SHARE = 0.01


class Estimator:
    """Learn from (time, progress) samples of one stage; time is an argument."""

    __slots__ = ("_samples",)

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=SAMPLES)

    def note(self, at: float, progress: float) -> None:
        """Learn that *progress* was reached at *at*; a drop starts anew, a repeat says nothing."""
        samples = self._samples
        if samples and progress < samples[-1][1]:
            samples.clear()
        if samples and progress == samples[-1][1]:
            return
        if len(samples) > 1 and at - samples[-2][0] < max(STEP_S, STEP_SHARE * (at - samples[0][0])):
            samples[-1] = (at, progress)
        else:
            samples.append((at, progress))

    def rate(self) -> float | None:
        """Return units per second lately, or None while that is not known."""
        samples = self._samples
        if len(samples) < 2:  # noqa: PLR2004 - a slope has two ends
            return None
        first, last = samples[0], samples[-1]
        window = max(WINDOW_S, WINDOW_SHARE * (last[0] - first[0]))
        start = next((s for s in samples if s[0] >= last[0] - window), first)
        if start is last:
            start = samples[-2]
        span = last[0] - start[0]
        if last[0] - first[0] < SETTLE_S or span <= 0:
            return None
        return (last[1] - start[1]) / span

    def eta(self, at: float, total: float | None) -> float | None:
        """Return the seconds left at *at*, or None where nobody can say."""
        rate = self.rate()
        if rate is None or total is None:
            return None
        last_at, last = self._samples[-1]
        left = (total - last) / rate - (at - last_at)
        return left if 0 < left < math.inf else None
