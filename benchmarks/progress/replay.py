"""A trace told to a contender notification by notification, and how wrong each look at it was; see `time_left.py`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean

from .contenders import Clock, Contender
from .traces import Trace

SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)
LOOK_S = 0.1
CAP = math.log(10)


@dataclass(frozen=True)
class Look:
    """What was said at one share of one trace, and what was true."""

    said: float | None
    true: float
    span: tuple[float, float] | None = None

    @property
    def error(self) -> float:
        """Return |log(said ÷ true)|, at most that of the factor 10."""
        return (
            CAP if self.said is None else min(CAP, abs(math.log(max(1.0, self.said) / max(1.0, self.true))))
        )


def replay(trace: Trace, make: Callable[[Clock, float], Contender]) -> list[Look | None]:
    """Return what *make* says of *trace* at each of `SHARES`; None where all was done already."""
    clock = Clock()
    contender = make(clock, trace.told[0].total)
    looks: list[Look | None] = []
    told, shown, tick = 1, 0.0, 0
    while told < len(trace.told):
        tick += 1
        while told < len(trace.told) and trace.told[told].at <= tick * LOOK_S:
            clock.now, progress, total = trace.told[told]
            contender.tell(progress, total)
            shown = progress / total
            told += 1
        if told == len(trace.told):
            break
        clock.now = tick * LOOK_S
        contender.look()
        while len(looks) < len(SHARES) and shown >= SHARES[len(looks)]:
            looks.append(Look(contender.left(), trace.end - clock.now, contender.span()))
    return looks + [None] * (len(SHARES) - len(looks))


@dataclass(frozen=True)
class Played:
    """What one contender said of some traces."""

    looks: tuple[tuple[Look | None, ...], ...]

    def at(self, share: int) -> list[float]:
        """Return the errors at the *share*-th of `SHARES`, one for each trace."""
        return [one.error for looks in self.looks if (one := looks[share]) is not None]

    def traces(self) -> list[float]:
        """Return the mean error of each trace."""
        return [fmean(one.error for one in looks if one is not None) for looks in self.looks]

    def spans(self) -> list[Look]:
        """Return the looks at which a range was said."""
        return [one for looks in self.looks for one in looks if one is not None and one.span is not None]


def play(traces: Iterable[Trace], make: Callable[[Clock, float], Contender]) -> Played:
    """Replay all *traces* to contenders that *make* makes."""
    return Played(tuple(tuple(replay(trace, make)) for trace in traces))
