"""What one watcher is told, whatever the notebook does: the sender's rules of the specification.

What holds after every step of a request:

- progress increases strictly, and is finite; so is a total, where it is told;
- two reports are at least an interval apart, but for the last one, and for signs of life;
- a message is one line of at most 200 characters;
- before the answer the last state is told, if it is more than what was told before;
- after the answer nothing is told.
"""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mcp_notebook.reporting import Reporter, follow
from mcp_notebook.reporting.following import WAITING_S
from mcp_notebook.reporting.reporter import INTERVAL_S, SLACK_S
from mcp_notebook.tracking.fold import Reading

from .values import LARGE, SMALL, Clock, effort

APART_S = INTERVAL_S - SLACK_S
PER_SECOND = math.ceil(1 / APART_S)

steps = st.sampled_from([0.0, 0.001, 0.02, 0.094, 0.095, 0.1, 0.5, 3.0])
done = (
    st.integers(-3, 30) | st.floats(-5, 1e9) | st.sampled_from([math.nan, math.inf, -math.inf, LARGE, SMALL])
)
of = st.none() | st.integers(1, 30) | st.sampled_from([1e-9, 1e9, 1.7e308])
texts = st.sampled_from([None, "loss 0.12", "é漢🎉" * 100, "x" * 300, ""])
readings = st.builds(Reading, done, of, st.lists(st.just("epoch 3/10"), max_size=2).map(tuple), texts)


def assert_true(reports) -> None:
    """Fail where the specification, or a reader, would object to what was sent."""
    assert all(math.isfinite(r.progress) for r in reports)
    assert all(one.progress < other.progress for one, other in pairwise(reports))
    assert all(r.total is None or (math.isfinite(r.total) and r.total > 0) for r in reports)
    assert all(len(r.message) <= 200 and "\n" not in r.message for r in reports)


class Watcher(RuleBasedStateMachine):
    """A reporter, offered all sorts of readings."""

    def __init__(self) -> None:
        super().__init__()
        self.reporter = Reporter("work")
        self.clock = Clock()
        self.reports, self.paced = [], []
        self.worked = self.over = False

    @rule(step=steps)
    def wait(self, step):
        self.clock.now += step

    @precondition(lambda self: not self.worked)
    @rule()
    def nudge(self):
        self.reports.append(self.reporter.nudge("work · waiting: a cell is running"))

    @precondition(lambda self: not self.over)
    @rule(reading=readings, last=st.sampled_from([False] * 9 + [True]))
    def offer(self, reading, last):
        self.worked, self.over = True, last
        report = self.reporter.offer(reading, self.clock.now, last=last)
        before = self.reports[-1].progress if self.reports else -math.inf
        more = math.isfinite(reading.progress) and reading.progress > before
        if report is not None:
            assert more
            assert report.progress == reading.progress
            self.reports.append(report)
            if not last:
                assert not self.paced or self.clock.now - self.paced[-1] >= APART_S - 1e-9
                self.paced.append(self.clock.now)
        elif more:
            assert not last
            assert self.paced
            assert self.clock.now - self.paced[-1] < APART_S

    @invariant()
    def what_is_told_is_true(self):
        assert_true(self.reports)
        assert all(later - one > 1 for one, later in zip(self.paced, self.paced[PER_SECOND:], strict=False))


def test_a_watcher_is_told_what_increases_and_not_too_often():
    """Random readings at random moments; signs of life before the first."""
    run_state_machine_as_test(Watcher, settings=effort(50, 40))


class Request:
    """A request whose work a script does, a step a tick."""

    label = "train"

    def __init__(self, script) -> None:
        self.clock = Clock()
        self.script = list(script)
        self.begun = False
        self.reading = Reading(0.0, None)
        self.begun_at: float | None = None
        self.sent = []

    def read(self):
        """Return the newest state."""
        return self.reading

    async def next(self, _seconds, answer):
        """Let the next step happen, or the answer where none is left."""
        await asyncio.sleep(0)
        self.step(answer)

    def step(self, answer) -> None:
        """Do one step of the script."""
        if answer.done():
            return
        if not self.script:
            answer.set_result("done")
            return
        pause, reading = self.script.pop(0)
        self.clock.now += pause
        if reading is not None:
            self.begun, self.reading = True, reading

    def run(self, *, busy: int) -> None:
        """Follow it to its answer; *busy* steps happen while a report is sent."""

        async def visit() -> None:
            answer = asyncio.get_running_loop().create_future()

            async def send(report) -> None:
                assert not self.sent or not self.sent[-1][2], "sent after the last state"
                self.sent.append((self.clock.now, report, answer.done(), self.begun))
                for _ in range(busy):
                    self.step(answer)

            await follow(
                self,
                answer,
                clock=self.clock,
                ticks=self,
                send=send,
                waits_for=lambda: None if self.begun else "a cell is running",
            )
            assert answer.done()

        asyncio.run(visit())


wanderings = st.lists(st.tuples(steps | st.just(WAITING_S), st.none() | readings), max_size=30)
climbs = st.lists(steps, max_size=12).map(lambda all_: [(s, Reading(n, None)) for n, s in enumerate(all_)])


@effort(80)
@given(climbs | wanderings, st.integers(0, 3))
def test_a_request_is_followed_to_its_last_state_and_no_further(script, busy):
    """Whatever its loops do, also while a report is on its way."""
    request = Request(script)
    request.run(busy=busy)

    reports = [report for _, report, _, _ in request.sent]
    assert_true(reports)
    work = [(at, report) for at, report, _, begun in request.sent if begun]
    for (one, _), (other, _) in pairwise(work[:-1]):
        assert other - one >= APART_S - 1e-9
    last = request.reading.progress
    if request.begun and math.isfinite(last):
        assert reports
        assert reports[-1].progress >= last
    assert len([1 for _, _, after, _ in request.sent if after]) <= 1
