"""Which benchmarks there are, in the order of their rooms, and how one is run.

Rules: a benchmark is a module with `measure(plan)`, which yields rows, and its plans
`FULL` and `QUICK`; its docstring's first line says what is compared with what. One that
crashes keeps the rows it has, has one more that says so, and the others go on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from time import perf_counter

from .rounds import out
from .rows import Row

BENCHMARKS = (
    "loops.items",
    "loops.async_items",
    "loops.by_hand",
    "loops.short",
    "loops.bars",
    "loops.exact",
    "calls.latency",
    "floods.cost",
    "floods.many",
    "floods.main_speed",
    "floods.drawing",
    "watching.busy",
    "notebook.load_ext",
    "notebook.messages",
    "progress.time_left",
    "progress.kept",
)


@dataclass(frozen=True)
class Result:
    """What a benchmark is *about*, its rows, and how many s it took."""

    name: str
    about: str
    seconds: float
    rows: tuple[Row, ...]


def named(name: str) -> tuple[str, ...]:
    """Return the benchmarks that *name* stands for: one, or all of a room; none where it is unknown."""
    return tuple(one for one in BENCHMARKS if name in (one, one.split(".")[0]))


def run(names: Iterable[str], *, quick: bool) -> Iterator[Result]:
    """Run the benchmarks one after another, and tell each one's time on stderr."""
    for name in names:
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        result = measured(name, quick=quick)
        missed = sum(row.met is False for row in result.rows)
        words = f"{len(result.rows)} rows" + (f", {missed} missed" if missed else "")
        print(f"{result.seconds:.1f} s, {words}", file=sys.stderr, flush=True)
        yield result


def measured(name: str, *, quick: bool) -> Result:
    """Run one benchmark."""
    began, rows = perf_counter(), []
    module = import_module(f"{__package__}.{name}")
    try:
        for row in module.measure(module.QUICK if quick else module.FULL):
            rows.append(row)  # noqa: PERF402 - those that came before a crash are kept
    except Exception as error:
        rows.append(Row("the benchmark did not come to its end", note=out(error)))
    about = module.__doc__.splitlines()[0]
    return Result(name, about, perf_counter() - began, tuple(rows))
