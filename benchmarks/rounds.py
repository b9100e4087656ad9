"""Interleaved rounds: every contender once in each round, each round in an order of its own.

Neighbours on the machine slow a whole round, not one contender: compare within
a round, and take the median over the rounds.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

Samples = dict[str, list[float]]
BARE = "bare"


def interleave(contenders: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """Return what each contender returned in each of *rounds*; the first of several follows one that does not count."""
    order = list(contenders)
    shuffle = random.Random(rounds).shuffle
    samples: Samples = {name: [] for name in order}
    for _ in range(rounds + (rounds > 1)):
        shuffle(order)
        for name in order:
            samples[name].append(contenders[name]())
    return {name: figures[-rounds:] for name, figures in samples.items()}


def median(samples: Samples, name: str) -> float:
    """Return the median of *name*'s figures."""
    return statistics.median(samples[name])


def ratio(samples: Samples, name: str, to: str = BARE) -> float:
    """Return the median of the rounds' ratios of *name* to *to*."""
    return statistics.median(a / b for a, b in zip(samples[name], samples[to], strict=True))


def overhead(samples: Samples, name: str, over: str = BARE) -> float:
    """Return the median of what *name* took more than *over* in the same round."""
    return statistics.median(a - b for a, b in zip(samples[name], samples[over], strict=True))


def overhead_ratio(samples: Samples, name: str, to: str, over: str = BARE) -> float:
    """Return the median of the rounds' ratios of two overheads; infinite where *to* has none in a round."""
    trios = zip(samples[name], samples[to], samples[over], strict=True)
    return statistics.median((a - c) / (b - c) if b > c else float("inf") for a, b, c in trios)


def apart(function: Any) -> Any:
    """Return a copy of *function* with bytecode of its own: the interpreter specialises it for one contender."""
    code = function.__code__.replace()
    return FunctionType(code, function.__globals__, function.__name__, function.__defaults__)
