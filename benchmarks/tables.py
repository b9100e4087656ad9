"""Reports as Markdown: every row, a section for each benchmark."""

from __future__ import annotations

import math

from .report import Report
from .rows import Figure, Row
from .suite import Result

HOW = """\
Medians, with the quartiles in brackets: a quarter of the samples lies below the first, a quarter above the second.
*Ratio* is ours ÷ the peer's within one round; **less is better**, unless a row says *more*. A target is met or missed,
and nothing depends on it. How it is measured is in [README.md](README.md). These are the figures of one machine on one day.
"""


def page(report: Report) -> str:
    """Return all of *report*."""
    sections = "\n".join(_section(one) for one in report.benchmarks)
    minutes = sum(one.seconds for one in report.benchmarks) / 60
    return f"# Results\n\n{circumstances(report)} It took {minutes:.0f} min.\n\n{HOW}\n{sections}"


def circumstances(report: Report) -> str:
    """Return one line: when, what, on what."""
    machine = report.platform
    where = f"{machine['python']}, {machine['system']}, {machine['cpus']} processors"
    packages = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    revision = f" (commit {report.revision})" if report.revision else ""
    return f"{report.date}{revision}, {where}; {packages}."


def _section(one: Result) -> str:
    head = "| | ours | peer | peer's | ratio | target | | samples |\n|---|--:|---|--:|--:|---|---|--:|"
    rows = "\n".join(_line(row) for row in one.rows)
    return f"## {one.name}\n\n{one.about} {one.seconds:.0f} s.\n\n{head}\n{rows}\n"


def _line(row: Row) -> str:
    name = row.name + (" (more is better)" if row.better == "more" else "")
    verdict = row.note or {None: "", True: "met", False: "**missed**"}[row.met]
    cells = (
        name,
        figure(row.ours, row.unit),
        row.peer,
        figure(row.theirs, row.unit),
        figure(row.ratio, "×"),
        row.target,
        verdict,
        str(row.samples or ""),
    )
    return f"| {' | '.join(cells)} |"


def figure(found: Figure | None, unit: str) -> str:
    """Return a figure in words, its quartiles in brackets where they differ; empty where there is none."""
    if found is None:
        return ""
    low, high = number(found.low), number(found.high)
    spread = "" if low == high else f" [{low}–{high}]"
    return f"{number(found.median)}{spread} {unit}".strip()


def number(value: float) -> str:
    """Return *value* with about three digits."""
    if not math.isfinite(value):
        return "∞"
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.1 else f"{value:.2g}"
