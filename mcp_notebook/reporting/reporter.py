"""What one watcher is told: the specification's rules for a sender, whatever the notebook does.

Source: Model Context Protocol, "Progress".

- `progress` increases strictly within a request: what stands still, or goes
  back, is not told;
- values are finite; a total is only told where it is known;
- at most one report in `INTERVAL_S`, but the last state is never held back;
- a message is one line of at most 200 characters that says it all.

Time is an argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..progress.estimate import Estimator
from ..progress.pace import Pace
from ..progress.words import SEPARATOR, percentage, time_left
from ..text import BAR_LIMIT, cut
from ..tracking.fold import Reading

INTERVAL_S = 0.1
SLACK_S = 0.005
NUDGE = 1e-6
"""what a waiting request adds to stay alive: less than any real progress"""


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of one `notifications/progress`."""

    progress: float
    total: float | None
    message: str


class Reporter:
    """Decides what to tell under one progress token."""

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._pace = Pace(INTERVAL_S - SLACK_S)
        self._estimator = Estimator()
        self._last: float | None = None

    def offer(self, reading: Reading, now: float, *, last: bool = False) -> Report | None:
        """Return what to tell of *reading* at *now*, if anything; *last* does not wait for its turn."""
        progress = reading.progress
        if not math.isfinite(progress) or (self._last is not None and progress <= self._last):
            return None
        if not self._pace.due(now) and not last:
            return None
        self._last = progress
        self._estimator.note(now, progress)
        total = reading.total if reading.total is not None and math.isfinite(reading.total) else None
        return Report(progress, total, self._line(reading, now))

    def nudge(self, message: str) -> Report:
        """Return a sign of life from a request whose work has not begun."""
        self._last = 0.0 if self._last is None else self._last + NUDGE
        return Report(self._last, None, cut(message, BAR_LIMIT))

    def eta(self, reading: Reading, now: float) -> float | None:
        """Return the seconds left, where that is known."""
        return self._estimator.eta(now, reading.total)

    def _line(self, reading: Reading, now: float) -> str:
        parts = [*([self._label] if self._label else []), *reading.where]
        if share := percentage(reading.fraction):
            parts.append(share)
        if left := time_left(self.eta(reading, now), self._estimator.left(now, reading.total)):
            parts.append(left)
        if reading.message:
            parts.append(reading.message)
        return cut(SEPARATOR.join(parts), BAR_LIMIT)
