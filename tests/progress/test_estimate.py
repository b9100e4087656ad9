"""Rate and time left: right where it can be known, a range where it cannot, silent where nobody can say."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.progress import Progress, Tracker, finish, words
from mcp_notebook.progress.estimate import SAMPLES, Estimator

times = st.floats(0, 1e6) | st.sampled_from([0.0, 1e-300, 1e300, -5.0])
values = st.floats(0, 1e6) | st.sampled_from([0.0, 1e-300, 5e-324, 1e300, 1.7e308]) | st.integers(0, 50)
totals = (
    st.none() | st.floats(0, 1e6) | st.sampled_from([1e-300, 5e-324, 1e300, 1.7e308]) | st.integers(0, 60)
)


def learned(durations, begin=0.0):
    """Return an estimator that saw items of these durations, and when the last was done."""
    estimator, at = Estimator(), begin
    estimator.note(begin, 0)
    for done, at in enumerate(accumulate(durations, initial=begin)):
        estimator.note(at, done)
    return estimator, at


def width(span):
    """Return how many times the least the most is."""
    low, high = span
    return high / low


@given(st.lists(st.tuples(times, values, times, totals), max_size=60))
def test_whatever_is_noted_the_answer_is_none_or_a_range_around_the_best_guess(steps):
    """Restarts, repeats, clocks that go back, numbers of any size: finite, over 0, in order."""
    estimator = Estimator()
    for at, value, asked_at, total in steps:
        estimator.note(at, value)
        eta, span, rate = estimator.eta(asked_at, total), estimator.left(asked_at, total), estimator.rate()
        assert (eta is None) == (span is None)
        assert rate is None or 0 < rate < math.inf
        if span is not None:
            assert 0 < span[0] <= eta <= span[1] < math.inf


@given(st.floats(1e-3, 1e3), st.integers(20, 300), st.integers(0, 1_000))
def test_steady_work_is_known_almost_exactly(each, count, more):
    """Nine tenths are done: one number; how many more there are changes little."""
    estimator, at = learned([each] * count)
    total = count + count // 9 + more
    truth = (total - count) * each

    if count * each < 0.3:
        return
    assert estimator.eta(at, total) == pytest.approx(truth, rel=0.05, abs=0.1)
    if not more:
        assert width(estimator.left(at, total)) < 1.5


@given(st.integers(0, 2**32))
def test_noise_does_not_shake_the_estimate(seed):
    """Items that take between nothing and twice the mean: at half of them within a third."""
    random = Random(seed)
    estimator, at = learned([random.uniform(0, 2) for _ in range(200)])

    assert 200 / 1.34 < estimator.eta(at, 400) < 200 * 1.34


def test_one_sample_says_nothing():
    estimator = Estimator()
    assert (estimator.rate(), estimator.eta(0.0, 10), estimator.left(0.0, 10)) == (None, None, None)
    estimator.note(0.0, 1)
    assert (estimator.rate(), estimator.eta(1.0, 10), estimator.left(1.0, 10)) == (None, None, None)


def test_nothing_is_said_without_a_total_or_when_all_is_done():
    estimator, at = learned([1.0] * 10)

    assert [estimator.eta(at, total) for total in (None, 10, 9, 0)] == [None] * 4


def test_few_steps_give_a_range_and_many_a_number():
    """Two of five big steps are thin evidence for the other three."""
    few, at = learned([30.0, 20.0])
    many, later = learned([0.1] * 500)

    assert width(few.left(at, 5)) > 2
    assert width(many.left(later, 1_000)) < 1.3


def test_work_of_uneven_items_gives_a_wider_range_than_steady_work():
    """A few items take most of the time."""
    random = Random(3)
    uneven, at = learned([random.lognormvariate(0, 1.5) for _ in range(60)])
    steady, later = learned([1.0] * 60)

    assert width(uneven.left(at, 120)) > 1.5 * width(steady.left(later, 120))


def test_the_estimate_follows_a_change_of_speed():
    """A hundred quick items, then slow ones: soon it counts on slow ones."""
    estimator, at = learned([0.1] * 100 + [1.0] * 20)

    assert estimator.eta(at, 200) == pytest.approx(80, rel=0.25)


def test_warming_up_is_forgotten():
    """The first steps compile: 30 s for what later takes 1 s each."""
    estimator, at = learned([20.0, 8.0, 2.0] + [1.0] * 30)

    assert estimator.eta(at, 133) == pytest.approx(100, rel=0.15)


def test_a_steady_slowdown_is_foreseen():
    """Each item takes longer than the one before it: a mean of the past is far too low."""
    estimator, at = learned([0.01 * n for n in range(1, 101)])
    truth = sum(0.01 * n for n in range(101, 201))

    assert estimator.eta(at, 200) == pytest.approx(truth, rel=0.15)
    assert at < truth / 2.9


def test_bursts_are_no_speed():
    """Twenty-five items at once every 4 s: after a burst, and just before the next."""
    estimator, at = Estimator(), 0.0
    estimator.note(0.0, 0)
    for batch in range(20):
        at += 4.0
        for n in range(1, 26):
            at += 0.001
            estimator.note(at, batch * 25 + n)

    assert estimator.eta(at, 1_000) == pytest.approx(80, rel=0.1)
    assert estimator.eta(at + 3.5, 1_000) == pytest.approx(76.5, rel=0.1)


def test_one_long_pause_is_an_accident():
    """A laptop sleeps for ten minutes, once: what is left takes as long as before."""
    estimator, at = learned([0.5] * 100 + [600.0] + [0.5] * 50)

    assert estimator.eta(at, 300) == pytest.approx(74.5, rel=0.15)
    assert width(estimator.left(at, 300)) > 1.5


def test_pauses_that_come_again_are_part_of_the_work():
    """Validation after each epoch, which counts nothing."""
    epoch = [0.2] * 49 + [10.0]
    estimator, at = learned(epoch * 6)

    assert estimator.eta(at, 600) == pytest.approx(6 * sum(epoch), rel=0.15)


def test_while_nothing_comes_the_time_left_never_counts_down_to_nothing():
    """It goes down during a usual wait, then grows, then nothing is said."""
    estimator, at = learned([1.0] * 40)
    said = [estimator.eta(at + wait / 10, 41) for wait in range(600)]
    known = [one for one in said if one is not None]

    assert known[5] < known[0]
    assert all(one > 0 for one in known)
    assert all(one <= other for one, other in pairwise(known[10:]))
    assert known[-1] > 10
    assert said[-1] is None


def test_the_time_left_grows_while_much_is_left_and_nothing_comes():
    estimator, at = learned([1.0] * 40)

    assert estimator.eta(at + 1, 80) < estimator.eta(at, 80) < estimator.eta(at + 20, 80)
    assert width(estimator.left(at + 20, 80)) > width(estimator.left(at, 80))


def test_news_after_a_silence_are_believed_again():
    estimator, at = learned([1.0] * 40)
    assert estimator.eta(at + 100, 80) is None
    estimator.note(at + 100, 41)

    assert estimator.eta(at + 100, 80) > 0


def test_a_drop_begins_anew():
    """A new stage: nothing of the one before counts, and nothing is said at first."""
    estimator, at = learned([0.1] * 200)
    estimator.note(at + 1, 0)
    assert estimator.eta(at + 1, 100) is None
    for n in range(1, 31):
        estimator.note(at + 1 + 2 * n, n)

    assert estimator.eta(at + 61, 100) == pytest.approx(140, rel=0.05)


@pytest.mark.parametrize(("total", "truth"), [(100, 60), (200, 160), (50, 10), (41, 1)])
def test_a_changed_total_counts_at_once(total, truth):
    estimator, at = learned([1.0] * 40)
    estimator.eta(at, 80)

    assert estimator.eta(at, total) == pytest.approx(truth, rel=0.05)


def test_a_clock_that_goes_back_or_stands_does_no_harm():
    estimator = Estimator()
    for n in range(100):
        estimator.note(n - 5 * (n % 3 == 0), n)
    assert estimator.eta(99.0, 200) == pytest.approx(100, rel=0.2)

    stands = Estimator()
    for n in range(100):
        stands.note(7.0, n)
    assert stands.eta(7.0, 200) is None


@given(st.floats(1e-150, 1e150), st.floats(1e-2, 1e6))
def test_the_unit_does_not_matter(unit, second):
    """Bytes or gigabytes, seconds or hours: the same share of the same time."""
    plain, scaled = Estimator(), Estimator()
    for n in range(60):
        plain.note(n * second, n)
        scaled.note(n * second, n * unit)

    said = plain.eta(59 * second, 100)
    assert scaled.eta(59 * second, 100 * unit) == (said and pytest.approx(said, rel=1e-3))


@pytest.mark.parametrize("total", [1e9, 1e100, 1.7e308])
def test_a_total_beyond_all_bounds_is_far_away_or_unknown(total):
    estimator, at = learned([0.1 * n for n in range(40)])
    eta = estimator.eta(at, total)

    assert eta is None or 1e9 < eta < math.inf


@given(st.integers(0, 20_000), st.floats(1e-5, 1e3))
def test_memory_is_bounded_and_the_beginning_is_kept(count, each):
    estimator = Estimator()
    for n in range(count):
        estimator.note(n * each, n)

    kept = estimator._samples
    assert len(kept) <= SAMPLES
    assert not count or (kept[0], kept[-1]) == ((0, 0), ((count - 1) * each, count - 1))
    assert all(a[0] <= b[0] and a[1] < b[1] for a, b in pairwise(kept))


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_snapshot_holds_the_range_around_its_estimate():
    """And lets go of it at the end."""
    clock = Clock()
    operation = Tracker(clock).open("work")
    for n in range(1, 6):
        clock.now += 10 + 5 * (n % 2)
        operation.report(n, 20)
    state = operation.snapshot()

    assert state.left[0] < state.eta < state.left[1]
    assert words.live(state).endswith(" left")
    assert "–" in words.live(state)
    assert finish(state, "done", 60).left is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (40, 55, "48 s left"),
        (20, 43, "20–45 s left"),
        (130, 290, "2–5 min left"),
        (61, 130, "60 s–3 min left"),
    ]
    + [
        (0.2, 0.9, "1 s left"),
        (0.2, 7.5, "1–8 s left"),
        (7_300, 20_000, "2–6 h left"),
        (3.1, 9.2, "3–10 s left"),
    ]
    + [(9e4, 4e5, "25 h–5 d left"), (1e9, 1e12, "10000–20000000 d left")],
)
def test_a_wide_range_is_said_as_two_round_numbers(low, high, said):
    """Rounded outwards: never narrower than what is known."""
    middle = (low + high) / 2

    assert words.time_left(middle, (low, high)) == said


def test_no_estimate_is_no_word():
    assert words.left(Progress(updates=1)) == words.time_left(None, (1, 9)) == ""


@given(st.floats(1, 1e8), st.floats(1.6, 100))
def test_what_is_said_holds_what_is_known(low, factor):
    """The words of a range, read again, hold the range."""
    sizes = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
    high = 3 + low * factor
    one, other = words.time_left(low * 1.2, (low, high)).removesuffix(" left").split("–")
    last, unit = other.split()
    first, *own = one.split()

    assert float(first) * sizes[own[0] if own else unit] <= low * (1 + 1e-9)
    assert float(last) * sizes[unit] >= high * (1 - 1e-9)
