"""Which rows a panel shows: all of a few; totals, what runs and what failed of many; the rest is counted."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.notebook.rows import LIMIT, select
from mcp_notebook.progress import Tracker

from .views import Clock, opened, view_of

STATUSES = ("running", "done", "failed", "cancelled", "timed out", "interrupted")


def operations(*statuses, parent=None):
    """Return operations with these statuses, numbered from 1, or after their parent."""
    tracker = parent._tracker if parent is not None else Tracker(Clock())
    made = [tracker.open(f"row {n}", parent=parent) for n, _ in enumerate(statuses, 1)]
    for operation, status in zip(made, statuses, strict=True):
        if status != "running":
            operation.finish(status)
    return made


def batch(*statuses):
    """Return a total and its parts."""
    total = Tracker(Clock()).open("total")
    parts = operations(*statuses, parent=total)
    if "running" not in statuses:
        total.finish("done")
    return [total, *parts]


def ids(view):
    """Return what is listed."""
    return [row.id for row in view.rows]


def test_a_few_rows_are_all_shown():
    """Up to the limit nothing is hidden, and nothing counted."""
    view = select(operations(*["running"] * LIMIT))

    assert ids(view) == list(range(1, LIMIT + 1))
    assert (view.more, view.running) == ("", True)


def test_of_many_the_running_ones_come_first_then_the_failed_then_the_newest():
    """Listed in the order in which they began."""
    some = operations(*["done"] * 50, "failed", *["done"] * 49, *["running"] * 3)

    view = select(some, limit=6)

    assert ids(view) == [51, 99, 100, 101, 102, 103]
    assert view.more == "97 more: 97 done"


def test_totals_are_always_shown():
    """A thousand parts do not push it away."""
    view = select(batch(*["running"] * 1000))

    assert view.rows[0].label == "total"
    assert len(view.rows) == LIMIT
    assert view.more == "985 more: 985 running"


def test_the_parts_of_a_total_that_went_well_are_only_counted_at_the_end():
    """While it runs they are listed; of a few they stay."""
    assert ids(select(batch(*["done"] * 8))) == [1]
    assert select(batch(*["done"] * 8)).more == "8 more: 8 done"
    assert ids(select(batch("done", "done"))) == [1, 2, 3]
    assert ids(select(batch(*["done"] * 8, "running"))) == list(range(1, 11))


def test_the_parts_of_a_total_that_failed_stay():
    """They are why one looks."""
    view = select(batch(*["done"] * 8, "failed", "cancelled"))

    assert ids(view) == [1, 10, 11]
    assert view.more == "8 more: 8 done"


def test_what_was_forgotten_before_is_counted_with_the_rest():
    """The counts go on."""
    view = select(operations("done", "running"), gone=Counter(done=5, failed=1))

    assert view.more == "6 more: 5 done, 1 failed"


@given(st.lists(st.sampled_from(STATUSES), max_size=60), st.integers(1, 20))
def test_every_row_is_shown_or_counted_once(statuses, limit):
    """Nothing vanishes; order and limit hold; a running one is never hidden behind an ended one."""
    some = operations(*statuses)

    view = select(some, limit=limit)

    counted = int(view.more.split(" ")[0]) if view.more else 0
    assert len(view.rows) + counted == len(some)
    assert len(view.rows) <= limit
    assert ids(view) == sorted(ids(view))
    hidden = [op for op in some if op.id not in ids(view)]
    if any(op.running for op in hidden):
        assert all(row.state.running for row in view.rows)


def test_rows_are_indented_by_their_depth():
    """A loop in a loop in a loop."""
    tracker = Tracker(Clock())
    outer = tracker.open("outer")
    middle = tracker.open("middle", parent=outer)
    inner = tracker.open("inner", parent=middle)

    assert [row.depth for row in view_of(outer, middle, inner).rows] == [0, 1, 2]


def test_a_label_is_one_line():
    """Whatever the tool is called."""
    row = view_of(opened("a\nb\x1b[31m\u202e" + "x" * 500)).rows[0]

    assert row.label.startswith("a b")
    assert len(row.label) == 60
    assert "\n" not in row.label
    assert "\x1b" not in row.label


def test_a_row_says_what_it_is_doing_or_how_it_ended():
    """Live words while it runs, the receipt's afterwards."""
    operation = opened("work", (3, 10))
    live = view_of(operation).rows[0].text
    operation.finish("failed", "no space")

    assert live == "3/10 · 30 %"
    assert view_of(operation).rows[0].text.endswith("failed: no space")


def test_no_operations_are_no_rows():
    """An empty view is one."""
    assert (select([]).rows, select([]).more, select([]).running) == ((), "", False)
