"""How wrong the time left is: ours, tqdm's and rich's on the same traces, under one fake clock.

Each is told each notification of a trace at its moment, as its documentation
says, with default settings; all get the same numbers. A person looks ten
times a second; the error is that of the first look at or after 10, 25, 50, 75
and 90 % of the progress shown, for this is where a person asks ("half of it
is done: how long will the rest take?").

The error is a factor: 2 is twice, or half, of what it was in the end
(|log| is averaged: it is symmetric, and one long trace does not outweigh the
others). Times under a second count as a second, since nobody reads them.
Who says nothing, or something beyond ten times, is wrong by the factor 10:
silence is no way to win. "Worst" is the trace with the largest mean error
over the five shares. The constants of ours were chosen on other seeds than
those held out here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from rows import Row
from traces import Trace, fixed, held_out

SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)
LOOK_S = 0.1
CAP = math.log(10)
ROUNDED = 1.02
"""what the words of a range are rounded by, at the least"""
SEEDS = range(11, 21)
"""of the traces held out: as many of each family"""
QUICK = range(11, 12)


class Clock:
    """A clock that the replay moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return 1_000.0 + self.now


class Contender:
    """Who says how much time is left."""

    def tell(self, progress: float, total: float) -> None:
        """Take a notification, now."""

    def look(self) -> None:
        """Do what happens ten times a second."""

    def left(self) -> float | None:
        """Return the seconds left, as they would be shown now."""

    def span(self) -> tuple[float, float] | None:
        """Return the range that would be shown now, where there is one."""


class Ours(Contender):
    """The estimator of the bars, as the tracker uses it."""

    def __init__(self, clock: Clock, total: float) -> None:
        from mcp_notebook.progress.estimate import Estimator

        self._clock, self._total, self._estimator = clock, total, Estimator()
        self._estimator.note(clock(), 0.0)

    def tell(self, progress: float, total: float) -> None:
        self._total = total
        self._estimator.note(self._clock(), progress)

    def left(self) -> float | None:
        return self._estimator.eta(self._clock(), self._total)

    def span(self) -> tuple[float, float] | None:
        """Return the range that would be shown now."""
        return self._estimator.left(self._clock(), self._total)


class Nowhere:
    """A file that keeps nothing."""

    def write(self, text: str) -> None:
        """Forget *text*."""

    def flush(self) -> None:
        """Do nothing."""


class Tqdm(Contender):
    """A real `tqdm` bar, whose `_time` is the fake clock."""

    def __init__(self, clock: Clock, total: float) -> None:
        from tqdm import tqdm

        class Bar(tqdm):
            monitor_interval = 0  # its thread lives by the real clock: see `look`

        self._clock = clock
        self._bar = Bar(total=total, file=Nowhere())
        self._bar._time = clock
        self._bar.start_t = self._bar.last_print_t = clock()

    def tell(self, progress: float, total: float) -> None:
        self._bar.total = total
        self._bar.update(progress - self._bar.n)

    def look(self) -> None:
        if self._bar.miniters > 1 and self._clock() - self._bar.last_print_t >= self._bar.maxinterval:
            self._bar.miniters = 1  # what its monitor thread does

    def left(self) -> float | None:
        bar = self._bar
        meter: dict[str, Any] = {**bar.format_dict, "bar_format": "{remaining} {remaining_s}"}
        shown, seconds = bar.format_meter(**meter).rsplit(" ", 1)
        return None if shown == "?" else float(seconds)


class Rich(Contender):
    """A task of a real `rich.progress.Progress`, which takes a clock."""

    def __init__(self, clock: Clock, total: float) -> None:
        from rich.progress import Progress

        self._progress = Progress(get_time=clock, disable=True)
        self._task = self._progress.add_task("work", total=total)

    def tell(self, progress: float, total: float) -> None:
        self._progress.update(self._task, completed=progress, total=total)

    def left(self) -> float | None:
        return self._progress.tasks[0].time_remaining


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


def measure(seeds: Sequence[int] = SEEDS) -> list[Row]:
    """Return the errors on the fixed traces, and on those that are held out."""
    rows: list[Row] = []
    for name, traces in (("", fixed()), (", held out", held_out(seeds))):
        ours = play(traces, Ours)
        peers = {"tqdm": play(traces, Tqdm), "rich": play(traces, Rich)}
        for peer, theirs in peers.items():
            for word, of in (("median", median), ("worst", max)):
                mine, other = of(ours.traces()), of(theirs.traces())
                title = f"time left, {word} of {len(traces)} traces{name}, beside {peer}"
                rows.append(Row(title, _factor(mine), _factor(other), "×", "less", mine < other))
                rows += [
                    _at(f"… at {share:.0%}, {word}{name}, beside {peer}", of(ours.at(n)), of(theirs.at(n)))
                    for n, share in enumerate(SHARES)
                ]
        rows += _ranges(ours, name)
    return rows


def _at(title: str, ours: float, theirs: float) -> Row:
    return Row(title, _factor(ours), _factor(theirs), "×", "", None)


def _ranges(ours: Played, name: str) -> list[Row]:
    spans = ours.spans()
    true = [max(1.0, one.true) for one in spans]
    said = [(max(1.0, low), max(1.0, high)) for low, high in (one.span for one in spans if one.span)]
    covered = fmean(low / ROUNDED <= t <= high * ROUNDED for t, (low, high) in zip(true, said, strict=True))
    width = median(high / low for low, high in said)
    return [
        Row(f"range of the time left: how often it holds{name}", 100 * covered, None, "%", "", None),
        Row(f"range of the time left: high ÷ low, median{name}", width, None, "×", "", None),
    ]


def _factor(error: float) -> float:
    return math.exp(error)
