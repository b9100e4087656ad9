"""Operations under anything that calls and loops may tell them, in any order, at any pace.

What holds after every step:

- what is shown is what the reference says, to the last count;
- within a stage the value never decreases, and it is one of those that were sent in it;
- there is one end, and nothing after it changes anything but the count of what came late;
- the events are few, in order of time, the first and the last of them exact;
- rate and time left are unknown, or finite and not negative;
- every notification is counted once: taken, rejected or late;
- `take` offers every change exactly once.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import get_args

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mcp_notebook.progress import Operation, Progress, Sample, Status, Tracker

from .reference import Expected, facts
from .values import Clock, amounts, effort, messages, pauses, progresses, totals

ENDS = st.sampled_from([status for status in get_args(Status) if status != "running"])
KEPT_EVENTS = 257


class Operations(RuleBasedStateMachine):
    """Some calls, which report, and the tracker that keeps them."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.tracker = Tracker(self.clock)
        self.news: list[Operation] = []
        self.tracker.on_news = self.news.append
        self.expected: dict[Operation, Expected] = {}
        self.shown: dict[Operation, Progress] = {}
        self.changed: set[Operation] = set()
        self.told = 0

    @rule(target=calls, patience=st.sampled_from([None, 0.5, 150.0]))
    def open(self, patience):
        call = self.tracker.open("work", patience=patience)
        self.expected[call] = Expected()
        self.changed.add(call)
        return call

    @rule(pause=pauses)
    def wait(self, pause):
        self.clock.now += pause

    @rule(call=calls, progress=progresses, total=totals, message=messages)
    def report(self, call, progress, total, message):
        call.report(progress, total, message)
        if self.expected[call].report(progress, total, message):
            self.change(call)

    @rule(
        call=calls, start=st.integers(0, 5), count=st.integers(200, 700), pause=st.sampled_from([0.0, 0.002])
    )
    def flood(self, call, start, count, pause):
        for value in range(start, start + count):
            self.clock.now += pause
            call.report(value, 700)
            if self.expected[call].report(value, 700):
                self.told += 1
                self.changed.add(call)

    @rule(call=calls)
    def restart(self, call):
        call.restart()
        if self.expected[call].restart():
            self.changed.add(call)

    @rule(call=calls, status=ENDS, announce=st.booleans())
    def finish(self, call, status, announce):
        call.finish(status, f"why {status}", announce=announce)
        if self.expected[call].finish(status):
            self.changed.add(call)
            self.told += announce
            assert call.note == f"why {status}"

    @rule()
    def take(self):
        taken = self.tracker.take()
        assert len(set(taken)) == len(taken)
        assert set(taken) == self.changed
        assert self.tracker.take() == ()
        self.changed.clear()

    def change(self, call):
        self.told += 1
        self.changed.add(call)

    @invariant()
    def what_is_shown_is_what_was_told(self):
        for call, expected in self.expected.items():
            assert facts(call) == expected.facts()
            assert expected.rejected + expected.taken + expected.late == expected.sent
        assert len(self.news) == self.told

    @invariant()
    def a_stage_never_goes_back(self):
        for call, expected in self.expected.items():
            now = call.snapshot()
            before = self.shown.get(call, Progress())
            assert now.stage >= before.stage
            assert now.stage > before.stage or now.progress >= before.progress
            assert now.progress in (expected.stages.get(now.stage) or [0.0])

    @invariant()
    def an_end_is_an_end(self):
        for call in self.expected:
            now, before = call.snapshot(), self.shown.get(call)
            if before is not None and not before.running:
                assert (now.status, now.elapsed, now.rate, now.eta) == (
                    before.status,
                    before.elapsed,
                    before.rate,
                    before.eta,
                )
            self.shown[call] = now
        running = [call for call, now in self.expected.items() if now.status == "running"]
        assert list(self.tracker.running()) == running
        assert set(self.tracker.finished()) == set(self.expected) - set(running)

    @invariant()
    def estimates_are_numbers(self):
        for call in self.expected:
            now = call.snapshot()
            for estimate in (now.rate, now.eta, now.gap):
                assert estimate is None or (math.isfinite(estimate) and estimate >= 0)
            assert now.left is None or 0 < now.left[0] <= now.eta <= now.left[1] < math.inf
            assert 0 <= now.silent <= now.elapsed or not now.running

    @invariant()
    def events_are_few_and_true(self):
        for call, expected in self.expected.items():
            kept = [(e.progress, e.total, e.message) for e in call.events]
            assert len(kept) <= KEPT_EVENTS
            assert all(one.at <= other.at for one, other in pairwise(call.events))
            assert kept[:1] == expected.events[:1]
            assert kept[-1:] == expected.events[-1:]
            remaining = iter(expected.events)
            assert all(any(event == other for other in remaining) for event in kept)


class LoopsInPlaces(RuleBasedStateMachine):
    """One row, in which loops stand one after the other, as the registry of loops has it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.tracker = Tracker(self.clock)
        self.row = self.tracker.open("loop", started=self.clock.now, unit="")
        self.last: Sample | None = None
        self.moves = 0
        self.changed = True
        self.ended: str | None = None

    @rule(pause=pauses)
    def wait(self, pause):
        self.clock.now += pause

    @rule(
        progress=amounts,
        total=st.none() | st.integers(1, 10),
        inner=st.sampled_from([0.0, 0.25, 0.5]),
    )
    def sample(self, progress, total, inner):
        if self.ended is None:
            self.row.sample(Sample(progress, total, "x", inner))
            was = -1.0 if self.last is None else self.last.progress + self.last.inner
            self.moves += progress + inner != was and not (self.last is None and self.moves)
            self.last, self.changed = Sample(progress, total, "x", inner), True

    @rule(ago=st.sampled_from([0.0, 0.2]))
    def another_loop(self, ago):
        if self.ended is None:
            self.row.begin_again(self.clock.now - ago)
            self.last, self.moves, self.changed = None, 0, True

    @rule(status=ENDS, ago=st.sampled_from([None, 0.0]))
    def finish(self, status, ago):
        self.row.finish(status, at=None if ago is None else self.clock.now, announce=False)
        self.changed = self.changed or self.ended is None
        self.ended = self.ended or status

    @rule()
    def take(self):
        assert self.tracker.take() == ((self.row,) if self.changed else ())
        self.changed = False

    @invariant()
    def the_newest_sample_is_shown(self):
        now = self.row.snapshot()
        assert (now.progress, now.total, now.inner) == (
            (0.0, None, 0.0) if self.last is None else (self.last.progress, self.last.total, self.last.inner)
        )
        assert now.updates == self.moves
        assert now.status == (self.ended or "running")
        assert self.row.running is (self.row in self.tracker.running())

    @invariant()
    def estimates_and_events_hold(self):
        now, events = self.row.snapshot(), self.row.events
        for estimate in (now.rate, now.eta, now.gap):
            assert estimate is None or (math.isfinite(estimate) and estimate >= 0)
        assert len(events) <= KEPT_EVENTS
        assert all(one.at <= other.at for one, other in pairwise(events))
        assert (len(events) > 0) is (self.last is not None)
        assert not events or (events[0].progress, events[-1].progress) == (0.0, self.last.progress)


def test_calls_show_what_they_were_told_whatever_that_is():
    """Hostile values, restarts, floods, pauses and late words: the reference agrees after every step."""
    run_state_machine_as_test(Operations, settings=effort(50, 40))


def test_loops_that_follow_each_other_in_a_row_begin_anew():
    """The newest sample is shown, the history belongs to the newest loop, one end stands."""
    run_state_machine_as_test(LoopsInPlaces, settings=effort(50, 30))


def test_a_new_round_has_no_rate_before_it_has_two_values():
    """An estimate is made of samples of one stage."""
    clock = Clock()
    call = Tracker(clock).open("work")
    for value in (0, 50):
        call.report(value, 100)
        clock.now += 1.0
    call.restart()
    begun = call.snapshot().rate
    call.report(60, 100)

    assert (begun, call.snapshot().rate) == (None, None)


def test_a_rate_beyond_every_float_is_unknown():
    """`inf` per second is no rate."""
    clock = Clock()
    call = Tracker(clock).open("work")
    call.report(0)
    clock.now += 0.5
    call.report(1.7e308)

    assert call.snapshot().rate is None


def test_a_rate_below_every_float_harms_nobody():
    """Two values 5e-324 apart: looking at it, and ending it, raise nothing."""
    clock = Clock()
    call = Tracker(clock).open("work")
    call.report(0, 1)
    clock.now += 10.0
    call.report(5e-324, 1)

    assert call.snapshot().eta is None
    call.finish("done")
    assert call.status == "done"


def test_a_restart_after_the_end_changes_nothing():
    """It was heard when it was heard."""
    clock = Clock()
    tracker = Tracker(clock)
    call = tracker.open("work")
    call.finish("cancelled")
    tracker.take()
    clock.now += 5.0
    call.restart()

    assert (tracker.take(), call.heard) == ((), 100.0)
