"""Run the benchmarks: `python benchmarks/run.py [--quick] [NAME]...`, all of them without a name.

With `--quick`, those that know a small size take it: to see that they run, not for their figures. Prints a Markdown table and writes build/benchmarks.json. The verdicts are for
reading: a missed target is no failure, only a crash is.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

from rows import Row, markdown

BENCHMARKS = (
    "loop_overhead",
    "loop_setup",
    "loop_bars",
    "loop_exact",
    "watchers",
    "call_latency",
    "load_ext",
    "widget_messages",
    "flood",
    "main_speed",
    "flood_drawing",
    "flood_many",
    "kept_history",
    "time_left",
)
PACKAGES = (
    "mcp", "mcp-notebook", "ipykernel", "ipython", "ipywidgets",
    "tqdm", "rich", "progressbar2", "speedups", "enlighten", "fastprogress", "alive-progress",
)  # fmt: skip
ROOT = Path(__file__).parents[1]
REPORT = ROOT / "build" / "benchmarks.json"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", type=_known, default=BENCHMARKS, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small sizes, where a benchmark has them")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.names:
        print(f"{name}…", file=sys.stderr, flush=True)
        rows += measured(importlib.import_module(name), quick=options.quick)
    print(markdown(rows))
    REPORT.parent.mkdir(exist_ok=True)
    report = {"versions": versions(), "rows": [row.as_dict() for row in rows]}
    REPORT.write_text(json.dumps(report, indent=2) + "\n")


def measured(benchmark: ModuleType, *, quick: bool) -> list[Row]:
    """Return the rows of *benchmark*."""
    small = getattr(benchmark, "QUICK", None) if quick else None
    return benchmark.measure() if small is None else benchmark.measure(small)


def _known(name: str) -> str:
    if name not in BENCHMARKS:
        raise argparse.ArgumentTypeError(f"no benchmark {name!r}; there are: {', '.join(BENCHMARKS)}")
    return name


def versions() -> dict[str, str]:
    """Return what was measured, and on what."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main()
