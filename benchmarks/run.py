"""Run the benchmarks: `python benchmarks/run.py [--quick] [NAME]…`; a NAME is `loops.items`, or a room such as `loops`.

A full run of all of them writes benchmarks/results.md and results.json, which are committed;
with names, or with `--quick` (small sizes: to see that they run, not for their figures), both
go to build/benchmarks/, as does what there is of a run that was stopped. The table is printed, too. The verdicts are for reading: a missed
target is no failure.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if not __package__:  # run as a script: what is imported is the package, not its modules one by one
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import suite, tables
from benchmarks.report import Report

HERE = Path(__file__).parent
ASIDE = HERE.parent / "build" / "benchmarks"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", type=_known, metavar="NAME", help=", ".join(suite.BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small sizes")
    options = parser.parse_args()
    names = list(dict.fromkeys(one for several in options.names for one in several))
    results = []
    for result in suite.run(names or suite.BENCHMARKS, quick=options.quick):
        results.append(result)
        write(report := Report.of(results), ASIDE)
    print(tables.page(report))
    if not (names or options.quick):
        write(report, HERE)


def write(report: Report, folder: Path) -> None:
    """Write both files of *report*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(report.as_json(), encoding="utf-8")
    (folder / "results.md").write_text(tables.page(report), encoding="utf-8")


def _known(name: str) -> tuple[str, ...]:
    if not (found := suite.named(name)):
        raise argparse.ArgumentTypeError(f"no benchmark {name!r}; there are: {', '.join(suite.BENCHMARKS)}")
    return found


if __name__ == "__main__":
    main()
