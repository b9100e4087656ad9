"""What a benchmark hands back: a row is one figure of ours, beside a peer's.

Rules: a figure is the median of its samples with their quartiles (a quarter of the
samples lies below the low one, a quarter above the high one; of a single sample all
three are the same). A ratio is ours ÷ the peer's within one round, and its median and
quartiles are those of the rounds' ratios. A target is met or missed; nothing is asserted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Better = Literal["less", "more"]
Bounded = Literal["ratio", "ours"]


@dataclass(frozen=True)
class Figure:
    """The median of some samples, and their quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Self:
        """Return the figure of at least one sample."""
        ordered = sorted(samples)
        return cls(*(_quantile(ordered, share) for share in (0.5, 0.25, 0.75)))


@dataclass(frozen=True)
class Row:
    """One compared figure. *peer* says who does the same work without us, and is empty where nobody does.

    *bound* is the target: what *bounded* (the ratio, or our own figure) should not pass, upwards or
    downwards as *better* says. *note* says why figures are missing, where they are.
    """

    name: str
    unit: str = ""
    peer: str = ""
    better: Better = "less"
    ours: Figure | None = None
    theirs: Figure | None = None
    ratio: Figure | None = None
    samples: int = 0
    bound: float | None = None
    bounded: Bounded = "ratio"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Return whether the target is met; None where there is none, or no figure."""
        figure = self.ratio if self.bounded == "ratio" else self.ours
        if self.bound is None or figure is None:
            return None
        return figure.median <= self.bound if self.better == "less" else figure.median >= self.bound

    @property
    def target(self) -> str:
        """Return the target in words."""
        if self.bound is None:
            return ""
        unit = "×" if self.bounded == "ratio" else self.unit
        return f"{'≤' if self.better == 'less' else '≥'} {self.bound:g} {unit}".strip()

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON holds it: what is infinite is null there."""
        return _finite({**asdict(self), "target": self.target, "met": self.met})

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Self:
        """Return the row that `as_dict` told of."""
        plain = {name: value for name, value in said.items() if name not in ("target", "met")}
        for name in ("ours", "theirs", "ratio"):
            if (figure := plain[name]) is not None:
                plain[name] = Figure(**{k: math.inf if v is None else v for k, v in figure.items()})
        return cls(**plain)


def alone(
    name: str, unit: str, ours: Sequence[float], bound: float | None = None, better: Better = "less"
) -> Row:
    """Return the row of a figure that nobody else has; *bound* is for the figure itself."""
    return Row(
        name,
        unit,
        better=better,
        ours=Figure.of(ours),
        samples=len(ours),
        bound=bound,
        bounded="ours",
    )


def beside(
    peer: str,
    name: str,
    unit: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    ratios: Sequence[float] | None = None,
    *,
    bound: float | None = None,
    bounded: Bounded = "ratio",
    better: Better = "less",
) -> Row:
    """Return a row of samples taken in the same rounds; *ratios* are those of *ours* to *theirs* unless given."""
    if ratios is None:
        ratios = [a / b if b else math.inf for a, b in zip(ours, theirs, strict=True)]
    figures = Figure.of(ours), Figure.of(theirs), Figure.of(ratios)
    return Row(name, unit, peer, better, *figures, len(ours), bound, bounded)


def absent(peer: str, name: str, unit: str, ours: Sequence[float], why: str) -> Row:
    """Return the row of a comparison with somebody who was not there."""
    return Row(name, unit, peer, ours=Figure.of(ours), samples=len(ours), note=why)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which *share* of the samples lies, between two of them where it falls between."""
    place = share * (len(ordered) - 1)
    lower, upper = ordered[math.floor(place)], ordered[math.ceil(place)]
    return lower if lower == upper else lower + (upper - lower) * (place - math.floor(place))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
