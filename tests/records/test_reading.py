"""A tracker's memory as records, while operations begin and end."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from mcp_notebook.progress import About, Event, Repairs, Sample, Tracker
from mcp_notebook.progress import operation as operation_module
from mcp_notebook.progress import tracker as tracker_module
from mcp_notebook.records import History
from mcp_notebook.records.reading import read
from mcp_notebook.records.stalls import stalls


@pytest.fixture
def tracker(clock):
    """A tracker on the test's clock."""
    return Tracker(clock, clock.calendar)


def test_a_call_is_told_with_all_that_is_known_of_it(tracker, clock):
    """What it was about, when, how far, how it ended."""
    about = About("call", "demo", "add", {"a": 1}, cell=7)
    operation = tracker.open("add", about=about)
    operation.token = "t-1"
    clock.now += 1
    operation.report(5, 10, "half")
    clock.now += 1
    operation.report(10, 10, "all")
    clock.now += 2
    operation.finish("failed", "it broke")
    clock.now += 50
    (record,) = read(tracker)

    assert (record.kind, record.server, record.tool, record.arguments) == ("call", "demo", "add", {"a": 1})
    assert (record.cell, record.token, record.label, record.what) == (7, "t-1", "add", "demo.add")
    assert (record.status, record.note, record.failed, record.running) == ("failed", "it broke", True, False)
    assert (record.duration, record.ended - record.started) == (4, timedelta(seconds=4))
    assert record.started.timestamp() == clock.calendar() - 54
    assert record.started.tzinfo is not None
    assert (record.progress, record.total, record.fraction, record.rate) == (10, 10, 1, 2.5)
    assert (record.message, record.updates, record.waited) == ("all", 2, 1)
    assert record.events == (Event(1, 5, 10, "half"), Event(2, 10, 10, "all"))


def test_what_runs_has_no_end_and_the_rate_of_lately(tracker, clock):
    """A snapshot of it, which stands still."""
    operation = tracker.open("work")
    for done in range(1, 11):
        clock.now += 1
        operation.report(done, 20)
    (record,) = read(tracker)
    clock.now += 100

    assert (record.running, record.ended, record.duration) == (True, None, 10)
    assert round(record.rate, 3) == 1


def test_a_call_that_never_reported_has_nothing_of_progress(tracker, clock):
    """Neither a share nor a wait."""
    operation = tracker.open("work")
    clock.now += 60
    operation.finish("timed out")
    (record,) = read(tracker)

    assert (record.fraction, record.rate, record.waited, record.events, record.stalls) == (
        None,
        None,
        None,
        (),
        (),
    )


def test_the_oldest_come_first_by_their_beginning(tracker, clock):
    """A loop has its row a little after it began."""
    began = clock.now
    clock.now += 1
    tracker.open("call")
    tracker.open("loop", started=began, about=About("loop", cell=3))

    assert [record.label for record in read(tracker)] == ["loop", "call"]
    assert [record.label for record in read(tracker, last=1)] == ["call"]


def test_a_loop_begun_before_its_row_has_the_date_of_its_beginning(tracker, clock):
    """Its row comes when it is worth one."""
    began = clock.calendar()
    started, clock.now = clock.now, clock.now + 5
    tracker.open("loop", started=started)

    assert read(tracker)[0].started.timestamp() == began


def test_a_date_is_right_after_the_machine_has_slept(tracker, clock):
    """The clock stood still meanwhile; the calendar did not."""
    tracker.calendar = lambda: clock.calendar() + 3600
    tracker.open("later")

    assert read(tracker)[0].started.timestamp() == clock.calendar() + 3600


def test_loops_in_the_same_place_are_remembered_as_spans(tracker, clock):
    """The row is that of the last of them; when the others ran is kept, of many only the last."""
    row = tracker.open("batch", started=clock.now)
    for _ in range(operation_module.EARLIER + 20):
        clock.now += 2
        row.sample(Sample(1.0, 1.0))
        clock.now += 1
        row.begin_again(clock.now)
    clock.now += 2
    row.finish("done")
    (record,) = read(tracker)

    assert len(record.earlier) == operation_module.EARLIER + 1
    assert record.earlier[-1] == (-3, -1)
    assert record.earlier[-2] == (-6, -4)
    assert record.duration == 2


def test_what_was_mended_is_told(tracker):
    """And a restart of the progress is a stage."""
    operation = tracker.open("work")
    for progress, total in ((1, 2), (float("nan"), 2), (2, 2), (1, 9), (2, -1)):
        operation.report(progress, total, "two\nlines")
    operation.finish("done")
    (record,) = read(tracker)

    assert record.repairs == Repairs(rejected=1, totals=1, messages=4)
    assert (record.mended, record.stage) == (6, 1)


def test_arguments_count_against_what_a_tracker_may_hold():
    """4 kB a thousand times are no secret way around the bound."""
    tracker = Tracker()
    for _ in range(40):
        tracker.open("work", about=About(size=tracker_module.KEPT_BYTES // 10)).finish("done")

    assert len(read(tracker)) == 10


def test_messages_are_the_events_at_which_they_changed(tracker):
    """Not each event that repeats one."""
    operation = tracker.open("work")
    for progress, message in enumerate(["a", "a", "b", None, "a"]):
        operation.report(progress, 9, message)
    (record,) = read(tracker)

    assert [(e.progress, e.message) for e in record.messages] == [(0, "a"), (2, "b"), (4, "a")]


@pytest.mark.parametrize(
    ("times", "end", "expected"),
    [
        ([], 100, ()),
        ([0, 1], 100, ()),
        ([0, 0.1, 0.2, 5], 5.1, ((0.2, 5),)),
        ([0, 0.1, 0.2, 0.3], 9, ((0.3, 9),)),
        ([50, 50.1, 50.2], 50.3, ()),
        ([0, 0.1, 0.2, 0.9], 1, ()),
        ([0, 1, 2, 8, 9], 10, ()),
        ([0, 1, 2, 9, 10], 10, ((2, 9),)),
        ([0, 0.1, 4, 4.1, 8, 8.1, 12], 12, ((0.1, 4), (4.1, 8), (8.1, 12))),
    ],
    ids=["none", "one gap", "between", "at the end", "before", "short", "usual", "unusual", "bursts"],
)
def test_a_stall_is_several_times_the_usual_gap(times, end, expected):
    """And a second at least; the wait for the first news is none."""
    assert stalls(times, end) == expected


def test_a_steady_call_with_a_thinned_history_has_no_stalls(tracker, clock):
    """10,000 events leave 256; the gaps between those are usual."""
    operation = tracker.open("work")
    for done in range(10_000):
        clock.now += 1
        operation.report(done, 10_000)
    operation.finish("done")

    assert read(tracker)[0].stalls == ()


def test_a_snapshot_is_whole_while_others_begin_and_end():
    """No record twice, none missing that ran all the time, each consistent in itself."""
    tracker = Tracker()
    steady = [tracker.open(f"steady {n}") for n in range(5)]
    over = threading.Event()

    def work(number: int) -> None:
        while not over.is_set():
            operation = tracker.open(f"work {number}", parent=steady[0])
            for done in range(1, 4):
                operation.report(done, 3, f"step {done}")
            operation.finish("done")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(8):
            records = read(tracker)
            ids = [record.id for record in records]
            assert len(set(ids)) == len(ids)
            assert {one.id for one in steady} <= set(ids)
            for record in records:
                assert record.running or record.label.startswith("work")
                assert (record.ended is None) == record.running
                assert not record.events or record.events[-1].progress == record.progress
                assert len(record.events) == record.updates
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert History(read(tracker)).to_json()
    assert len(read(tracker)) == tracker_module.KEPT + len(steady)
