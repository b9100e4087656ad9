"""Rate and time left, honest about not knowing.

Rules: nothing is said before there is something to say: two samples, apart. A
wait counts down as far as waits have lasted lately; then the time left grows,
and after a silence as long as all the work nothing is said. A drop of the
progress begins anew. The total is an argument: it may change.
"""

from __future__ import annotations

import math
from itertools import pairwise

from .outlook import FINE, Outlook, Sample, outlook

WINDOW_S = 3.0
WINDOW_SHARE = 0.34
SAMPLES = 128
SETTLE_S = 0.25
STEP_S = 0.05
"""what comes within it is one sample; it grows when there are too many of them"""
LATE = 1.5
"""how much rather late than early"""
OVERDUE = 0.1
"""the least that is left of a wait that should be over, as a share of it"""
SILENCE_S = 10.0
"""a silence that may be longer than all the work before it"""
CLUELESS = 1.6
"""the doubt beyond which nothing is said: a factor of five"""

Range = tuple[float, float]


class Estimator:
    """Learn from (time, progress) samples of one stage; time is an argument."""

    __slots__ = ("_opened", "_outlook", "_samples", "_seen", "_step")

    def __init__(self) -> None:
        self._samples: list[Sample] = []
        self._opened = 0.0
        self._step = STEP_S
        self._outlook: Outlook | None = None
        self._seen: tuple[float, Sample] | None = None

    def note(self, at: float, progress: float) -> None:
        """Learn that *progress* was reached at *at*; a drop starts anew, a repeat says nothing."""
        samples = self._samples
        if samples:
            last_at, last = samples[-1]
            if progress == last:
                return
            if progress < last:
                self.__init__()  # type: ignore[misc]
                samples = self._samples
            else:
                if at < last_at:  # noqa: PLR1730 - on the way of each notification
                    at = last_at
                if at - self._opened < self._step and len(samples) > 1:
                    samples[-1] = (at, progress)
                    return
        samples.append((at, progress))
        self._opened = at
        if len(samples) >= SAMPLES:
            del samples[1:-1:2]
            self._step = max(2 * self._step, (at - samples[0][0]) / SAMPLES / 2)

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
        rate = (last[1] - start[1]) / span
        return rate if 0 < rate < math.inf else None

    def eta(self, at: float, total: float | None) -> float | None:
        """Return the seconds left at *at*, or None where nobody can say."""
        said = self._say(at, total)
        return None if said is None else said[1]

    def left(self, at: float, total: float | None) -> Range | None:
        """Return how many seconds are left at *at*, at the least and at the most, or None as `eta` does."""
        said = self._say(at, total)
        return None if said is None else (said[0], said[2])

    def _say(self, at: float, total: float | None) -> tuple[float, float, float] | None:
        samples = self._samples
        if total is None or len(samples) < 2 or samples[-1][0] - samples[0][0] < SETTLE_S:  # noqa: PLR2004
            return None
        seen = self._look(total)
        last_at, last = samples[-1]
        waited = max(0.0, at - last_at)
        if (
            seen is None
            or seen.doubt > CLUELESS
            or last >= total
            or waited > max(SILENCE_S, last_at - samples[0][0])
        ):
            return None
        seconds = seen.pace * (total - last)
        lately = pairwise(samples[-len(samples) // 3 - 1 :])
        over = max(0.0, waited - min(seconds, max(b[0] - a[0] for a, b in lately)))
        best = max(seconds - waited + 2 * over, OVERDUE * waited)
        low, high = best * math.exp(-seen.doubt), best * math.exp(LATE * seen.doubt) + over
        return (low, best, high) if low > 0 and high < math.inf else None

    def _look(self, total: float) -> Outlook | None:
        """Return the outlook, which stands until there is as much news as it tells apart."""
        samples = self._samples
        (began, start), end = samples[0], samples[-1]
        if self._seen is not None and self._seen[0] == total:
            at, progress = self._seen[1]
            if end[0] - at <= FINE * (at - began) and end[1] - progress <= FINE * (progress - start):
                return self._outlook
        self._seen = (total, end)
        self._outlook = outlook(samples, total)
        return self._outlook
