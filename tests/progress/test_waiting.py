"""While the person here is asked, the other side is not silent."""

from __future__ import annotations

import pytest

from mcp_notebook.progress import Tracker, words
from mcp_notebook.progress.waiting import REMEMBERED, Waiting


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    """A clock that stands still."""
    return Clock()


def test_an_open_question_is_said_in_place_of_silence(clock):
    """However long it takes; afterwards silence counts from the answer on."""
    operation = Tracker(clock).open("work", patience=5)
    operation.report(3, 10)
    with operation.waiting():
        clock.now += 1_000
        state = operation.snapshot()
        assert (state.waiting, state.stalled, state.silent, state.waited) == (True, False, 0.0, 1_000)
        assert words.live(state) == "3/10 · 30 % · waiting for your answer"
        assert operation.heard == clock.now

    clock.now += 2
    assert not operation.snapshot().stalled
    clock.now += 2
    assert operation.snapshot().stalled


def test_the_receipt_tells_how_long_it_waited_and_leaves_that_out_of_the_rate(clock):
    """Ten in 12 s, 10 s of them for an answer: five a second."""
    operation = Tracker(clock).open("work")
    with operation.waiting():
        clock.now += 10
    clock.now += 2
    operation.report(10, 10)
    operation.finish("done")

    said = words.receipt(operation.snapshot())
    assert said == "10/10 in 12 s (10 s of it for your answers) · 5/s · done"


def test_an_end_in_the_middle_of_a_question_counts_what_was_waited(clock):
    """Whether or not anything was ever reported."""
    operation = Tracker(clock).open("work")
    with operation.waiting():
        clock.now += 3
        operation.finish("interrupted")
        clock.now += 9

    state = operation.snapshot()
    assert (state.waited, state.waiting, state.elapsed) == (3, False, 3)


def test_questions_side_by_side_are_waited_for_once():
    """From the first one's beginning to the last one's end; only so many spans are kept."""
    waiting = Waiting()
    waiting.begin(1)
    waiting.begin(2)
    waiting.end(3)
    assert waiting
    assert waiting.seconds(4) == 3
    waiting.end(5)
    assert not waiting
    assert waiting.seconds(9) == 4
    assert waiting.spans(9) == ((1, 5),)

    for begun in range(10, 10 + 3 * REMEMBERED, 2):
        waiting.begin(begun)
        waiting.end(begun + 1)
    assert len(waiting.spans(1_000)) == REMEMBERED
