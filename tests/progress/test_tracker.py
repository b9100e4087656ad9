"""The one store: operations from their first word to their receipt."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.progress import Event, Tracker
from mcp_notebook.progress import tracker as tracker_module
from mcp_notebook.progress.estimate import Estimator
from mcp_notebook.progress.history import History
from mcp_notebook.progress.pace import Pace


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_report_shows_in_the_snapshot_with_rate_and_time_left():
    """Ten a second, 1,000 to do: 90 s left after 10 s."""
    clock = Clock()
    operation = Tracker(clock).open("work")
    for done in range(1, 101):
        clock.now += 0.1
        operation.report(done, 1000)

    state = operation.snapshot()

    assert round(state.rate, 3) == 10
    assert round(state.eta) == 90
    assert round(state.elapsed) == 10


def test_time_goes_on_between_reports():
    """Elapsed and silence grow without news."""
    clock = Clock()
    operation = Tracker(clock).open("work")
    operation.report(1, 10)
    clock.now += 7

    assert (operation.snapshot().elapsed, operation.snapshot().silent) == (7, 7)


def test_a_finished_operation_stands_still():
    """A receipt does not count on."""
    clock = Clock()
    tracker = Tracker(clock)
    operation = tracker.open("work")
    clock.now += 2
    operation.finish("done")
    clock.now += 50

    assert operation.snapshot().elapsed == 2
    assert tracker.running() == ()
    assert tracker.finished() == (operation,)


def test_only_the_first_end_counts():
    """A cancelled call whose answer comes all the same stays cancelled."""
    operation = Tracker().open("work")
    operation.finish("cancelled")
    operation.finish("done", "late")

    assert (operation.snapshot().status, operation.note) == ("cancelled", None)


def test_what_changed_is_handed_out_once():
    """A sink draws each change once."""
    tracker = Tracker()
    one, two = tracker.open("one"), tracker.open("two")
    tracker.take()
    two.report(1)

    assert tracker.take() == (two,)
    assert tracker.take() == ()
    assert one.running


def test_reports_from_many_threads_are_all_counted():
    """One lock, nothing lost."""
    operation = Tracker().open("work")
    threads = [threading.Thread(target=lambda: [operation.report(n) for n in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    state = operation.snapshot()
    assert (state.progress, state.updates) == (499, 2000)


@given(st.integers(1, 5_000))
def test_history_is_bounded_and_keeps_the_ends(count):
    """First and last exact, the middle thinned, in order."""
    history = History(capacity=16)
    for n in range(count):
        history.append(Event(float(n), float(n), None, None))

    kept = [e.progress for e in history.events()]
    assert len(kept) <= 17
    assert (kept[0], kept[-1]) == (0, count - 1)
    assert kept == sorted(set(kept))


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=600))
def test_the_messages_of_a_history_are_bounded(lengths):
    """A megabyte of messages leaves its first, its last, and as many between as there is room for."""
    history = History(words=10_000)
    for n, length in enumerate(lengths):
        history.append(Event(float(n), float(n), None, f"{n} " + "x" * length))

    kept = history.events()
    assert (kept[0].progress, kept[-1].progress) == (0, len(lengths) - 1)
    assert sum(len(event.message) for event in kept[1:-1]) <= 10_000
    assert history.size <= 10_000 + 2_100 + 256 * 200


def test_a_message_that_stays_is_held_once():
    """Notifications without a message repeat the one before: that costs nothing."""
    history, said = History(words=10_000), "x" * 2_000
    for n in range(200):
        history.append(Event(float(n), float(n), None, said))

    assert len(history.events()) == 200


def test_what_a_kernel_remembers_is_bounded(monkeypatch):
    """The oldest go first, whole; what runs is never forgotten."""
    monkeypatch.setattr(tracker_module, "KEPT_BYTES", 200_000)
    tracker = Tracker()
    running = tracker.open("running")
    for number in range(100):
        operation = tracker.open(f"work {number}")
        for step in range(300):
            operation.report(step, 300, f"{step} " + "x" * 1_500)
        operation.finish("done")

    kept = tracker.finished()
    assert 1 <= len(kept) <= 6
    assert [o.label for o in kept] == [f"work {n}" for n in range(100 - len(kept), 100)]
    assert sum(o.size for o in kept) <= 200_000
    assert tracker.running() == (running,)


def test_the_estimate_follows_a_change_of_speed():
    """Recent speed counts more than old speed."""
    estimator = Estimator()
    for second in range(1, 21):
        estimator.note(second, second * 100.0)
    for second in range(21, 41):
        estimator.note(second, 2000.0 + (second - 20) * 10)

    assert estimator.rate() < 20


def test_the_estimate_says_nothing_before_there_is_something_to_say():
    """One point is no rate."""
    estimator = Estimator()
    assert estimator.rate() is None
    estimator.note(0.0, 1.0)
    assert estimator.eta(1.0, 10.0) is None


def test_a_burst_leaves_once_an_interval():
    """The first at once, the next when the interval is over."""
    pace = Pace(0.1)

    assert [pace.due(now) for now in (0.0, 0.05, 0.09, 0.11, 0.2, 0.22)] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]
    assert round(pace.wait(0.27), 2) == 0.05


def test_a_finished_operation_lets_go_of_what_it_could_cancel():
    """A thousand remembered receipts don't keep a thousand results."""
    operation = Tracker().open("work")
    operation.cancel = print
    operation.finish("done")

    assert operation.cancel is None
