"""Write the README's table of speed from the committed results: `python benchmarks/readme.py [--check]`.

Rules: every figure is a row of results.json, chosen for what a reader feels, also where a
peer is faster. Between the two markers nothing is written by hand.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

if not __package__:  # run as a script: what is imported is the package, not its modules one by one
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks.calls.peer import SDK
from benchmarks.report import Report
from benchmarks.rows import Figure, Row
from benchmarks.tables import figure, number

HERE = Path(__file__).parent
README, RESULTS = HERE.parent / "README.md", HERE / "results.json"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
VERSIONS = ("mcp", "ipykernel", "tqdm", "rich", "progressbar2")
HEAD = "| what | ours | beside | theirs | ours ÷ theirs |\n|---|--:|---|--:|--:|"


@dataclass(frozen=True)
class Line:
    """A row of the results in a reader's words."""

    words: str
    benchmark: str
    name: str
    peer: str


LINES = (
    Line("counting one item of a list", "loops.items", "for over list, overhead of an item", "tqdm"),
    Line(
        "the same, beside a bar written in C",
        "loops.items",
        "for over list, overhead of an item",
        "progressbar2[fast]",
    ),
    Line("a loop of three items in a cell", "loops.short", "loop of 3 items", "tqdm.notebook"),
    Line(
        "a visible bar, for each item with 0.25 µs of work",
        "loops.bars",
        "a visible bar beside 0.25 µs of work, overhead of an item",
        "tqdm.notebook",
    ),
    Line("messages of a visible bar", "loops.bars", "a visible bar, updates", "tqdm.notebook"),
    Line("a quick call in this process", "calls.latency", "a quick call, in process", SDK),
    Line("a quick call over HTTP", "calls.latency", "a quick call, HTTP", SDK),
    Line(
        "a flood over stdio, CPU for a notification",
        "floods.cost",
        "a flood over raw stdio, CPU per notification",
        SDK,
    ),
    Line(
        "the same with a server made with the SDK",
        "floods.cost",
        "a flood over SDK stdio, CPU per notification",
        SDK,
    ),
    Line(
        "your loop beside a flood of 20,000 a s (more is better)",
        "floods.main_speed",
        "a hot loop's speed, 20,000 reports a s over raw stdio one by one",
        SDK,
    ),
    Line(
        "kept of a call with 10,000 reports",
        "progress.kept",
        "kept of a call with 10,000 reports, short messages",
        "a list of tuples",
    ),
    Line(
        "how wrong the time left is, a factor",
        "progress.time_left",
        "error of the time left, 20 traces fixed",
        "tqdm",
    ),
)


def main() -> int:
    """Write the table, or with --check say whether the README has it."""
    text = README.read_text(encoding="utf-8")
    wanted = written(text, table(Report.from_json(RESULTS.read_text(encoding="utf-8"))))
    if "--check" in sys.argv[1:]:
        return int(wanted != text)
    README.write_text(wanted, encoding="utf-8")
    return 0


def written(text: str, between: str) -> str:
    """Return a README whose markers have *between* between them."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"README.md has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{between}\n{END}{after}"


def table(report: Report) -> str:
    """Return the table with what it was measured on."""
    rows = "\n".join(_line(line, report.row(line.benchmark, line.name, line.peer)) for line in LINES)
    machine = report.platform
    packages = ", ".join(f"{name} {report.versions[name]}" for name in VERSIONS if name in report.versions)
    return f"""\
Measured on {report.date} by `make bench`, ours and the peers in one run: {machine["python"]}, {machine["system"]}, \
{machine["cpus"]} processors;
{packages}.
Medians; the last column is the median of the rounds' ratios, with their quartiles.
Less is better, unless said. It is one machine on one day: your figures will differ.

{HEAD}
{rows}

[All rows](benchmarks/results.md), also those that miss their target; [how they are measured](benchmarks/README.md)."""


def _line(line: Line, row: Row | None) -> str:
    if row is None or row.ours is None:
        cells = [line.words, "–", line.peer, "–", "not measured"]
    elif row.theirs is None:
        cells = [line.words, figure(row.ours, row.unit), line.peer, "–", row.note]
    else:
        ours, theirs = (f"{plainly(one)} {row.unit}" for one in (row.ours, row.theirs))
        lost = row.ratio is not None and row.ratio.low <= 0
        cells = [line.words, ours, line.peer, theirs, "lost in the noise" if lost else figure(row.ratio, "")]
    return f"| {' | '.join(cells)} |"


def plainly(one: Figure) -> str:
    """Return the median; an overhead that some rounds found below 0 is as good as none."""
    return "≈ 0" if one.low <= 0 else number(one.median)


if __name__ == "__main__":
    raise SystemExit(main())
