"""The sampler: which loops get a row, what it says, and what is told when they have ended."""

# ruff: noqa: TRY301 - the loops themselves are what is tested

from __future__ import annotations

import gc
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.errors import LoopStopped
from mcp_notebook.progress import Sample
from mcp_notebook.tracking import Scope, scope
from mcp_notebook.tracking.registry import LINGER_S, RECEIPTS, SHOW_S, UNSURE_S

from .scenes import Scene, numbers

OLD = sys.version_info < (3, 12)


def rows(scene):
    """Return label and progress of each row that is drawn, oldest first; the finished ones with their status."""
    running = [(one.label, one.snapshot().progress) for one in scene.tracker.running()]
    ended = [(one.label, one.status, one.snapshot().progress) for one in scene.tracker.finished()]
    return running, ended


def begun(scene, size=10, label="work", **options):
    """Return the iterator of a loop in its first step."""
    iterator = iter(scene.track(range(size), label, **options))
    next(iterator)
    return iterator


def test_a_loop_has_a_row_when_it_has_run_for_a_moment():
    scene = Scene()
    iterator = begun(scene)
    assert scene.sample(SHOW_S - 0.01)
    assert rows(scene) == ([], [])
    next(iterator)
    scene.sample(0.02)

    assert rows(scene) == ([("work", 1)], [])


def test_a_row_says_what_the_loop_has_done():
    """The start, the unit, the panel and the verb of its button are those of the loop."""
    scene = Scene()
    tracked = scene.track(range(10), "files", unit="file", message=lambda n: f"at {n}")
    iterator = iter(tracked)
    started = scene.clock.now
    for _ in range(4):
        next(iterator)
        scene.sample(1.0)
    (row,) = scene.tracker.running()
    state = row.snapshot()

    assert (state.progress, state.total, state.unit, state.elapsed) == (3, 10, "file", 4.0)
    assert state.message == "at 3"
    assert (row.group, row.verb, row.started) == ("cell", "Stop", started)
    assert round(state.rate, 6) == 1


def test_what_stands_still_is_not_told_again():
    scene = Scene()
    iterator = begun(scene)
    scene.sample(1.0)
    scene.tracker.take()
    scene.sample(1.0)
    assert scene.tracker.take() == ()
    next(iterator)
    scene.sample(1.0)

    assert len(scene.tracker.take()) == 1


@pytest.mark.parametrize("make", [range, numbers])
def test_the_final_row_is_exact(make):
    """The last look was in the middle; the receipt tells the end, and when it was."""
    scene = Scene()
    for n in scene.track(make(1000)):
        if n == 500:
            scene.sample(2.0)
    scene.clock.now += 1.0
    ended = scene.clock.now - 1.0
    scene.sample(5.0)
    (receipt,) = scene.tracker.finished()
    state = receipt.snapshot()

    assert (state.progress, state.status) == (1000, "done")
    assert state.elapsed == ended - receipt.started
    assert state.message is None


@given(st.integers(0, 30), st.none() | st.integers(0, 35), st.sets(st.integers(0, 30)))
def test_the_final_count_is_exact_whenever_somebody_looked(size, stop_at, looks):
    """Row and receipt never tell less than before, nor more than there is."""
    scene, done = Scene(), 0
    last = 0
    for n in scene.track(numbers(size), total=size):
        if n in looks:
            scene.sample(0.2)
            for row in scene.tracker.running():
                assert last <= row.snapshot().progress <= size
                last = row.snapshot().progress
        if n == stop_at:
            break
        done += 1
    scene.sample(0.2)
    (receipt,) = scene.tracker.finished()

    assert receipt.snapshot().progress == done
    assert receipt.status == ("stopped" if stop_at is not None and stop_at < size else "done")


def test_the_status_of_a_loop_is_that_of_its_row():
    scene = Scene()
    causes = {"stopped": LoopStopped, "failed": ValueError, "interrupted": KeyboardInterrupt}
    for cause in causes.values():
        with pytest.raises(cause):
            for _ in scene.track(range(3)):
                scene.sample(1.0)
                raise cause("no")
    for _ in scene.track(range(3)):
        scene.sample(1.0)
    iterator = begun(scene)
    scene.sample(1.0)
    del iterator
    scene.sample(0.1)

    assert [one.status for one in scene.tracker.finished()] == [*causes, "done", "abandoned"]


def test_the_note_of_a_loop_is_that_of_its_receipt():
    scene = Scene()
    for _ in scene.track(range(3), message=lambda _n: 1 / 0):
        pass
    scene.sample()

    assert (
        scene.tracker.finished()[0].note == "the message function failed: ZeroDivisionError: division by zero"
    )


# short loops


def test_a_short_outermost_loop_gets_a_receipt():
    scene = Scene()
    for _ in scene.track(range(3)):
        scene.clock.now += 0.01
    scene.sample()

    assert rows(scene) == ([], [("work", "done", 3)])
    assert scene.tracker.finished()[0].snapshot().elapsed == pytest.approx(0.03)


def test_short_inner_loops_get_none():
    scene = Scene()
    for _ in scene.track(range(3), "out"):
        for _ in scene.track(range(3), "in"):
            scene.sample(0.001)
    scene.sample()

    assert rows(scene) == ([], [("out", "done", 3)])


def test_a_cell_gets_a_bounded_number_of_short_receipts():
    """A thousand loops in a row; the next cell gets its own."""
    scene = Scene()
    for _ in range(1000):
        for _ in scene.track(range(2)):
            pass
        scene.sample(0.001)
    assert len(scene.tracker.finished()) == RECEIPTS
    scene.group = "next cell"
    for _ in range(1000):
        for _ in scene.track(range(2)):
            pass
    scene.sample()

    assert len(scene.tracker.finished()) == 2 * RECEIPTS
    assert len(scene.loops.finished()) == 1000


def test_a_long_loop_is_told_however_many_short_ones_there_were():
    scene = Scene()
    for _ in range(100):
        for _ in scene.track(range(2)):
            pass
        scene.sample()
    for _ in scene.track(range(2), "long"):
        scene.sample(1.0)
    scene.sample()

    assert scene.tracker.finished()[-1].label == "long"
    assert len(scene.tracker.finished()) == RECEIPTS + 1


def test_two_cells_in_turn_get_a_bounded_number_each():
    """Threads of an older cell go on while another runs."""
    scene = Scene()
    for n in range(200):
        scene.group = f"cell {n % 2}"
        for _ in scene.track(range(2)):
            pass
        scene.sample(0.001)

    assert len(scene.tracker.finished()) == 2 * RECEIPTS


def test_what_has_no_panel_gets_no_receipt():
    scene = Scene()
    scene.group = None
    for _ in scene.track(range(2)):
        pass
    scene.sample()

    assert rows(scene) == ([], [])


def test_the_loops_of_a_hidden_request_have_no_panel():
    scene, request = Scene(), Scope("hidden")
    request.shown = False
    scope.set(request)
    for _ in scene.track(range(2)):
        scene.sample(1.0)
    scope.set(None)
    scene.sample()

    assert [one.group for one in scene.tracker.finished()] == [None]
    assert scene.last.cell == 7


# rows of inner loops


def test_an_inner_row_stands_below_that_of_its_loop():
    """The outer one gets its row first, however young it is itself."""
    scene = Scene()
    for _ in scene.track(range(1), "out"):
        for _ in scene.track(range(1), "middle"):
            for _ in scene.track(range(1), "in"):
                scene.sample(1.0)
                out, middle, inner = scene.tracker.running()

    assert [one.label for one in (out, middle, inner)] == ["out", "middle", "in"]
    assert (out.parent, middle.parent, inner.parent) == (None, out, middle)


def test_inner_loops_with_names_of_their_own_have_few_rows():
    """Files of a folder, say: what has ended does not wait for another of its name for ever."""
    scene = Scene()
    for _ in scene.track(range(1), "folder"):
        for number in range(20):
            for _ in scene.track(range(3), f"file {number}"):
                scene.sample(0.2)
                running, _ = rows(scene)
                assert len(running) <= 6

    scene.sample()
    assert rows(scene)[0] == []


def test_consecutive_inner_loops_have_one_row():
    """Ten epochs of batches: two rows, not eleven."""
    scene = Scene()
    for epoch in scene.track(range(10), "epoch"):
        for _ in scene.track(range(3), "batch"):
            scene.sample(0.2)
            running, ended = rows(scene)
            assert [label for label, _ in running] == ["epoch", "batch"]
            assert ended == []
        scene.sample(0.1)
        assert rows(scene)[0] == [("epoch", epoch), ("batch", 3)]
    scene.sample()

    assert rows(scene) == ([], [("batch", "done", 3), ("epoch", "done", 10)])


def test_a_row_that_is_used_again_begins_at_its_loops_start():
    scene = Scene()
    for n in scene.track(range(2), "out"):
        started = scene.clock.now
        for _ in scene.track(range(4), "in", total=4 + n):
            scene.sample(0.2)
        row = scene.tracker.running()[1]
        assert row.started == started
        assert row.snapshot().total == 4 + n
        assert row.fleeting == (n == 1)
        scene.clock.now += 10


def test_inner_loops_of_different_names_have_a_row_each():
    scene = Scene()
    for _ in scene.track(range(3), "out"):
        for label in ("train", "test"):
            for _ in scene.track(range(2), label):
                scene.sample(0.2)
    scene.sample()

    assert sorted(rows(scene)[1]) == [("out", "done", 3), ("test", "done", 2), ("train", "done", 2)]


def test_inner_loops_that_run_at_once_have_a_row_each():
    """The same name, beside each other."""
    scene = Scene()
    for _ in scene.track(range(1), "out"):
        both = zip(scene.track(numbers(2), "in"), scene.track(numbers(2), "in"), strict=True)
        next(both)
        scene.sample(1.0)
        assert [one.label for one in scene.tracker.running()].count("in") == 2
        del both
    scene.sample()

    assert scene.tracker.running() == ()


def test_an_inner_loop_that_fails_keeps_its_row():
    """The next one gets its own."""
    scene = Scene()
    for n in scene.track(range(2), "out"):
        try:
            for _ in scene.track(range(2), "in"):
                scene.sample(0.2)
                if n == 0:
                    raise ValueError("no")
        except ValueError:
            pass
        scene.sample(0.1)
    scene.sample()

    assert rows(scene) == ([], [("in", "failed", 0), ("in", "done", 2), ("out", "done", 2)])


def test_an_inner_loop_that_outlives_its_outer_one_keeps_its_row():
    """A task or a thread that was begun in a step."""
    scene = Scene()
    outer = begun(scene, 1, "out")
    inner = begun(scene, 10, "in")
    scene.sample(1.0)
    list(outer)
    scene.sample(1.0)
    states = [(one.label, one.status) for one in scene.tracker.running()]
    del inner

    assert states == [("in", "running")]


def test_an_inner_loop_whose_failure_is_unsure_is_not_shown_as_done():
    """Raised by C code in the last step, caught in the outer body."""
    scene = Scene()
    for _ in scene.track(range(1), "out"):
        try:
            for _ in scene.track(range(2), "in"):
                scene.sample(1.0)
                1 / 0
        except ZeroDivisionError:
            pass
    scene.sample(0.1)
    scene.sample(UNSURE_S)

    assert sorted(rows(scene)[1]) == [("in", "failed", 0), ("out", "done", 1)]


def test_a_row_tells_the_share_of_the_step_in_work():
    scene = Scene()
    for _ in scene.track(range(4), "out"):
        for n in scene.track(range(4), "in"):
            if n == 2:
                scene.sample(1.0)
    row = scene.last.operation

    assert row.snapshot().progress == 3
    assert row.snapshot().inner == 0.5
    assert row.events[-1].progress == 3


# buttons


def test_the_button_of_a_row_stops_its_loop():
    scene = Scene()
    with pytest.raises(LoopStopped, match="work was stopped by its button"):
        for _ in scene.track(range(9)):
            scene.sample(1.0)
            scene.tracker.running()[0].cancel()
    scene.sample()

    (receipt,) = scene.tracker.finished()
    assert (receipt.status, receipt.cancel) == ("stopped", None)


def test_the_button_of_a_row_that_waits_stops_nothing():
    scene = Scene()
    for _ in scene.track(range(1), "out"):
        for _ in scene.track(range(1), "in"):
            scene.sample(1.0)
        scene.sample()
        assert scene.tracker.running()[1].cancel is None


# when to look


def test_the_first_loop_wakes_the_sampler_and_an_idle_one_sleeps():
    scene = Scene()
    for _ in range(3):
        for _ in scene.track(range(1)):
            pass
    assert scene.wakes == 1
    assert scene.sample()
    assert not scene.sample(LINGER_S)
    for _ in scene.track(range(1)):
        pass

    assert scene.wakes == 2


def test_the_sampler_stays_awake_while_a_loop_runs():
    scene = Scene()
    iterator = begun(scene)
    for _ in range(5):
        assert scene.sample(100.0)
    del iterator
    scene.sample()

    assert not scene.sample(LINGER_S)


def test_a_loop_that_ends_during_a_look_is_finished_by_the_next():
    """Another thread's; here the message ends it."""

    class Last:
        def __str__(self):
            box.clear()
            return "last words"

    scene = Scene()
    tracked = scene.track(range(3))
    box = [iter(tracked)]
    tracked.message = Last()
    again = scene.sample(LINGER_S + 1)

    assert scene.loops.running() == ()
    assert again or scene.tracker.running() == ()


def test_an_unsure_end_waits_a_moment_for_the_end_of_its_cell():
    """Only there an interrupt can be told from a failure, on 3.11."""
    scene = Scene()
    try:
        for _ in scene.track(range(3)):
            scene.sample(1.0)
            1 / 0
    except ZeroDivisionError:
        pass
    scene.sample(0.1)
    assert rows(scene)[1] == ([] if OLD else [("work", "failed", 0)])
    scene.sample(UNSURE_S)

    assert rows(scene)[1] == [("work", "failed", 0)]


def test_the_end_of_a_cell_makes_an_unsure_end_sure():
    scene = Scene()
    try:
        for _ in scene.track(range(3)):
            scene.sample(1.0)
            1 / 0
    except ZeroDivisionError as error:
        scene.loops.end_of_cell(error)
    scene.sample()

    assert rows(scene)[1] == [("work", "failed", 0)]


def test_loops_that_begin_and_end_in_many_threads_are_all_told():
    scene = Scene()
    ready = threading.Barrier(5)

    def work(number):
        ready.wait()
        for _ in range(20):
            for _ in scene.track(range(3), f"thread {number}"):
                pass

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    ready.wait()
    while any(thread.is_alive() for thread in threads):
        scene.sample(0.001)
    scene.sample()

    assert len(scene.loops.finished()) == 80
    assert len(scene.tracker.finished()) == RECEIPTS
    assert scene.loops.running() == ()
    assert len(scene.loops._fresh) == 0


def test_thousands_of_inner_loops_push_no_outer_one_out():
    """What is remembered is bounded, and the outermost loops are what a client asks for."""
    scene = Scene()
    for _ in scene.track(range(1), "first"):
        pass
    for _ in scene.track(range(2), "out"):
        for _ in range(1500):
            for _ in scene.track(range(1), "in"):
                pass
    labels = [one.label for one in scene.loops.finished()]

    assert {"first", "out"} < set(labels)
    assert len(labels) <= 1250


def test_finished_loops_let_go_of_rows_and_children():
    scene = Scene()
    for _ in scene.track(range(2), "out"):
        for _ in scene.track(range(2), "in"):
            scene.sample(1.0)
    scene.sample()

    for loop in scene.loops.finished():
        assert (loop.operation, loop.rows, loop.children) == (None, None, None)


def test_finished_loops_without_rows_let_go_of_their_children_too():
    """A thousand remembered loops hold no trees of others."""
    scene = Scene()
    scene.group = None
    for _ in scene.track(range(2), "out"):
        for _ in scene.track(range(2), "in"):
            pass
    scene.sample()

    assert [one.children for one in scene.loops.finished()] == [None] * 3


def test_a_sample_is_what_the_row_was_told_last():
    scene = Scene()
    iterator = begun(scene)
    next(iterator)
    scene.sample(1.0)

    assert scene.loops.running()[0].reported == Sample(1, 10, None, 0.0)


def test_a_total_that_is_not_one_is_not_handed_on():
    scene = Scene()
    for total in (float("nan"), -3, 0, "many", float("inf")):
        iterator = begun(scene, total=total)
        scene.sample(1.0)
        assert scene.tracker.running()[-1].snapshot().total is None
        del iterator
    gc.collect()


def test_a_total_that_takes_forever_can_be_drawn():
    from mcp_notebook.progress import words

    scene = Scene()
    bar = scene.track(total=1.7e308)
    for _ in range(20):
        bar.update(0.1)
        scene.sample(1.0)
    state = scene.tracker.running()[0].snapshot()
    bar.close()

    assert isinstance(words.live(state), str)
