"""Three hundred calls of every kind in one kernel leave nothing behind; `soak.py` makes ten thousand."""

from __future__ import annotations

import sys

import pytest

from .soak import soaked

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="memory and descriptors are looked up in /proc"
)

CALLS, WARM_UP = 300, 150
GROWTH_MB = 12.0
SAME = ("threads", "tasks", "running")
POOL = 8
"""HTTP connections that may be kept alive: as many as a map has calls at once"""


@pytest.mark.timeout(300)
def test_calls_of_every_kind_and_every_end_leave_nothing_but_what_is_bounded():
    """Neither memory nor models, threads, descriptors, tasks or running operations grow with the calls."""
    before, after, done = soaked(CALLS, WARM_UP)

    assert sum(done.values()) >= CALLS + WARM_UP
    assert set(done) >= {"call", "fail", "started", "cancelled", "timed_out", "mapped"}
    assert {name: after[name] for name in SAME} == {name: before[name] for name in SAME}
    assert after["files"] <= before["files"] + POOL
    assert after["rss_mb"] - before["rss_mb"] <= GROWTH_MB
