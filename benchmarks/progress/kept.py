"""What stays in memory of a call that reported 10,000 times: ours against a callback that appends tuples.

Measured with `tracemalloc`: what the operation holds alone once it has ended,
and what a tracker full of them does (16 MiB of histories, and the operations themselves).
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..rows import Row, alone, beside

MEGABYTE = 1e6
ONE_MB, ALL_MB = 0.1, 20.0
TUPLES = "a list of tuples"
MESSAGES = {"short messages": 0, "messages of 2,000 characters": 2_000}


@dataclass(frozen=True)
class Plan:
    """How many reports a call makes, and how many calls there are."""

    events: int
    calls: int


FULL = Plan(events=10_000, calls=1_050)
QUICK = Plan(events=300, calls=3)


def measure(plan: Plan) -> Iterator[Row]:
    """Yield the megabytes that are kept of a call, and of as many as a tracker remembers."""
    _ours(QUICK, 0)  # imports
    for words, length in MESSAGES.items():
        ours, theirs = _kept(lambda at=length: _ours(plan, at)), _kept(lambda at=length: _tuples(plan, at))
        name = f"kept of a call with {plan.events:,} reports, {words}"
        yield beside(TUPLES, name, "MB", [ours], [theirs], bound=ONE_MB, bounded="ours")
    everything = _kept(lambda: _many(plan))
    name = f"kept of {plan.calls:,} ended calls, each with 300 messages of 2,000 characters"
    yield alone(name, "MB", [everything], ALL_MB)


def _ours(plan: Plan, length: int) -> Any:
    from mcp_notebook.progress import Tracker

    tracker = Tracker()
    _report(tracker.open("work"), plan.events, length)
    return tracker


def _many(plan: Plan) -> Any:
    from mcp_notebook.progress import Tracker

    tracker = Tracker()
    for _ in range(plan.calls):
        _report(tracker.open("work"), 300, 2_000)
        tracker.take()  # as whoever draws does
    return tracker


def _report(operation: Any, events: int, length: int) -> None:
    for n in range(1, events + 1):
        operation.report(n, events, _message(n, length))
    operation.finish("done")


def _tuples(plan: Plan, length: int) -> Any:
    count = plan.events
    return [(n / 7, float(n), float(count), _message(n, length)) for n in range(1, count + 1)]


def _message(number: int, length: int) -> str:
    return f"item {number}".ljust(length, ".")


def _kept(make: Callable[[], Any]) -> float:
    """Return the megabytes that what *make* returns holds."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = make()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return (after - before) / MEGABYTE
