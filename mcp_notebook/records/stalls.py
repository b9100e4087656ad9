"""When nothing was heard for several times the usual gap.

Rules: what is usual is the middle one of the gaps between the kept news, so a
few long silences do not make themselves usual; a single gap is compared with
nothing. Of long histories some news is thinned out: what is kept is compared
with what is kept. The wait for the first news is no stall: nothing was usual yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Span = tuple[float, float]

SEVERAL = 6.0
LEAST_S = 1.0
"""no stall is shorter"""


def stalls(times: Sequence[float], end: float, waits: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Return from when to when there was no news, which came at *times*, until *end*; all in s, in order.

    Not while somebody here was asked: *waits* says from when to when.
    """
    if len(times) < 3:  # noqa: PLR2004 - two gaps: one may be longer than the other
        return ()
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    limit = max(LEAST_S, SEVERAL * gaps[(len(gaps) - 1) // 2])
    moments = (*times, max(end, times[-1]))
    silences = [(begin, until) for begin, until in pairwise(moments) if until - begin > limit]
    return tuple(silence for silence in silences if not any(_meet(silence, wait) for wait in waits))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
