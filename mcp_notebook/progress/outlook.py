"""How fast the rest of some work will go, told from its past alone.

Rules: four ways to look ahead (the mean pace, two that forget, one that bends
all the time) are tried on the past; each counts as much as it would have been
right about what came since. Where they disagree, where little is known of
much that is left, after few steps or uneven ones, there is doubt. A single wait far
longer than all others was an accident; two are a habit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

COARSE, FINE, NEARER = 1 / 20, 1 / 64, 0.25
"""shares of the work that are looked at as one: the longer ago, the larger"""
MEMORIES = (1.0, 0.7, 0.2)
"""what a twentieth of the work leaves of the weight of what was before it: all, for the mean pace"""
TRUST = math.e**2
"""in the mean pace, to begin with: the others have to foretell better"""
ZEAL = 2.0
LEAST = 0.01
"""a pace, as a share of the mean one, below which differences are none"""
BENDS = (0.7, 2.5)
"""the exponents that are believed, where time grows with a power of the progress"""
HORIZON = 1_000.0
"""how many times what is done the ways look ahead; beyond it goes on like that"""
ACCIDENT, ENOUGH = 5.0, 16
"""how much longer than all others a wait is, among how many, that does not count"""
KNOWN, APART, FAR, THIN, UNEVEN = 0.02, 1.5, 0.05, 0.5, 0.7
"""doubt: what always stays; where the ways disagree; by distance; by few steps; by uneven ones, at the most"""

Sample = tuple[float, float]


class Outlook(NamedTuple):
    """What is to be expected, in seconds for each unit, and the doubt: the logarithm of a factor."""

    pace: float
    doubt: float


def outlook(samples: Sequence[Sample], total: float) -> Outlook | None:
    """Return what *samples*, (s, progress) in order, tell of the way to *total*, if they can."""
    (began, start), (ended, end) = samples[0], samples[-1]
    accident = _accident(samples)
    took, done = ended - began - accident[1], end - start
    ratio = (total - end) / done
    if not (took > 0 and 0 < done < math.inf and 0 < ratio < math.inf):
        return None
    pieces = _pieces(samples, took, done, accident)
    pace, apart = _pace(pieces, min(ratio, HORIZON))
    again = math.log((took + accident[1]) / took) / 2
    doubt = KNOWN + APART * apart + FAR * math.log1p(ratio) + THIN / len(pieces) + _uneven(pieces) + again
    pace *= took / done
    return Outlook(pace, doubt) if 0 < pace < math.inf else None


def _accident(samples: Sequence[Sample]) -> Sample:
    """Return when the one wait ended that does not count, and how much too long it was."""
    if len(samples) < ENOUGH:
        return 0.0, 0.0
    (second, _), (longest, until) = sorted((b[0] - a[0], b[0]) for a, b in pairwise(samples))[-2:]
    return (until, longest - second) if longest > ACCIDENT * second else (0.0, 0.0)


def _pieces(samples: Sequence[Sample], took: float, done: float, accident: Sample) -> list[Sample]:
    """Return the past as (share of the time, share of the progress), in finer steps towards now."""
    pieces = []
    (at, reached), end = samples[-1], samples[-1][1]
    enough, (slept_until, slept) = FINE, accident
    for sample in reversed(samples):
        share = (reached - sample[1]) / done
        if share >= enough or (sample is samples[0] and share > 0):
            time = at - sample[0] - (slept if sample[0] < slept_until <= at else 0.0)
            pieces.append((time / took, share))
            at, reached = sample
            enough = max(FINE, min(COARSE, NEARER * (end - reached) / done))
    return pieces[::-1]


def _pace(pieces: Sequence[Sample], ratio: float) -> tuple[float, float]:
    """Return the pace of what is left, as a multiple of the mean one, and how far the ways disagree."""
    count = len(pieces)
    times, shares = ([0.0, *accumulate(piece[i] for piece in pieces)] for i in (0, 1))
    ahead = max(1, min(round(ratio * count), count // 3))
    goals = [min(count, k + ahead) for k in range(count)]
    came = [LEAST + (times[j] - times[k]) / (shares[j] - shares[k]) for k, j in enumerate(goals)]
    paces, errors = [], []
    for keep in MEMORIES:
        *said, now = _discounted(pieces, keep)
        paces.append(now)
        errors.append(_error(said[1:], came[2:]))
    if count >= 6:  # noqa: PLR2004 - to see a bend, and whether it was one
        paces.append(_bent(times, shares, count, 1 + ratio))
        errors.append(_error([_bent(times, shares, k, shares[goals[k]]) for k in range(4, count)], came[4:]))
    best = min(errors) + LEAST
    weights = [math.exp(ZEAL * count / ahead * (best - error) / best) for error in errors]
    weights[0] *= TRUST
    sure = sum(weights)
    pace = sum(w * p for w, p in zip(weights, paces, strict=True)) / sure
    apart = [math.log((p + LEAST) / (pace + LEAST)) for p in paces]
    return pace, math.sqrt(sum(w * a * a for w, a in zip(weights, apart, strict=True)) / sure)


def _discounted(pieces: Iterable[Sample], keep: float) -> Iterator[float]:
    """Yield the mean pace after each piece, what is longer ago counting less."""
    time = share = 0.0
    for took, done in pieces:
        kept = keep ** (done / COARSE)
        time, share = time * kept + took, share * kept + done
        yield time / share


def _bent(times: Sequence[float], shares: Sequence[float], k: int, to: float) -> float:
    """Return the mean pace from point *k* to the share *to*, where time is a power of the progress."""
    half = k // 2
    bend = math.log((times[k] + LEAST**3) / (times[half] + LEAST**3)) / math.log(shares[k] / shares[half])
    bend = max(BENDS[0], min(BENDS[1], bend))
    mean: float = times[k] * ((to / shares[k]) ** bend - 1) / (to - shares[k])
    return mean


def _uneven(pieces: Sequence[Sample]) -> float:
    """Return the standard error of the mean pace, as a share of it."""
    # Multiplied, because a power that is too large raises.
    variance = sum((time / share - 1) * (time - share) for time, share in pieces)
    return min(UNEVEN, math.sqrt(variance * sum(share * share for _, share in pieces)))


def _error(said: Sequence[float], came: Sequence[float]) -> float:
    """Return how wrong paces were that would have been said: a mean logarithm."""
    return sum(abs(math.log(c / (s + LEAST))) for s, c in zip(said, came, strict=True)) / max(1, len(came))
