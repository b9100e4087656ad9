"""Progress that is told: update, set, total, message, stages, and every way a bar may end."""

# ruff: noqa: PERF401, PERF402 - the loops themselves are what is tested

from __future__ import annotations

import asyncio
import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.errors import ArgumentError, LoopStopped
from mcp_notebook.tracking import fold, view

from .scenes import Scene, numbers


def reading(bar):
    """Return what a watcher sees of *bar*."""
    return fold.read(bar._loop)


def test_update_adds_and_set_sets():
    with Scene().track(total=100, label="import") as bar:
        bar.update()
        bar.update(10, message="validating")
        assert (bar.progress, bar.message) == (11, "validating")
        bar.set(30, message="importing")
        assert (bar.progress, bar.message) == (30, "importing")
        bar.update(-5)
        assert bar.progress == 25
        bar.update(0.5)
        bar.message = "writing"
        bar.total = 200
        bar.label = "export"

    assert (bar.progress, bar.total, bar.message, bar.label) == (25.5, 200, "writing", "export")
    assert repr(bar) == "<Bar 'export' 25.5/200 done>"


@given(st.lists(st.integers(-50, 50)))
def test_updates_add_up_exactly(steps):
    with Scene().track() as bar:
        for step in steps:
            bar.update(step)

    assert bar.progress == sum(steps)


def test_the_message_stays_when_none_is_given():
    with Scene().track(total=2, message="begun") as bar:
        bar.update()
        bar.set(2)

    assert bar.message == "begun"


def test_what_is_no_number_is_refused():
    with Scene().track(total=2) as bar:
        for wrong in ("a", None, [1], object()):
            with pytest.raises(ArgumentError):
                bar.update(wrong)
        for wrong in ("a", None, [1], math.nan, math.inf, -math.inf, True, 10**400):
            with pytest.raises(ArgumentError, match="finite number"):
                bar.set(wrong)

    assert bar.progress == 0


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, 10**400, 1j])
def test_an_update_that_is_not_finite_is_refused_like_a_set(wrong):
    """Not at once, which would cost every update; what was counted before is kept."""
    with Scene().track(total=20) as bar:
        bar.update(5)
        assert bar.progress == 5
        bar.update(wrong)
        assert bar.progress == 5
        with pytest.raises(ArgumentError, match="it was not counted"):
            bar.update(1)
        bar.update(1)

    assert bar.progress == 7


def test_numpy_numbers_are_numbers():
    """`bar.update(mask.sum())`, `total=column.sum()`."""
    numpy = pytest.importorskip("numpy")
    with Scene().track(total=numpy.int64(10)) as bar:
        bar.update(numpy.int64(3))
        assert (bar.progress, reading(bar).total) == (3, 10)
        bar.set(numpy.float32(4))

    assert bar.progress == 4


@pytest.mark.parametrize("total", [None, 0, -1, math.nan, math.inf, "many", True, 10**400, object()])
def test_a_total_that_is_none_is_told_as_unknown(total):
    scene = Scene()
    with scene.track(total=total) as bar:
        bar.update(3)
        scene.sample(1.0)
        assert reading(bar) == fold.Reading(3, None)
        assert bar._loop.operation.snapshot().total is None
        assert view(bar._loop, scene.clock.now).total is None


def test_a_total_that_was_passed_is_told_as_it_is():
    scene = Scene()
    with scene.track(total=2) as bar:
        bar.update(3)
        scene.sample(1.0)
        state = bar._loop.operation.snapshot()

    assert (state.progress, state.total, state.fraction) == (3, 2, 1.5)
    assert scene.ends == [("work", "done", 3)]


def test_a_bar_ends_as_its_block_does():
    scene = Scene()
    causes = {
        ValueError: "failed",
        KeyboardInterrupt: "interrupted",
        asyncio.CancelledError: "cancelled",
        LoopStopped: "stopped",
        GeneratorExit: "abandoned",
        ZeroDivisionError: "failed",
    }
    for cause, status in causes.items():
        with pytest.raises(cause), scene.track(total=9) as bar:
            bar.update(2)
            if cause is ZeroDivisionError:
                1 / 0
            raise cause("no")
        assert (bar.status, bar.progress) == (status, 2)


def test_a_bar_that_is_closed_by_hand_has_that_end():
    scene = Scene()
    bar = scene.track(total=9)
    bar.close("failed")
    bar.close()

    assert bar.status == "failed"
    assert scene.loops.running() == ()


def test_a_bar_that_is_let_go_is_done_only_at_its_total():
    scene = Scene()
    for count in (9, 10, 11):
        bar = scene.track(total=10)
        bar.update(count)
        del bar

    assert [status for _, status, _ in scene.ends] == ["abandoned", "done", "done"]


def test_the_end_of_a_cell_closes_the_bars_that_have_reached_their_totals():
    scene = Scene()
    full, part, unknown = scene.track(total=2), scene.track(total=2), scene.track()
    for bar in (full, part, unknown):
        bar.update(2 if bar is not part else 1)
    scene.loops.end_of_cell(None)

    assert [bar.status for bar in (full, part, unknown)] == ["done", "running", "running"]


def test_a_stopped_bar_raises_at_its_next_word_and_keeps_its_count():
    scene = Scene()
    for tell in (lambda bar: bar.update(2), lambda bar: bar.set(7)):
        with (
            pytest.raises(LoopStopped, match="work was asked to stop") as stopped,
            scene.track(total=9) as bar,
        ):
            bar.update(5)
            assert not bar.stopping
            bar.stop()
            assert bar.stopping
            tell(bar)
        assert stopped.value.loop == "work"
        assert (bar.status, bar.progress) == ("stopped", 7)


def test_a_bar_that_is_told_nothing_after_the_stop_is_done():
    with Scene().track(total=9) as bar:
        bar.stop()

    assert bar.status == "done"


def test_a_bar_can_be_stopped_from_another_thread_while_it_is_hot():
    scene, begun, result = Scene(), threading.Event(), []
    bar = scene.track()

    def work():
        count = 0
        try:
            with bar:
                while True:
                    count += 1
                    bar.update()
                    begun.set()
        except LoopStopped:
            result.append(count)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(60)
    bar.stop()
    thread.join(60)

    assert not thread.is_alive()
    assert (bar.status, bar.progress) == ("stopped", result[0])


def test_a_bar_that_has_ended_takes_nothing_more():
    """A finished token takes nothing more."""
    scene = Scene()
    with scene.track(total=10) as bar:
        bar.update(3)
    bar.update(3)
    bar.set(9)

    assert bar.progress == 3


# stages


def test_the_loops_of_a_stage_move_the_bar_through_its_part():
    with Scene().track(total=100) as bar:
        bar.set(10)
        with bar.stage("export", 25, 65):
            assert reading(bar).progress == 25
            seen = []
            for _ in Scene.track(_Same(bar), range(4)):
                seen.append(reading(bar).progress)
            assert seen == [25, 35, 45, 55]
            assert reading(bar).progress == 65
        assert bar.progress == 65


class _Same:
    """The scene of a bar: its loops."""

    def __init__(self, bar) -> None:
        self.loops = bar._loop.loops


def test_a_stage_adds_up_its_loops():
    """Two loops of five: the second goes on where the first has ended."""
    scene = Scene()
    with scene.track(total=10) as bar, bar.stage("both", 0, 10):
        for _ in scene.track(range(5), "one"):
            pass
        assert reading(bar).progress == 10
        seen = []
        for _ in scene.track(range(5), "two"):
            seen.append(reading(bar).progress)

    assert seen == [5, 6, 7, 8, 9]
    assert bar.progress == 10


def test_a_stage_without_loops_ends_at_its_end():
    with Scene().track(total=10) as bar:
        with bar.stage("quick", 2, 5):
            bar.set(3)
            assert reading(bar).progress == 3
        assert bar.progress == 5
        with bar.stage("behind", 0, 3):
            pass
        assert bar.progress == 5


def test_a_stage_that_is_left_by_an_exception_keeps_what_was_done():
    """Two of four are done when the third raises: the bar stands at 50, not at 100."""
    scene = Scene()
    with pytest.raises(ValueError, match="no"), scene.track(total=100) as bar, bar.stage("half", 0, 100):
        for n in scene.track(range(4)):
            if n == 2:
                raise ValueError("no")

    assert (bar.status, bar.progress) == ("failed", 50)


def test_a_stage_whose_loop_is_still_held_keeps_what_was_done():
    scene = Scene()
    with pytest.raises(ValueError, match="no"), scene.track(total=100) as bar, bar.stage("half", 0, 100):
        iterator = iter(scene.track(range(4)))
        for n in iterator:
            if n == 2:
                raise ValueError("no")

    assert bar.progress == 50


def test_stages_nest_and_come_back():
    scene = Scene()
    with scene.track(total=100, label="job") as bar:
        with bar.stage("outer", 0, 50):
            with bar.stage("inner", 10, 20):
                for _ in scene.track(range(2), "deep"):
                    where, _ = fold.path(bar._loop)
            assert bar.progress == 20
            for _ in scene.track(range(2), "wide"):
                pass
            assert reading(bar).progress == 50
        assert bar._loop.stage is None

    assert where == ("job 10/100", "inner", "deep 1/2")


def test_a_stage_of_the_wrong_shape_is_refused():
    with Scene().track(total=10) as bar:
        for start, end in ((5, 2), ("a", 2), (0, None), (math.nan, 1), (0, math.inf)):
            with pytest.raises(ArgumentError, match="two numbers"), bar.stage("bad", start, end):
                raise AssertionError
        assert bar._loop.stage is None


def test_an_empty_stage_moves_nothing():
    scene = Scene()
    with scene.track(total=10) as bar, bar.stage("nothing", 4, 4):
        for _ in scene.track(range(3)):
            assert reading(bar).progress == 4

    assert bar.progress == 4


def test_stop_of_a_bar_stops_the_loops_of_its_stage():
    """Those that run, and those that begin afterwards."""
    scene, seen = Scene(), []
    with pytest.raises(LoopStopped), scene.track(total=10) as bar, bar.stage("export", 0, 10):
        try:
            for n in scene.track(range(9), "one"):
                seen.append(n)
                bar.stop()
        except LoopStopped:
            pass
        for n in scene.track(range(9), "two"):
            seen.append(n)

    assert seen == [0]
    assert scene.ends == [
        ("one", "stopped", 1),
        ("two", "stopped", 0),
        ("work", "stopped", scene.last.progress()),
    ]


def test_a_stage_that_begins_after_the_stop_stops_its_loops():
    scene, seen = Scene(), []
    with scene.track(total=10) as bar:
        bar.stop()
        with pytest.raises(LoopStopped), bar.stage("export", 0, 10):
            for n in scene.track(range(9)):
                seen.append(n)

    assert seen == []


def test_a_bar_inside_a_loop_is_an_inner_loop():
    scene = Scene()
    outer = scene.track(range(4), "out")
    for n in outer:
        with scene.track(total=10, label="in") as bar:
            bar.update(5)
            assert fold.read(outer.loop).progress == n + 0.5

    assert scene.ends == [("in", "done", 5)] * 4 + [("out", "done", 4)]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.lists(st.integers(0, 5), max_size=3))))
def test_a_staged_bar_stays_between_0_and_its_total(stages):
    """Any stages in any order, loops with and without a known size in them."""
    scene = Scene()
    with scene.track(total=100) as bar:
        for one, other, lengths in stages:
            with bar.stage("part", min(one, other), max(one, other)):
                for index, length in enumerate(lengths):
                    for _ in scene.track(numbers(length) if index % 2 else range(length)):
                        assert 0 <= reading(bar).progress <= 100
            assert bar.progress >= max(one, other)
    assert bar.progress == max((max(a, b) for a, b, _ in stages), default=0)
