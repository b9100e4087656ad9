"""Rate and time left, from any values at any moments: nobody asks whether they can be computed.

What holds after every notification, and at every look between two:

- reporting, looking and ending raise nothing, and the words for what is seen can be said;
- the rate is unknown, or finite and not negative;
- the time left is unknown, or finite and positive; it lies within what is likely, where that is said;
- nothing is left when the total is reached, or not known, or when it has ended.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.progress import Tracker, words

from .values import LARGE, SMALL, Clock, effort

EXTREMES = (0.0, SMALL, 1e-9, 0.1, 1.0, 7, 1e15, 2**53, 2**53 + 2, 1e154, 1e307, LARGE)
values = st.sampled_from(EXTREMES) | st.floats(0, LARGE) | st.floats(0, 1)
totals = st.none() | st.sampled_from(EXTREMES[1:]) | st.floats(0, 100)
pauses = st.sampled_from([0.0, 5e-324, 1e-12, 1e-6, 0.02, 0.06, 0.3, 1.0, 4.0, 60.0, 1e6, 1e12])
jumps = st.lists(st.tuples(pauses, values, totals), max_size=40)


@st.composite
def journeys(draw):
    """Generate a count to a total: any size of step, any pace, that may bend, stop and jump."""
    count, size = draw(st.integers(2, 400)), draw(st.sampled_from([1.0, SMALL, 1e-3, 1e12, LARGE / 1e3]))
    total = draw(st.sampled_from([count * size, count * size * 1e3, size, 1.7e308, 5e-324]))
    pace, bend = draw(st.sampled_from([1e-6, 0.01, 1.0, 1e4])), draw(st.sampled_from([0.0, 0.5, 1.0, 3.0]))
    waits = draw(st.dictionaries(st.integers(0, count), st.sampled_from([0.0, 3.0, 1e3, 1e9]), max_size=3))
    return [
        (
            waits.get(n, pace * (1 + n) ** bend),
            min(n * size, 1.7e308),
            total if math.isfinite(total) else None,
        )
        for n in range(count)
    ]


def assert_sane(call) -> None:
    """Fail where what is shown could not be true."""
    now = call.snapshot()
    assert now.rate is None or (math.isfinite(now.rate) and now.rate >= 0)
    assert now.eta is None or 0 < now.eta < math.inf
    if now.left is not None:
        low, high = now.left
        assert 0 < low <= now.eta <= high < math.inf
    if now.total is None or now.progress >= now.total or not now.running:
        assert (now.eta, now.left) == (None, None)
    assert words.line("work", now)


@effort(120)
@given(jumps | journeys(), pauses, st.integers(1, 50))
def test_an_estimate_is_a_number_or_nothing(told, silence, stride):
    """Tiny steps, totals near the end of floats, pauses of nanoseconds and of ages."""
    clock = Clock()
    clock.now = 0.0
    call = Tracker(clock).open("work")
    for at, (pause, value, total) in enumerate(told):
        clock.now += pause
        call.report(value, total)
        if at % stride == 0:
            assert_sane(call)
    for _ in range(2):
        assert_sane(call)
        clock.now += silence
    call.finish("done")
    assert_sane(call)


@pytest.mark.parametrize(("small", "large"), [(1, 1e307), (0.5, 8e153), (5e-324, 1)])
def test_a_leap_beyond_all_measure_harms_nobody(small, large):
    """Looking raises nothing, and ending it ends it."""
    clock = Clock()
    call = Tracker(clock).open("work")
    for value in (0, small, large):
        call.report(value, 1.7e308)
        clock.now += 1.0

    call.finish("done")
    assert call.status == "done"
