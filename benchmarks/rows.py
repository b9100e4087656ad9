"""What a benchmark hands back, and the table of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure. *peer* is the same work done without us, or by somebody else.

    *target* is words, *met* its verdict; both are empty where a figure only stands for comparison.
    *within* is the median of the rounds' ratios, where they were compared round by round.
    """

    name: str
    ours: float
    peer: float | None
    unit: str
    target: str
    met: bool | None
    within: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return ours ÷ peer, where there is a peer."""
        if self.within is not None:
            return self.within
        return self.ours / self.peer if self.peer else None

    def as_dict(self) -> dict[str, object]:
        """Return the row as JSON holds it."""
        return {**asdict(self), "ratio": self.ratio}


def markdown(rows: Iterable[Row]) -> str:
    """Return *rows* as a Markdown table."""
    lines = ["| name | ours | peer | ratio | target | |", "|---|---:|---:|---:|---|---|"]
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:.4g} {row.unit}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2g}" if row.ratio < 0.1 else f"{row.ratio:.2f}"
        verdict = "" if row.met is None else "met" if row.met else "missed"
        lines.append(
            f"| {row.name} | {row.ours:.4g} {row.unit} | {peer} | {ratio} | {row.target} | {verdict} |"
        )
    return "\n".join(lines)
