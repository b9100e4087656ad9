"""What progress looks like over time: recorded kinds of work, made again from a seed.

A trace is what a caller is told: (seconds since the start, progress, total).
Nothing is read from a clock, so each run gives the same numbers. A family is
a kind of work; `FIXED` are the traces of the benchmark, with parameters as
one finds them; `held_out` draws the parameters, too, from other seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple


class Told(NamedTuple):
    """One notification."""

    at: float
    progress: float
    total: float


@dataclass(frozen=True)
class Trace:
    """One piece of work, from (0, 0, total) to its end, at which the last notification comes."""

    name: str
    told: tuple[Told, ...]

    @property
    def end(self) -> float:
        """Return when it was done."""
        return self.told[-1].at


Family = Callable[[Random], "tuple[Told, ...]"]


def fixed() -> list[Trace]:
    """Return the traces of the benchmark."""
    return [Trace(name, family(Random(name))) for name, family in FIXED.items()]


def held_out(seeds: Iterable[int]) -> list[Trace]:
    """Return a trace of each family for each seed, with drawn parameters."""
    return [Trace(f"{name} {n}", draw(Random(f"{name} {n}"))) for n in seeds for name, draw in DRAWN.items()]


def items(durations: Sequence[float], size: float = 1) -> tuple[Told, ...]:
    """Return items of these durations, each told when it is done."""
    total = len(durations) * size
    ends = accumulate(durations)
    return (Told(0.0, 0, total), *(Told(at, (n + 1) * size, total) for n, at in enumerate(ends)))


def steady(random: Random, *, count: int = 400, each: float = 0.3, noise: float = 0.0) -> tuple[Told, ...]:
    """Items that take the same time, give or take."""
    return items([each * random.uniform(1 - noise, 1 + noise) for _ in range(count)])


def changing(
    random: Random,
    speed: Callable[[float], float],
    *,
    count: int = 400,
    seconds: float = 180,
    noise: float = 0.2,
) -> tuple[Told, ...]:
    """Items whose durations follow *speed*, a function of the share that is done."""
    return items(
        scaled([random.uniform(1 - noise, 1 + noise) / speed(n / count) for n in range(count)], seconds)
    )


def scaled(durations: Sequence[float], seconds: float) -> list[float]:
    """Return *durations* so that they take *seconds* together."""
    factor = seconds / sum(durations)
    return [duration * factor for duration in durations]


def bursty(
    random: Random, *, batches: int = 40, size: int = 25, every: float = 4, noise: float = 0.5
) -> tuple[Told, ...]:
    """Batches whose items are told one after another, but all at once."""
    durations = []
    for _ in range(batches):
        durations += [every * random.uniform(1 - noise, 1 + noise), *[0.001] * (size - 1)]
    return items(durations)


def staged(
    random: Random, stages: Sequence[tuple[float, float]], *, count: int = 300, noise: float = 0.3
) -> tuple[Told, ...]:
    """Stages, each a (share of the items, s for each item)."""
    durations = []
    for share, each in stages:
        durations += [each * random.uniform(1 - noise, 1 + noise) for _ in range(round(share * count))]
    return items(durations)


def paused(
    random: Random, pauses: Sequence[tuple[float, float]], *, count: int = 400, each: float = 0.4
) -> tuple[Told, ...]:
    """Steady work with pauses, each a (share at which it begins, s)."""
    durations = [each * random.uniform(0.7, 1.3) for _ in range(count)]
    for share, seconds in pauses:
        durations[round(share * count)] += seconds
    return items(durations)


def retold(trace: tuple[Told, ...], total: Callable[[float], float]) -> tuple[Told, ...]:
    """Return *trace* with another total, a function of the share of the work that is done.

    While there is work, a tenth of it is known to wait: the queue of a crawler is not empty before the end.
    """
    end = trace[-1].progress
    totals = (max(round(total(done / end) * end), round(min(end, done + end / 10))) for _, done, _ in trace)
    return tuple(Told(at, done, known) for (at, done, _), known in zip(trace, totals, strict=True))


def warming(
    random: Random, *, count: int = 120, first: Sequence[float] = (20, 12, 5), each: float = 1.0
) -> tuple[Told, ...]:
    """Return a few slow steps (compilation, caches), then steady ones."""
    durations = [each * random.uniform(0.9, 1.1) for _ in range(count)]
    durations[: len(first)] = first
    return items(durations)


def heavy(random: Random, *, count: int = 150, sigma: float = 1.2, mean: float = 1.5) -> tuple[Told, ...]:
    """Items with lognormal durations: a few take most of the time."""
    return items([mean * random.lognormvariate(-sigma * sigma / 2, sigma) for _ in range(count)])


def mixed(
    random: Random, *, count: int = 400, share: float = 0.1, fast: float = 0.03, slow: float = 4.0
) -> tuple[Told, ...]:
    """Two kinds of items in any order: those that are cached, and those that are not."""
    return items(
        [(slow if random.random() < share else fast) * random.uniform(0.7, 1.3) for _ in range(count)]
    )


def download(
    random: Random, *, seconds: int = 120, start: float = 10, wander: float = 0.12
) -> tuple[Told, ...]:
    """Bytes, ten times a second: a slow start, then a speed that wanders."""
    told, done, drift = [(0.0, 0.0)], 0.0, 0.0
    for tick in range(1, seconds * 10 + 1):
        drift = 0.98 * drift + random.gauss(0, wander)
        done += 2e6 * (1 - math.exp(-tick / 10 / start)) * math.exp(drift - wander)
        told.append((tick / 10, float(round(done))))
    return tuple(Told(at, bytes_, told[-1][1]) for at, bytes_ in told)


def epochs(
    random: Random, *, count: int = 8, batches: int = 60, each: float = 0.25, validation: float = 7.0
) -> tuple[Told, ...]:
    """Training batches that count, validation after each epoch that does not."""
    durations = [each * random.uniform(0.9, 1.1) for _ in range(count * batches)]
    for epoch in range(1, count + 1):
        durations[epoch * batches - 1] += validation * random.uniform(0.9, 1.1)
    return items(durations)


FIXED: dict[str, Family] = {
    "steady": steady,
    "noisy": lambda r: steady(r, noise=0.8),
    "accelerating": lambda r: changing(r, lambda x: 1 + 3 * x),
    "slowing, quadratic": lambda r: changing(r, lambda x: 1 / (0.02 + x)),
    "slowing, exponential": lambda r: changing(r, lambda x: math.exp(-2.3 * x)),
    "bursty": bursty,
    "four stages": lambda r: staged(r, [(0.25, 0.2), (0.25, 1.0), (0.25, 0.1), (0.25, 0.5)]),
    "fast from a cache, then not": lambda r: staged(r, [(0.3, 0.15), (0.7, 0.75)]),
    "long tail": lambda r: staged(r, [(0.87, 0.33), (0.13, 2.4)]),  # its last 10 % take 40 % of the time
    "asleep for a minute": lambda r: paused(r, [(0.3, 60.0)]),
    "stalls": lambda r: paused(r, [(0.2, 15.0), (0.6, 30.0)]),
    "total grows": lambda r: retold(steady(r, noise=0.3), lambda x: min(1.0, 0.4 + math.floor(x * 10) / 8)),
    "total shrinks": lambda r: retold(steady(r, noise=0.3), lambda x: max(1.0, 1.8 - math.floor(x * 10) / 8)),
    "compiles first": warming,
    "heavy-tailed items": heavy,
    "cached and not": mixed,
    "download": download,
    "epochs with validation": epochs,
    "five big steps": lambda r: steady(r, count=5, each=30, noise=0.3),
    "very many steps": lambda r: steady(r, count=20_000, each=0.006, noise=0.9),
}
"""one trace of each kind of work"""


def _stages(r: Random) -> tuple[Told, ...]:
    cuts = sorted(r.uniform(0.05, 0.95) for _ in range(r.randint(1, 4)))
    shares = [b - a for a, b in zip([0.0, *cuts], [*cuts, 1.0], strict=True)]
    return staged(
        r, [(share, 0.4 * math.exp(r.gauss(0, 0.8))) for share in shares], count=r.randint(150, 500)
    )


def _change(r: Random) -> tuple[Told, ...]:
    rate, power = r.uniform(-2.5, 2.5), r.choice([1, 2])
    return changing(
        r,
        lambda x: math.exp(rate * x**power),
        count=r.randint(60, 900),
        seconds=r.uniform(60, 400),
        noise=r.uniform(0, 0.6),
    )


def _power(r: Random) -> tuple[Told, ...]:
    low, power = r.uniform(0.02, 0.3), r.choice([-1, -2, 1])
    return changing(r, lambda x: (low + x) ** power, count=r.randint(60, 900), seconds=r.uniform(60, 400))


def _total(r: Random) -> tuple[Told, ...]:
    start, steps = math.exp(r.uniform(-1.2, 1.0)), r.randint(2, 12)
    until = r.uniform(0.2, 0.8)
    work = steady(r, count=r.randint(100, 600), each=r.uniform(0.2, 0.8), noise=0.4)
    return retold(work, lambda x: 1 + (start - 1) * max(0.0, 1 - math.floor(x * steps) / steps / until))


DRAWN: dict[str, Family] = {
    "steady": lambda r: steady(
        r, count=r.randint(30, 2000), each=r.uniform(0.1, 0.6), noise=r.uniform(0, 0.9)
    ),
    "speed changes": _change,
    "power": _power,
    "bursty": lambda r: bursty(r, batches=r.randint(12, 80), size=r.randint(2, 60), every=r.uniform(1, 8)),
    "stages": _stages,
    "long tail": lambda r: staged(r, [((a := r.uniform(0.8, 0.95)), 0.4), (1 - a, r.uniform(1.5, 4.0))]),
    "pauses": lambda r: paused(
        r,
        [(r.uniform(0.1, 0.8), r.uniform(10, 80)) for _ in range(r.randint(1, 3))],
        each=r.uniform(0.2, 0.8),
    ),
    "total": _total,
    "compiles": lambda r: warming(
        r,
        count=r.randint(40, 300),
        first=[r.uniform(2, 25) for _ in range(r.randint(1, 4))],
        each=r.uniform(0.4, 2),
    ),
    "heavy": lambda r: heavy(
        r, count=r.randint(40, 400), sigma=r.uniform(0.6, 1.6), mean=r.uniform(0.5, 2.5)
    ),
    "mixed": lambda r: mixed(r, count=r.randint(150, 800), share=r.uniform(0.03, 0.3), slow=r.uniform(1, 6)),
    "download": lambda r: download(
        r, seconds=r.randint(60, 300), start=r.uniform(2, 25), wander=r.uniform(0.02, 0.2)
    ),
    "epochs": lambda r: epochs(
        r,
        count=r.randint(4, 20),
        batches=r.randint(20, 120),
        each=r.uniform(0.1, 0.4),
        validation=r.uniform(2, 15),
    ),
    "big steps": lambda r: steady(r, count=r.randint(4, 10), each=r.uniform(8, 40), noise=r.uniform(0, 0.6)),
}
"""the families with drawn parameters"""
