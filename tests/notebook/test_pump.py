"""The clock of everything that is drawn: floods are bounded, last states always drawn, ends drawn once."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from mcp_notebook.notebook.panels import Panel
from mcp_notebook.notebook.pump import TICK_S, Pump
from mcp_notebook.progress import Tracker

from .views import BrokenCanvas, Canvas, Clock

INTERVAL = 0.1


class Scene:
    """A pump on the running loop, whose clock is moved by hand; timers are called instead of waited for."""

    def __init__(self, canvas=None) -> None:
        self.clock = Clock()
        self.tracker = Tracker(self.clock)
        self.canvas = canvas or Canvas()
        self.panel = Panel(self.canvas, INTERVAL)
        self.pump = Pump(asyncio.get_running_loop(), self.tracker, threading.get_ident())

    def open(self, label="work", **options):
        """Begin an operation."""
        return self.tracker.open(label, group=self.panel, **options)

    def tick(self, times=1):
        """Let the timer go off."""
        for _ in range(times):
            self.clock.now += TICK_S
            if self.pump._timer is not None:
                self.pump._timer.cancel()
                self.pump._tick()

    @property
    def armed(self):
        """Whether another tick will come."""
        return self.pump._timer is not None


@pytest.fixture
def scene():
    """Run a test's body on an event loop, with a scene; afterwards the pump is stopped."""

    def run(body, canvas=None):
        async def visit():
            scene = Scene(canvas)
            try:
                outcome = body(scene)
                return await outcome if asyncio.iscoroutine(outcome) else outcome
            finally:
                scene.pump.stop()

        return asyncio.run(visit())

    return run


@pytest.mark.spec("progress.rate-limit")
def test_a_flood_from_the_loop_is_drawn_at_a_bounded_rate(scene):
    """10,000 reports in a second without a single turn of the loop: about ten draws, the last is owed."""

    def body(scene):
        operation = scene.open()
        scene.clock.now += 1
        for n in range(10_000):
            scene.clock.now += 0.0001
            operation.report(n, 10_000)
        drawn = len(scene.canvas.shown)
        operation.finish("done")
        scene.tick(3)
        return drawn, scene.canvas

    drawn, canvas = scene(body)

    assert 8 <= drawn <= 12
    assert len(canvas.settled) == 1
    assert canvas.settled[0].rows[0].state.progress == 9_999


def test_a_flood_in_no_time_at_all_is_one_draw(scene):
    """The newest state comes with the tick."""

    def body(scene):
        operation = scene.open()
        scene.clock.now += 1
        for n in range(10_000):
            operation.report(n, 10_000)
        before = len(scene.canvas.shown)
        scene.tick(2)
        return before, scene.canvas

    before, canvas = scene(body)

    assert before == 1
    assert canvas.shown[-1].rows[0].state.progress == 9_999


def test_a_bar_appears_by_the_timer_when_nothing_is_reported(scene):
    """After 0.15 s, without a word from the server."""

    def body(scene):
        scene.open()
        scene.pump.flush()
        scene.pump._arm()
        scene.tick()
        hidden = len(scene.canvas.shown)
        scene.tick()
        return hidden, len(scene.canvas.shown)

    assert scene(body) == (0, 1)


def test_the_clock_stands_still_when_all_is_drawn(scene):
    """No timer runs in an idle kernel."""

    def body(scene):
        operation = scene.open()
        operation.report(1)
        assert scene.armed
        operation.finish("done")
        scene.tick(3)
        return scene.armed, len(scene.canvas.settled)

    assert scene(body) == (False, 1)


def test_every_end_is_settled_once(scene):
    """Ten calls one after the other in one cell, and ten at once in another."""

    def body(scene):
        for _ in range(10):
            operation = scene.open()
            scene.clock.now += 1
            operation.report(1, 1)
            operation.finish("done")
            scene.tick(2)
        one_by_one = len(scene.canvas.settled)
        operations = [scene.open() for _ in range(10)]
        scene.clock.now += 1
        for operation in operations:
            operation.report(1, 1)
            operation.finish("done")
        scene.tick(3)
        return one_by_one, len(scene.canvas.settled) - one_by_one

    assert scene(body) == (10, 1)


def test_reports_from_another_thread_are_drawn_by_the_timer(scene, monkeypatch):
    """They never draw themselves: only the loop's thread writes to a display."""
    monkeypatch.setattr("mcp_notebook.notebook.pump.TICK_S", 60.0)  # the test ticks

    async def body(scene):
        drawn_in = set()
        before = scene.canvas.show

        def show(view, cancel_all):
            drawn_in.add(threading.get_ident())
            return before(view, cancel_all)

        scene.canvas.show = show
        operation = scene.open()
        scene.clock.now += 1

        def work():
            for n in range(1000):
                operation.report(n, 1000)

        await asyncio.to_thread(work)
        await asyncio.sleep(0)
        assert scene.armed
        assert scene.canvas.shown == []
        scene.tick()
        return drawn_in, scene.canvas.shown[-1].rows[0].state.progress

    drawn_in, last = scene(body)

    assert drawn_in == {threading.get_ident()}
    assert last == 999


def test_a_final_flush_draws_all_there_is(scene):
    """At the end of a cell, whatever the pace says."""

    def body(scene):
        operation = scene.open()
        scene.clock.now += 1
        operation.report(1, 3)
        operation.report(2, 3)
        scene.pump.flush(final=True)
        shown = scene.canvas.shown[-1].rows[0].state.progress
        operation.finish("cancelled")
        scene.pump.flush(final=True)
        scene.pump.flush(final=True)
        return shown, [view.rows[0].state.status for view in scene.canvas.settled]

    assert scene(body) == (2, ["cancelled"])


def test_what_has_no_panel_is_not_drawn(scene):
    """Quiet calls have no group; they harm nothing."""

    def body(scene):
        operation = scene.tracker.open("quiet")
        operation.report(1)
        operation.finish("done")
        scene.tick(3)
        return scene.canvas.draws, scene.armed

    assert scene(body) == (0, False)


def test_an_error_of_drawing_never_reaches_who_reports(scene, caplog):
    """Neither the report, nor the end, nor the timer."""

    def body(scene):
        operation = scene.open()
        scene.clock.now += 1
        operation.report(1, 2)
        scene.tick(2)
        operation.finish("done")
        scene.tick(2)
        return operation.snapshot().status

    with caplog.at_level(logging.CRITICAL, "mcp_notebook"):
        assert scene(body, BrokenCanvas()) == "done"


def test_one_broken_panel_does_not_stop_the_others(scene):
    """Each is drawn for itself."""

    def body(scene):
        other = Panel(Canvas(), INTERVAL)
        one, two = scene.open(), scene.tracker.open("other", group=other)
        scene.clock.now += 1
        one.report(1)
        two.report(1)
        scene.tick(2)
        return len(other._canvas.shown)

    logging.getLogger("mcp_notebook.notebook.panels").disabled = True
    try:
        assert scene(body, BrokenCanvas()) >= 1
    finally:
        logging.getLogger("mcp_notebook.notebook.panels").disabled = False


def test_after_the_stop_nothing_is_drawn(scene):
    """Reports still count; nobody listens."""

    def body(scene):
        operation = scene.open()
        scene.clock.now += 1
        scene.pump.stop()
        operation.report(1)
        operation.finish("done")
        return scene.canvas.draws, operation.snapshot().progress

    assert scene(body) == (0, 1)
