"""What an operation must show, told a second time and as simply as can be: the rules of `progress/state.py`.

Only `one_line` is shared with the real thing (its own tests are in tests/test_text.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mcp_notebook.text import one_line


@dataclass
class Expected:
    """One progress token, after everything that was told to it."""

    value: float = 0.0
    total: float | None = None
    message: str | None = None
    status: str = "running"
    updates: int = 0
    stage: int = 0
    rejected: int = 0
    held: int = 0
    totals: int = 0
    messages: int = 0
    late: int = 0
    sent: int = 0
    taken: int = 0
    """reports that counted, of all rounds"""
    stages: dict[int, list[float]] = field(default_factory=dict)
    """the values that were sent in each stage"""
    events: list[tuple[float, float | None, str | None]] = field(default_factory=list)

    def report(self, progress: object, total: object = None, message: object = None) -> bool:
        """Take one notification; returns whether it came in time."""
        self.sent += 1
        if self.status != "running":
            self.late += 1
            return False
        value = finite(progress)
        if value is None or value < 0:
            self.rejected += 1
            return True
        known = finite(total)
        if known is None or known <= 0:
            self.totals += total is not None
            known = None
        if isinstance(message, str):
            line = one_line(message, 2_000)
            self.messages += line != message
            self.message = line or None
        else:
            self.messages += message is not None
        first = self.updates == 0
        if first or value > self.value:
            self.value = value
        elif value < self.value and known not in (None, self.total):
            self.value = value
            self.stage += 1
        else:
            self.held += 1
        self.total = known
        self.updates += 1
        self.taken += 1
        self.stages.setdefault(self.stage, []).append(value)
        self.events.append((self.value, self.total, self.message))
        return True

    def restart(self) -> bool:
        """Begin a new round; returns whether there was anything to begin anew."""
        if self.status != "running":
            return False
        self.value, self.total, self.updates = 0.0, None, 0
        self.stage += 1
        return True

    def finish(self, status: str) -> bool:
        """End; returns whether it is the first end."""
        if self.status != "running":
            return False
        self.status = status
        return True

    def facts(self) -> tuple[object, ...]:
        """Return all that does not depend on time."""
        return (
            self.value,
            self.total,
            self.message,
            self.status,
            self.updates,
            self.stage,
            (self.rejected, self.held, self.totals, self.messages, self.late),
        )


def finite(sent: object) -> float | None:
    """Return a number that was sent as a finite float, or None where it is none."""
    if type(sent) not in (int, float):
        return None
    try:
        value = float(sent)
    except OverflowError:
        return None
    return value if -math.inf < value < math.inf else None


def facts(operation) -> tuple[object, ...]:
    """Return the same of a real operation."""
    now = operation.snapshot()
    repairs = now.repairs
    counts = (repairs.rejected, repairs.held, repairs.totals, repairs.messages, repairs.late)
    return now.progress, now.total, now.message, now.status, now.updates, now.stage, counts
