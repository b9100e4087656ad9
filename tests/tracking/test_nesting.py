"""Nested loops as one number and one line; the loops of one request, added up."""

# ruff: noqa: PERF401, PERF402, UP028 - the loops themselves are what is tested

from __future__ import annotations

import contextvars
import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.errors import LoopStopped
from mcp_notebook.tracking import Scope, fold, scope
from mcp_notebook.tracking.loop import MANY

from .scenes import Scene, numbers


def test_an_outer_step_counts_as_much_as_its_inner_loop_has_done():
    """`2 of 4, and 1 of 4 of the third` is 2.25 of 4."""
    scene, read = Scene(), []
    outer = scene.track(range(4), "out")
    for _ in outer:
        for _ in scene.track(range(4), "in"):
            read.append(fold.read(outer.loop).progress)

    assert read == [n / 4 for n in range(16)]
    assert fold.read(outer.loop) == fold.Reading(4, 4)


def test_how_many_inner_loops_a_step_has_is_learned():
    """The first step cannot know that a second inner loop follows; later ones do."""
    scene, read = Scene(), []
    outer = scene.track(range(2), "out")
    for n in outer:
        for label in ("train", "test"):
            for _ in scene.track(range(2), label):
                if n == 1:
                    read.append(fold.read(outer.loop).progress)

    assert read == [1, 1.25, 1.5, 1.75]


def test_three_levels_fold_into_one():
    scene, read = Scene(), []
    outer = scene.track(range(2), "a")
    for _ in outer:
        for _ in scene.track(range(2), "b"):
            for _ in scene.track(range(2), "c"):
                read.append(fold.read(outer.loop).progress)

    assert read == [n / 4 for n in range(8)]


def test_an_inner_loop_without_a_total_adds_nothing_until_its_end():
    scene = Scene()
    outer = scene.track(range(2), "out")
    for n in outer:
        for _ in scene.track(numbers(3), "in"):
            assert fold.read(outer.loop).progress == n
        assert fold.read(outer.loop).progress == n + 1


def test_loops_deeper_than_can_be_told_fold_all_the_same():
    scene = Scene()

    def go(depth):
        for _ in scene.track(range(1), f"level {depth}"):
            if depth:
                go(depth - 1)
            else:
                outermost = scene.loops.running()[0]
                assert 0 <= fold.read(outermost).progress <= 1
                assert len(fold.path(outermost)[0]) == fold.DEPTH

    go(60)
    assert {status for _, status, _ in scene.ends} == {"done"}


# A shape is a list of steps; a step holds the shapes of its inner loops.
shapes = st.recursive(
    st.lists(st.just([]), max_size=4), lambda s: st.lists(st.lists(s, max_size=3), max_size=4)
)


@given(shapes, st.randoms(use_true_random=False))
def test_a_folded_reading_stays_inside_its_total_and_ends_on_it(shape, random):
    """Random trees of loops, sized or not, left early or not: never negative, never over, at the end exact."""
    scene = Scene()

    def visit(steps, root):
        size = None if random.random() < 0.3 else len(steps)
        tracked = scene.track(numbers(len(steps)) if size is None else range(len(steps)), "loop")
        root = tracked if root is None else root
        for index in tracked:
            for inner in steps[index]:
                look(root, len(shape))
                visit(inner, root)
                look(root, len(shape))
            if root is not tracked and random.random() < 0.1:
                break
        return tracked

    def look(root, size):
        reading = fold.read(root.loop)
        assert 0 <= reading.progress <= size
        assert reading.total in (None, size)
        where, _ = fold.path(root.loop)
        assert 1 <= len(where) <= fold.DEPTH

    root = visit(shape, None)

    assert fold.read(root.loop).progress == len(shape)
    assert scene.loops.running() == ()


def test_many_inner_loops_in_one_step_are_not_all_remembered():
    """A million short loops in one step hold no million loops."""
    scene = Scene()
    outer = scene.track(range(1), "out")
    for _ in outer:
        for n in range(10 * MANY):
            for _ in scene.track(range(1), "in"):
                assert fold.read(outer.loop).progress <= 1
            assert len(outer.loop.children) <= MANY, n
        assert fold.read(outer.loop).progress == 1


def test_the_words_lead_to_the_newest_loop_inside():
    scene = Scene()
    for epoch in scene.track(range(10), "epoch"):
        outer = scene.loops.running()[0]
        inner = scene.track(range(400), "batch", message=None)
        for n in inner:
            inner.message = f"loss {n}"
            if (epoch, n) == (3, 120):
                assert fold.path(outer) == (("epoch 3/10", "batch 120/400"), "loss 120")
        assert fold.path(outer)[0] == (f"epoch {epoch}/10",)


def test_the_innermost_message_is_said_else_an_outer_one():
    scene = Scene()
    outer = scene.track(range(2), "out")
    for _ in outer:
        outer.message = "from above"
        for _ in scene.track(range(2), "in"):
            assert fold.path(outer.loop)[1] == "from above"
        break


HOSTILE = ["a\nb\r\n\tc", "<b>&amp;</b>", "\x1b[31mred\x1b[0m", "x" * 5_000_000, "\u202eevil", "", " "]


@pytest.mark.parametrize(
    "text", HOSTILE, ids=["lines", "html", "ansi", "megabytes", "bidi", "empty", "space"]
)
def test_labels_and_messages_become_one_line_each(text):
    scene = Scene()
    tracked = scene.track(range(3), text)
    for _ in tracked:
        tracked.message = text
        where, message = fold.path(tracked.loop)
        assert len(where) == 1
        for words in (where[0], message or ""):
            assert words.isprintable()
            assert len(words) <= 200
        scene.sample(1.0)
    scene.sample()

    assert scene.last.status == "done"


@pytest.mark.parametrize("label", [5, None, 2.5, ["a"], ("a", 1)], ids=repr)
def test_a_label_that_is_no_text_is_shown_as_text(label):
    scene = Scene()
    outer = scene.track(range(2), "out")
    for _ in outer:
        for _ in scene.track(range(2), label):
            where, _ = fold.path(outer.loop)
            assert where[1] == f"{label} 0/2"
            scene.sample(1.0)
            break
        break
    scene.sample()

    assert [one.status for one in scene.tracker.finished()] == ["stopped", "stopped"]


class Wordless:
    """Has no words, not even for a message."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __str__


def test_a_message_whose_str_raises_disturbs_nobody():
    """It would end every later look at every loop."""
    scene = Scene()
    tracked = scene.track(range(2))
    for _ in tracked:
        tracked.message = Wordless()
        assert fold.said(tracked.loop) == "(Wordless that cannot be shown)"
        scene.sample(1.0)
    scene.sample()

    assert [one.status for one in scene.tracker.finished()] == ["done"]


def test_messages_may_be_anything_that_has_words():
    scene = Scene()
    tracked = scene.track(range(1))
    for _ in tracked:
        for message, words in ((5, "5"), (None, None), ({"a": 1}, "{'a': 1}"), ("", None)):
            tracked.message = message
            assert fold.said(tracked.loop) == words


# parents


def test_consecutive_loops_are_siblings():
    scene = Scene()
    for _ in scene.track(range(2), "out"):
        for _ in scene.track(range(2), "one"):
            pass
        for _ in scene.track(range(2), "two"):
            pass

    for loop in scene.loops.finished():
        assert (loop.parent.label if loop.parent else None) == (None if loop.label == "out" else "out")


def test_a_loop_after_an_abandoned_one_is_no_child_of_it():
    scene = Scene()
    iterator = iter(scene.track(range(5), "left"))
    next(iterator)
    del iterator
    for _ in scene.track(range(1), "next"):
        pass

    assert scene.last.parent is None


def test_a_loop_in_the_source_of_another_is_not_lost():
    """A generator that tracks its own source, tracked again."""
    scene = Scene()

    def source():
        for n in scene.track(range(3), "source"):
            yield n

    outer = scene.track(source(), "outer")
    for _ in outer:
        pass

    assert sorted(scene.ends) == [("outer", "done", 3), ("source", "done", 3)]


def test_a_thread_has_its_own_nesting():
    scene = Scene()
    for _ in scene.track(range(1), "main"):
        thread = threading.Thread(target=lambda: [None for _ in scene.track(range(2), "apart")])
        thread.start()
        thread.join()

    assert {one.label: one.parent for one in scene.loops.finished()} == {"apart": None, "main": None}


def test_a_context_that_is_copied_into_a_thread_carries_the_loop():
    """`asyncio.to_thread` does that."""
    scene = Scene()
    for _ in scene.track(range(1), "main"):
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(lambda: list(scene.track(range(2), "inside")),))
        thread.start()
        thread.join()

    assert [one.parent.label for one in scene.loops.finished() if one.label == "inside"] == ["main"]


def test_stop_reaches_inner_loops_that_were_begun_in_an_earlier_step():
    """Tasks and threads that a loop has started."""
    scene = Scene()
    outer = scene.track(range(3), "out")
    started = []
    for n in outer:
        inner = scene.track(range(9), f"in {n}")
        iterator = contextvars.copy_context().run(iter, inner)
        next(iterator)
        started.append((inner, iterator))
        if n == 1:
            break
    outer.loop.stop()

    assert [inner.loop.stopping is not None for inner, _ in started] == [True, True]


# requests


def test_the_loops_of_a_request_add_up():
    """Progress and totals: never back to zero."""
    scene, request, read = Scene(), Scope("train"), []
    scope.set(request)
    assert not request.begun
    for size in (2, 3):
        for _ in scene.track(range(size)):
            seen = request.read()
            read.append((seen.progress, seen.total))
    scope.set(None)

    assert read == [(0, 2), (1, 2), (2, 5), (3, 5), (4, 5)]
    assert request.read() == fold.Reading(5, 5, ("work 3/3",))
    assert request.begun


def test_a_loop_that_was_left_counts_with_what_it_has_done():
    scene, request = Scene(), Scope("find")
    scope.set(request)
    for n in scene.track(range(10)):
        if n == 4:
            break
    for _ in scene.track(range(2)):
        assert request.read().total == 6
    scope.set(None)

    assert request.read().progress == 6


def test_one_unknown_total_makes_the_sum_unknown():
    scene, request = Scene(), Scope("count")
    scope.set(request)
    for _ in scene.track(numbers(3)):
        assert request.read().total is None
    scope.set(None)

    assert request.read() == fold.Reading(3, 3, ("work 3",))


def test_inner_loops_belong_to_their_loop_not_to_the_request():
    scene, request = Scene(), Scope("train")
    scope.set(request)
    for _ in scene.track(range(2), "out"):
        for _ in scene.track(range(2), "in"):
            assert len(request.running()) == 1
            assert request.read().where[0].startswith("out")
    scope.set(None)

    assert request.read().progress == 2


def test_stop_of_a_request_stops_what_runs_and_what_will_begin():
    scene, request, seen = Scene(), Scope("train"), []
    scope.set(request)
    with pytest.raises(LoopStopped, match="was cancelled by its client"):
        for n in scene.track(range(9)):
            seen.append(n)
            request.stop("cancelled by its client")
    with pytest.raises(LoopStopped, match="was cancelled by its client"):
        for n in scene.track(numbers(9)):
            seen.append(n)
    scope.set(None)

    assert seen == [0]
    assert [status for _, status, _ in scene.ends] == ["stopped", "stopped"]


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5)), max_size=6))
def test_a_request_never_goes_back(loops):
    """Whatever its consecutive loops are, and wherever they are left."""
    scene, request = Scene(), Scope("any")
    scope.set(request)
    last, done = 0.0, 0
    for size, stop_at in loops:
        for n in scene.track(range(size)):
            now = request.read()
            assert last <= now.progress <= (now.total or math.inf)
            last = now.progress
            if n == stop_at:
                break
            done += 1
        assert request.read().progress == done
    scope.set(None)

    assert request.read().progress == done


def test_totals_too_large_to_add_are_unknown():
    scene, request = Scene(), Scope("huge")
    context = contextvars.copy_context()
    context.run(scope.set, request)
    kept = [context.run(scene.track, total=1.7e308)]
    scope.set(None)
    other = contextvars.Context()
    other.run(scope.set, request)
    kept.append(other.run(scene.track, total=1.7e308))

    total = request.read().total
    for bar in kept:
        bar.close()
    assert total is None or math.isfinite(total)
