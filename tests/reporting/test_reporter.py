"""What one watcher is told: strictly increasing, finite, paced, the last state always, one line each."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.reporting.reporter import INTERVAL_S, NUDGE, SLACK_S, Reporter
from mcp_notebook.tracking.fold import Reading

APART_S = INTERVAL_S - SLACK_S

progresses = st.floats(-1e12, 1e12) | st.sampled_from([math.nan, math.inf, -math.inf]) | st.integers(0, 20)
totals = st.none() | st.floats(1e-3, 1e12) | st.integers(1, 20)
readings = st.lists(st.tuples(progresses, totals, st.floats(0, 1.0)), max_size=60)


@given(readings, st.booleans())
def test_reports_increase_are_finite_and_keep_their_distance(steps, ends):
    """Whatever the notebook does; only the last may come early."""
    reporter, now = Reporter("work"), 100.0
    told = []
    for index, (progress, total, pause) in enumerate(steps):
        now += pause
        last = ends and index == len(steps) - 1
        report = reporter.offer(Reading(progress, total), now, last=last)
        if report is not None:
            told.append((now, report, last))

    values = [report.progress for _, report, _ in told]
    assert all(math.isfinite(value) for value in values)
    assert all(one < other for one, other in pairwise(values))
    for (before, _, _), (at, _, last) in pairwise(told):
        assert last or at - before >= APART_S - 1e-9
    for _, report, _ in told:
        assert report.total is None or (math.isfinite(report.total) and report.total > 0)
        assert 0 < len(report.message) <= 200
        assert "\n" not in report.message


@given(st.lists(st.integers(1, 10), min_size=1, max_size=30))
def test_the_last_state_is_always_told(steps):
    """A watcher that was told nothing for a while still learns the end."""
    reporter, at, count = Reporter(), 0.0, 0
    told = None
    for step in steps:
        count += step
        told = reporter.offer(Reading(count, None), at) or told
        at += 0.001
    final = reporter.offer(Reading(count, None), at, last=True)

    assert (final or told).progress == count


def test_a_flood_is_told_ten_times_a_second():
    reporter = Reporter()
    told = [reporter.offer(Reading(n, 10_000), n / 1000) for n in range(1, 10_001)]

    assert 100 <= len([report for report in told if report is not None]) <= 107


def test_what_stands_still_or_goes_back_is_not_told():
    reporter = Reporter()
    offered = [reporter.offer(Reading(p, 10), t) for t, p in enumerate([0, 0, 3, 3, 2, 3.5])]

    assert [report and report.progress for report in offered] == [0, None, 3, None, None, 3.5]


def test_what_is_held_back_does_not_take_the_turn_of_the_next():
    """A value that may not be told leaves the pace as it was."""
    reporter = Reporter()
    reporter.offer(Reading(5, 10), 0.0)
    assert reporter.offer(Reading(5, 10), 1.0) is None
    assert reporter.offer(Reading(6, 10), 1.01).progress == 6


def test_an_unknown_total_is_left_out():
    assert Reporter().offer(Reading(3, None), 0.0).total is None


def test_a_message_says_it_all_in_one_line():
    """Label, place, share, time left and message."""
    reporter = Reporter("training")
    reading = None
    for step in range(31):
        where = (f"epoch {step // 10}/10", f"batch {step % 10}/10")
        reading = reporter.offer(Reading(step / 10, 10, where, "loss 0.12"), step * 1.0) or reading

    assert reading.message == "training · epoch 3/10 · batch 0/10 · 30 % · 1 min 10 s left · loss 0.12"


def test_a_hundred_percent_are_said_only_when_they_are_reached():
    reporter = Reporter()
    almost = reporter.offer(Reading(9_999, 10_000, ("work 9999/10000",)), 0.0)
    done = reporter.offer(Reading(10_000, 10_000, ("work 10000/10000",)), 1.0, last=True)

    assert almost.message.endswith(" · 99 %")
    assert " · 100 %" in done.message


def test_a_long_message_is_cut():
    report = Reporter("x" * 300).offer(Reading(1, 2, ("y" * 300,), "z" * 300), 0.0)

    assert len(report.message) == 200
    assert report.message.endswith("…")


def test_a_waiting_request_gives_signs_of_life_that_increase():
    """Each is more than the one before, all are less than any work."""
    reporter = Reporter("train")
    signs = [reporter.nudge("train · waiting: a cell is running") for _ in range(100)]
    first = reporter.offer(Reading(1, 10), 0.0)

    values = [sign.progress for sign in signs]
    assert values == sorted(set(values))
    assert values[0] == 0
    assert values[-1] < 1
    assert values[1] == NUDGE
    assert {sign.total for sign in signs} == {None}
    assert first.progress == 1


def test_work_that_begins_at_zero_after_a_sign_of_life_does_not_go_back():
    reporter = Reporter()
    reporter.nudge("waiting")
    reporter.nudge("waiting")

    assert reporter.offer(Reading(0, 10), 1.0) is None
    assert reporter.offer(Reading(1, 10), 2.0).progress == 1


def test_the_time_left_is_said_once_it_is_known():
    reporter = Reporter()
    assert reporter.eta(Reading(0, 10), 0.0) is None
    for n in range(5):
        reporter.offer(Reading(n, 10), float(n))

    assert reporter.eta(Reading(4, 10), 4.0) == pytest.approx(6.0)
    assert reporter.eta(Reading(4, None), 4.0) is None


@pytest.mark.parametrize(("progress", "total"), [(1e307, 1.0), (1.0, 5e-324)])
def test_a_progress_far_beyond_its_total_is_told(progress, total):
    assert Reporter().offer(Reading(progress, total), 0.0).progress == progress


def test_a_total_that_takes_forever_is_told():
    reporter = Reporter()
    for n in range(1, 5):
        report = reporter.offer(Reading(n / 10, 1.7e308), float(n))

    assert report.progress == 0.4
