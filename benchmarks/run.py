"""Run the benchmarks: `python benchmarks/run.py [NAME]...`, all of them without a name.

Prints a Markdown table and writes build/benchmarks.json. The verdicts are for
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

from rows import Row, markdown

BENCHMARKS = ("call_latency", "load_ext", "widget_messages", "flood")
PACKAGES = ("mcp", "mcp-notebook", "ipykernel", "ipython", "ipywidgets", "tqdm")
ROOT = Path(__file__).parents[1]
REPORT = ROOT / "build" / "benchmarks.json"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", type=_known, default=BENCHMARKS, metavar="NAME")
    names = parser.parse_args().names
    rows: list[Row] = []
    for name in names:
        print(f"{name}…", file=sys.stderr, flush=True)
        rows += importlib.import_module(name).measure()
    print(markdown(rows))
    REPORT.parent.mkdir(exist_ok=True)
    report = {"versions": versions(), "rows": [row.as_dict() for row in rows]}
    REPORT.write_text(json.dumps(report, indent=2) + "\n")


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
