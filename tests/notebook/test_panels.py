"""One cell's panel: it appears when it is worth seeing, keeps its pace, and settles once for each end."""

from __future__ import annotations

import contextvars
import logging

import pytest

from mcp_notebook.notebook.panels import APPEAR_S, REDRAW_S, REMEMBERED, Panel
from mcp_notebook.progress import Tracker

from .views import BrokenCanvas, Canvas, Clock

INTERVAL = 0.1


class Cell:
    """A panel with its clock, its tracker and its canvas."""

    def __init__(self, canvas=None) -> None:
        self.clock = Clock()
        self.tracker = Tracker(self.clock)
        self.canvas = canvas or Canvas()
        self.panel = Panel(self.canvas, INTERVAL)

    def open(self, label="work", **options):
        """Begin an operation in this cell."""
        operation = self.tracker.open(label, group=self.panel, **options)
        self.panel.add(operation)
        return operation

    def end(self, operation, status="done"):
        """End it, as the pump would notice."""
        operation.finish(status)
        self.panel.add(operation)

    def draw(self, after=0.0, *, news=True, final=False):
        """Let time pass, and draw what is due."""
        self.clock.now += after
        self.panel.draw(self.clock.now, news=news, final=final)


@pytest.fixture
def cell():
    """An empty cell."""
    return Cell()


def test_nothing_is_drawn_before_a_person_could_see_it(cell):
    """Then at once."""
    cell.open()
    cell.draw(APPEAR_S - 0.01)
    assert cell.canvas.draws == 0
    cell.draw(0.02)

    assert len(cell.canvas.shown) == 1


def test_what_ends_before_it_could_be_seen_gets_its_receipt_only(cell):
    """No flicker."""
    operation = cell.open()
    cell.draw(0.05)
    cell.end(operation)
    cell.draw(0.05)

    assert (len(cell.canvas.shown), len(cell.canvas.settled)) == (0, 1)
    assert cell.panel.settled


def test_a_panel_that_is_shown_at_once_does_not_wait(cell):
    """A call that outlives its cell must leave its bar there."""
    cell.panel.shown_at_once = True
    cell.open()
    cell.draw()

    assert len(cell.canvas.shown) == 1


def test_many_short_operations_in_a_row_draw_nothing_live(cell):
    """Each is too short to be seen."""
    for _ in range(20):
        operation = cell.open()
        cell.draw(0.1)
        cell.end(operation)
        cell.draw()

    assert cell.canvas.shown == []
    assert cell.canvas.settled


@pytest.mark.spec("progress.rate-limit")
def test_at_most_one_draw_in_an_interval(cell):
    """Whatever arrives; and what was too early is owed."""
    operation = cell.open()
    cell.clock.now += 1
    for n in range(1000):
        operation.report(n, 1000)
        cell.draw(0.001)

    assert 8 <= len(cell.canvas.shown) <= 11
    assert cell.panel.owes


def test_what_is_drawn_is_the_newest_state(cell):
    """A late draw is never an old one."""
    operation = cell.open()
    cell.clock.now += 1
    cell.draw()
    for n in range(1, 51):
        operation.report(n, 100)
    cell.draw(INTERVAL)

    assert cell.canvas.shown[-1].rows[0].state.progress == 50


def test_without_news_it_is_redrawn_now_and_then(cell):
    """Time goes on, and silence is said."""
    cell.open()
    cell.clock.now += 1
    cell.draw()
    for _ in range(50):
        cell.draw(0.1, news=False)

    assert 4 <= len(cell.canvas.shown) - 1 <= 5.0 / REDRAW_S


def test_the_end_of_what_was_seen_is_drawn_at_once(cell):
    """Without waiting for the pace; and once."""
    operation = cell.open()
    cell.clock.now += 1
    cell.draw()
    operation.report(10, 10)
    cell.end(operation)
    for _ in range(10):
        cell.draw(0.05)

    assert len(cell.canvas.settled) == 1
    assert cell.canvas.settled[0].rows[0].state.progress == 10
    assert cell.canvas.settled[0].rows[0].state.status == "done"


def test_the_final_draw_ignores_the_pace(cell):
    """The cell has ended: its output is complete."""
    one = cell.open()
    cell.end(one)
    cell.draw()
    two = cell.open()
    cell.end(two)
    cell.draw()
    assert len(cell.canvas.settled) == 1
    assert cell.panel.owes
    cell.draw(final=True)

    assert len(cell.canvas.settled) == 2
    assert len(cell.canvas.settled[-1].rows) == 2


def test_it_settles_when_the_last_operation_has_ended(cell):
    """Not before; a later operation of the same cell makes it live again."""
    one, two = cell.open("one"), cell.open("two")
    cell.draw(1)
    cell.end(one)
    cell.draw(1)
    assert (len(cell.canvas.shown), cell.canvas.settled) == (2, [])
    cell.end(two)
    cell.draw(1)
    assert len(cell.canvas.settled) == 1
    three = cell.open("three")
    cell.draw(1)
    assert len(cell.canvas.shown) == 3
    cell.end(three)
    cell.draw(1)

    assert [len(view.rows) for view in cell.canvas.settled] == [2, 3]


def test_an_empty_panel_draws_nothing(cell):
    """A cell without calls has no output."""
    cell.draw(10, final=True)

    assert cell.canvas.draws == 0
    assert cell.panel.settled


def test_a_canvas_that_is_not_done_is_asked_again(cell):
    """Bar and words take turns."""
    cell.canvas.waits = True
    cell.open()
    cell.draw(1)
    assert cell.panel.owes
    cell.canvas.waits = False
    cell.draw(1)

    assert not cell.panel.owes


def test_a_thousand_operations_are_remembered_by_their_number(cell):
    """Bounded; those that were forgotten are counted."""
    for _ in range(1000):
        cell.end(cell.open())
    cell.draw(1)

    view = cell.canvas.settled[-1]
    assert len(cell.panel._operations) == REMEMBERED
    assert view.more == f"{1000 - len(view.rows)} more: {1000 - len(view.rows)} done"


def test_what_runs_is_never_forgotten(cell):
    """Even if it is the oldest."""
    first = cell.open("first")
    for _ in range(1000):
        cell.end(cell.open())
    cell.draw(1)

    assert cell.canvas.shown[-1].rows[0].id == first.id


def test_cancel_all_cancels_what_runs(cell):
    """And only that."""
    cancelled = []
    for n in range(3):
        operation = cell.open()
        operation.cancel = lambda n=n: cancelled.append(n)
        if n == 1:
            cell.end(operation)
    cell.open()
    cell.draw(1)
    cell.canvas.cancel_all()

    assert cancelled == [0, 2]


def test_it_is_drawn_in_the_context_of_its_cell():
    """Whoever draws: the output belongs to the cell that began the work."""
    variable = contextvars.ContextVar("cell", default="none")

    class Here(Canvas):
        def show(self, view, cancel_all):
            seen.append(variable.get())
            return super().show(view, cancel_all)

    seen = []
    token = variable.set("mine")
    cell = Cell(Here())
    variable.reset(token)
    cell.open()
    cell.draw(1)

    assert seen == ["mine"]


def test_an_error_of_drawing_is_logged_and_goes_no_further(caplog):
    """A call never fails because a bar cannot be drawn."""
    cell = Cell(BrokenCanvas())
    operation = cell.open()
    with caplog.at_level(logging.ERROR, "mcp_notebook"):
        cell.draw(1)
        operation.report(1)
        cell.draw(1)
        cell.end(operation)
        cell.draw(1)

    assert caplog.records
    assert all(record.message.startswith("cannot draw") for record in caplog.records)
    assert operation.snapshot().status == "done"


def test_a_receipt_that_cannot_be_drawn_is_given_up(caplog):
    """A closed stream stays closed: the log is not filled with it."""
    cell = Cell(BrokenCanvas())
    with caplog.at_level(logging.ERROR, "mcp_notebook"):
        cell.end(cell.open())
        for _ in range(100):
            cell.draw(1, news=False)

    assert len(caplog.records) < 10
    assert cell.panel.settled
