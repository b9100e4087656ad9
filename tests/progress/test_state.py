"""The specification's progress rules, as values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.progress import Progress, Update, finish, fold, restart

START = Progress()


def folded(*updates: Update) -> Progress:
    state = START
    for second, update in enumerate(updates, 1):
        state = fold(state, update, at=float(second))
    return state


@pytest.mark.spec("progress.value", "progress.total", "progress.message")
def test_a_report_becomes_the_newest_state():
    """Value, total and message are what was sent."""
    state = folded(Update(3, 10, "copying"))

    assert (state.progress, state.total, state.message, state.fraction) == (3.0, 10.0, "copying", 0.3)


@pytest.mark.spec("schema.numbers")
@pytest.mark.parametrize("sent", [float("nan"), math.inf, -math.inf, 10**400, True, "5", None, [1], -1, -0.5])
def test_what_is_not_a_finite_number_of_at_least_zero_is_dropped_and_counted(sent):
    """The bar holds; the fault is counted."""
    state = folded(Update(3, 10), Update(sent, 10, "poison"))

    assert state.progress == 3
    assert state.message is None
    assert state.repairs.rejected == 1


@pytest.mark.spec("schema.numbers")
@pytest.mark.parametrize("sent", [0, -5, float("nan"), math.inf, 10**400, "10", False])
def test_a_total_that_is_no_total_is_shown_as_unknown(sent):
    """No percentage is made of it."""
    state = folded(Update(3, sent))

    assert (state.total, state.fraction, state.repairs.totals) == (None, None, 1)


@pytest.mark.spec("progress.increase")
@pytest.mark.parametrize("sent", [3, 2, 0])
def test_a_value_that_does_not_increase_holds_the_bar(sent):
    """Spec: progress must increase with each notification."""
    state = folded(Update(3, 10), Update(sent, 10, "still here"))

    assert (state.progress, state.message, state.repairs.held) == (3, "still here", 1)


def test_zero_as_the_first_value_is_no_fault():
    """Many servers begin with 0."""
    assert folded(Update(0, 10)).repairs.held == 0


def test_a_drop_with_another_total_is_a_new_stage():
    """A server that rescales begins to count anew."""
    state = folded(Update(50, 100), Update(1, 3))

    assert (state.progress, state.total, state.stage, state.repairs.held) == (1, 3, 1, 0)


def test_a_total_may_grow_and_be_passed_by():
    """It is shown as what it is: over 100 %."""
    assert folded(Update(5, 10), Update(6, 20)).total == 20
    assert folded(Update(15, 10)).fraction == 1.5


def test_a_message_is_one_printable_line():
    """ANSI, control characters and bidi controls never pass."""
    state = folded(Update(1, 2, "a\nb\x1b[31mred\x1b[0m\u202e!\x07"))

    assert state.message == "a bred!"
    assert state.repairs.messages == 1


def test_a_megabyte_of_message_is_cut():
    """History keeps at most 2,000 characters."""
    assert len(folded(Update(1, 2, "x" * 1_000_000)).message) == 2_000


def test_a_message_that_is_not_text_leaves_the_last_one():
    """Only the fault is counted."""
    state = folded(Update(1, 2, "one"), Update(2, 2, 7))

    assert (state.message, state.repairs.messages) == ("one", 1)


@pytest.mark.spec("progress.stop")
def test_a_finished_token_takes_nothing_more():
    """What comes late is counted and changes nothing."""
    ended = finish(folded(Update(3, 10)), "done", at=2.0)

    late = fold(ended, Update(9, 10, "late"), at=3.0)

    assert (late.progress, late.status, late.message, late.repairs.late) == (3, "done", None, 1)


def test_the_first_end_counts():
    """A cancelled call stays cancelled whatever the server answers later."""
    assert finish(finish(START, "cancelled", at=1.0), "done", at=2.0).status == "cancelled"


def test_a_new_round_begins_at_nothing_and_is_counted():
    """Several rounds of one request keep one bar."""
    state = restart(folded(Update(7, 10)), at=2.0)

    assert (state.progress, state.total, state.updates, state.stage) == (0, None, 0, 1)


def test_silence_is_a_stall_only_beyond_the_usual_gap():
    """Amber means: several times as long as usual, and at least three seconds."""
    brisk = Progress(progress=5, updates=5, gap=0.1)

    assert not Progress(progress=5, updates=5, gap=0.1, silent=2.9).stalled
    assert Progress(progress=5, updates=5, gap=0.1, silent=3.1).stalled
    assert not Progress(progress=5, updates=5, gap=10, silent=30).stalled
    assert not finish(brisk, "done", at=99).stalled


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.integers(10**300, 10**320)
)


@given(st.lists(st.tuples(ANYTHING, ANYTHING, ANYTHING)))
def test_whatever_is_sent_the_state_stays_within_what_was_sent(sent):
    """Finite, never negative, never more than the largest value sent; falls only with a new stage."""
    state = START
    for at, update in enumerate(sent, 1):
        before, state = state, fold(state, Update(*update), at=float(at))
        assert math.isfinite(state.progress)
        assert state.progress >= 0
        assert state.total is None or (math.isfinite(state.total) and state.total > 0)
        assert state.progress >= before.progress or state.stage == before.stage + 1
        assert state.message is None or len(state.message) <= 2_000
    assert state.progress <= max([0.0, *(as_float(p) for p, *_ in sent)])


def as_float(value) -> float:
    """The float that a sent value stands for, 0 where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        return float(value) if math.isfinite(value) else 0.0
    except OverflowError:
        return 0.0


@pytest.mark.spec("progress.float")
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 1e6))
def test_the_end_shows_the_largest_value_of_a_well_formed_stream(values, total):
    """Nothing valid is lost on the way."""
    state = folded(*(Update(v, total) for v in values))

    assert state.progress == max(values)
    assert state.updates == len(values)
