"""What this process holds on to: threads, tasks, children, descriptors, running bars."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mcp_notebook.runtime import running

PASSING = ("mcp_notebook-import", "asyncio_", "web", "pytest")
"""threads that are not a connection's: the validator's import, a loop's executor, the servers of the tests"""


Residue = Counter[str]
"""how many there are of each kind"""


def residue() -> Residue:
    """Look now."""
    names = (re.sub(r"-?\d+$", "", thread.name) for thread in threading.enumerate())
    return Counter(
        [f"thread {name}" for name in names if not name.startswith(PASSING)]
        + [f"task {name}" for name in tasks()]
        + ["child"] * len(children())
        + [*files().elements()]
        + [f"bar {label}" for label in bars()]
    )


def settles(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Return whether *condition* comes to hold, within a bound."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def no_more_than(before: Residue, seconds: float = 3.0) -> bool:
    """Return whether the process comes back to *before*; shows what is more where it does not."""
    if settles(lambda: residue() <= before, seconds):
        return True
    print("more than before:", residue() - before)
    return False


def tasks() -> list[str]:
    """Return what is under way on the background loop."""
    if (runtime := running()) is None:
        return []

    async def look() -> list[str]:
        me = asyncio.current_task()
        return [repr(task.get_coro()).split(" at ")[0] for task in asyncio.all_tasks() if task is not me]

    return asyncio.run_coroutine_threadsafe(look(), runtime.loop).result(20)


def children() -> tuple[int, ...]:
    """Return the processes that this one has started and not buried."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [int(pid) for pid in (task / "children").read_text().split()]
        except OSError:
            continue
    return tuple(sorted(found))


def files() -> Counter[str]:
    """Return how many descriptors of each kind are open."""
    kinds: Counter[str] = Counter()
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208 - the descriptor of the listing itself is skipped
        try:
            target = os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
        except OSError:
            continue
        kind = target.partition(":")[0]
        if kind in ("socket", "pipe"):
            kinds[kind] += 1
    return kinds


def bars() -> tuple[str, ...]:
    """Return the operations that still run."""
    runtime = running()
    return () if runtime is None else tuple(o.label for o in runtime.tracker.running())
