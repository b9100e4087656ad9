"""How wrong the time left is: ours, tqdm's and rich's on the same traces, under one fake clock.

Each is told each notification of a trace at its moment, as its documentation
says, with default settings; all get the same numbers. A person looks ten
times a second; the error is that of the first look at or after 10, 25, 50, 75
and 90 % of the progress shown, for this is where a person asks ("half of it
is done: how long will the rest take?").

The error is a factor: 2 is twice, or half, of what it was in the end
(|log| is averaged: it is symmetric, and one long trace does not outweigh the
others), and told is e to the power of its mean. Times under a second count as a second, since nobody reads them.
Who says nothing, or something beyond ten times, is wrong by the factor 10:
silence is no way to win. "Worst" is the trace with the largest mean error
over the five shares. The samples are the traces. The constants of ours were chosen on other seeds than
those held out here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from statistics import fmean

from ..loops.peers import NOT_INSTALLED
from ..rows import Row, absent, alone, beside
from .contenders import Clock, Contender, Ours, Rich, Tqdm
from .replay import SHARES, Played, play
from .traces import Trace, fixed, held_out

ROUNDED = 1.02
"""what the words of a range are rounded by, at the least"""
FULL = range(11, 21)
"""seeds of the traces held out: as many of each family"""
QUICK = range(11, 12)
PEERS = {"tqdm": Tqdm, "rich": Rich}


def measure(seeds: Sequence[int]) -> Iterator[Row]:
    """Yield the errors on the fixed traces, and on those that are held out."""
    for name, traces in (("fixed", fixed()), ("held out", held_out(seeds))):
        ours = play(traces, Ours)
        for peer, make in PEERS.items():
            yield from _beside(peer, make, ours, traces, f"{len(traces)} traces {name}")
        yield from _ranges(ours, name)


def _beside(
    peer: str, make: Callable[[Clock, float], Contender], ours: Played, traces: Sequence[Trace], which: str
) -> Iterator[Row]:
    """Yield the mean errors of the traces, the worst one's, and the errors at each share."""
    name = f"error of the time left, {which}"
    mine = _factors(ours.traces())
    if find_spec(peer) is None:
        yield absent(peer, name, "×", mine, NOT_INSTALLED)
        return
    theirs = play(traces, make)
    other = _factors(theirs.traces())
    yield beside(peer, name, "×", mine, other, bound=1.0)
    yield beside(peer, f"{name}, worst trace", "×", [max(mine)], [max(other)], bound=1.0)
    for number, share in enumerate(SHARES):
        at = _factors(ours.at(number)), _factors(theirs.at(number))
        yield beside(peer, f"{name}, at {share:.0%}", "×", *at)


def _ranges(ours: Played, which: str) -> Iterator[Row]:
    spans = ours.spans()
    true = [max(1.0, one.true) for one in spans]
    said = [(max(1.0, low), max(1.0, high)) for low, high in (one.span for one in spans if one.span)]
    covered = fmean(low / ROUNDED <= t <= high * ROUNDED for t, (low, high) in zip(true, said, strict=True))
    name = f"range of the time left, traces {which}"
    yield alone(f"{name}: how often it holds", "%", [100 * covered], better="more")
    yield alone(f"{name}: high ÷ low", "×", [high / low for low, high in said])


def _factors(errors: Sequence[float]) -> list[float]:
    return [math.exp(error) for error in errors]
