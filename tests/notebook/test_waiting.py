"""Blocking a cell: short waits, a bound, and an interrupt that cancels first."""

from __future__ import annotations

import itertools

import pytest

from mcp_notebook.notebook import waiting
from mcp_notebook.notebook.waiting import HEARTBEAT_S, SETTLE_S, block


class Waits:
    """A wait that ends at its *end*-th time; what it raises, and how long it was asked to take."""

    def __init__(self, end=None, raises=None) -> None:
        self.asked: list[float] = []
        self.end = end
        self.raises = dict(raises or {})

    def __call__(self, seconds):
        self.asked.append(seconds)
        if error := self.raises.get(len(self.asked)):
            raise error
        return self.end is not None and len(self.asked) >= self.end


@pytest.fixture
def ticking(monkeypatch):
    """A clock that goes on by 50 ms each time it is read."""
    monkeypatch.setattr(waiting.time, "monotonic", itertools.count(100, 0.05).__next__)


def never():
    """Must not be called."""
    raise AssertionError


def test_it_waits_in_short_pieces_until_the_end():
    """So that an interrupt arrives on every platform; clicks are looked for in between."""
    wait, polls = Waits(end=4), []

    assert block(wait, never, None, lambda: polls.append(1))
    assert wait.asked == [HEARTBEAT_S] * 4
    assert len(polls) == 3


def test_a_timeout_is_not_an_error_and_cancels_nothing(ticking):
    """The work goes on; no piece is longer than what is left."""
    wait = Waits()

    assert not block(wait, never, 0.32)
    assert all(0 <= seconds <= HEARTBEAT_S for seconds in wait.asked)
    assert 2 <= len(wait.asked) <= 4


@pytest.mark.parametrize("timeout", [0, -5])
def test_no_time_at_all_is_one_look(timeout, ticking):
    """What is there already is found."""
    assert block(Waits(end=1), never, timeout)
    wait = Waits()
    assert not block(wait, never, timeout)
    assert wait.asked == [0]


def test_an_interrupt_cancels_first_and_then_waits_a_bounded_moment():
    """The work may put itself in order before the cell ends."""
    wait = Waits(end=3, raises={2: KeyboardInterrupt()})
    order = []

    with pytest.raises(KeyboardInterrupt):
        block(wait, lambda: order.append(len(wait.asked)))

    assert order == [2]
    assert wait.asked == [HEARTBEAT_S, HEARTBEAT_S, SETTLE_S]


def test_an_interrupt_while_clicks_are_looked_for_cancels_too():
    """Wherever it arrives."""
    cancelled = []

    def poll():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        block(Waits(), lambda: cancelled.append(1), None, poll)

    assert cancelled == [1]


def test_a_second_interrupt_leaves_at_once():
    """Whoever presses twice is not held; the cancel was sent."""
    cancelled = []
    wait = Waits(raises={1: KeyboardInterrupt(), 2: KeyboardInterrupt()})

    with pytest.raises(KeyboardInterrupt):
        block(wait, lambda: cancelled.append(1))

    assert cancelled == [1]
    assert len(wait.asked) == 2


def test_another_error_is_no_interrupt():
    """It is raised as it is, and cancels nothing."""
    with pytest.raises(ZeroDivisionError):
        block(Waits(raises={1: ZeroDivisionError()}), never)
