"""Interleaved rounds as rows: one for each peer that took part, and one that says why for each that did not."""

from __future__ import annotations

from collections.abc import Iterator

from .rounds import OURS, Rounds
from .rows import Better, Bounded, Row, absent, beside


def whole(
    name: str,
    unit: str,
    found: Rounds,
    bound: float | None = None,
    *,
    bounded: Bounded = "ratio",
    better: Better = "less",
) -> Iterator[Row]:
    """Yield rows of whole samples: ours beside each peer's."""
    ours = found.of(OURS)
    for peer in found.peers:
        theirs = found.of(peer)
        yield beside(peer, name, unit, ours, theirs, bound=bound, bounded=bounded, better=better)
    for peer, why in found.absent.items():
        yield absent(peer, name, unit, ours, why)


def overheads(name: str, unit: str, found: Rounds, bound: float | None = None) -> Iterator[Row]:
    """Yield rows of what ours and each peer took more than the bare work of the same round."""
    ours = found.over(OURS)
    for peer in found.peers:
        ratios = found.overhead_ratios(OURS, peer)
        yield beside(peer, name, unit, ours, found.over(peer), ratios, bound=bound)
    for peer, why in found.absent.items():
        yield absent(peer, name, unit, ours, why)
