"""Soak: `python tests/soak/soak.py [CALLS]`: calls of every kind in one real kernel, and what is left of them.

Memory is the kernel's resident set after `gc` and `malloc_trim`, compared with
itself after a warm-up; everything else must come back to what it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "kernel"))

WARM_UP, CALLS, CELL = 500, 10_000, 50
GROWTH_MB = 20.0
"""for 10,000 calls after a warm-up of 500"""
SETTLES_S = 10.0


def main() -> None:
    """Soak, print what was held before and after."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", nargs="?", type=int, default=CALLS)
    options = parser.parse_args()
    began = time.monotonic()
    before, after, done = soaked(options.calls, told=True)
    print(json.dumps({"before": before, "after": after, "calls": done}, indent=2))
    growth = after["rss_mb"] - before["rss_mb"]
    print(
        f"{options.calls:,} calls in {time.monotonic() - began:.0f} s: {growth:+.1f} MB (≤ {GROWTH_MB:g} MB)"
    )


def soaked(calls: int, warm_up: int = WARM_UP, *, told: bool = False) -> tuple[Any, Any, Any]:
    """Return what a kernel holds before and after *calls* calls, and how many there were of each kind."""
    with soaking() as kernel:
        kernel.ok("import working\nwork = working.Work()")
        _work(kernel, warm_up)
        before = at_rest(kernel)
        for start in range(0, calls, 20 * CELL):
            _work(kernel, min(20 * CELL, calls - start))
            if told:
                print(start + 20 * CELL, at_rest(kernel), file=sys.stderr, flush=True)
        after = at_rest(kernel)
        done = json.loads(kernel.ok("print(json.dumps(work.done))").stdout)
        kernel.ok("work.close()")
    return before, after, done


@contextmanager
def soaking() -> Iterator[Any]:
    """Yield a kernel with the extension loaded and this folder importable."""
    from driver import Kernel

    kernel = Kernel(sys.executable, cwd=HERE.parents[1])
    try:
        kernel.ok(
            f"import json, sys\nsys.path.insert(0, {str(HERE)!r})\nimport looking\n%load_ext mcp_notebook"
        )
        yield kernel
    finally:
        kernel.close()


def _work(kernel: Any, calls: int) -> None:
    for start in range(0, calls, CELL):
        kernel.ok(f"_ = work.some({min(CELL, calls - start)})")


def at_rest(kernel: Any) -> dict[str, Any]:
    """Return what *kernel* holds once nothing is under way."""
    deadline = time.monotonic() + SETTLES_S
    looks: list[dict[str, Any]] = []
    while len(looks) < 2 or _moving(*looks[-2:]):
        if time.monotonic() > deadline:
            break
        looks.append(json.loads(kernel.ok("print(looking.look())").stdout))
        time.sleep(0.2)
    return looks[-1]


def _moving(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return any(before[name] != after[name] for name in ("threads", "files", "tasks", "running"))


if __name__ == "__main__":
    main()
