"""A loop at one moment: what `loops()` shows and what clients are told."""

from __future__ import annotations

import html
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.tracking import LoopViews, view

from .scenes import Scene, numbers


def test_a_running_loop_tells_all_that_is_known():
    """Ten a second, 1,000 to do: 90 s left after 10 s."""
    scene = Scene()
    tracked = scene.track(range(1000), "training", unit="step")
    iterator = iter(tracked)
    next(iterator)
    for n in range(1, 101):
        next(iterator)
        tracked.message = f"loss {n}"
        scene.sample(0.1)
    seen = view(tracked.loop, scene.clock.now)

    assert (seen.label, seen.status, seen.progress, seen.total) == ("training", "running", 100, 1000)
    assert (seen.message, seen.cell, seen.unit, seen.parent) == ("loss 100", 7, "step", None)
    assert (round(seen.elapsed, 6), round(seen.rate, 3), round(seen.eta)) == (10, 10, 90)
    assert (seen.fraction, seen.running, seen.stalled_for) == (0.1, True, None)
    assert str(seen) == "training  100/1000 · 10 % · 1 min 30 s left · loss 100"


def test_a_loop_that_has_ended_stands_still():
    scene = Scene()
    for _ in scene.track(range(4)):
        scene.clock.now += 1
    first = view(scene.last, scene.clock.now)
    scene.clock.now += 100

    assert view(scene.last, scene.clock.now) == first
    assert (first.elapsed, first.rate, first.eta) == (4, 1, None)
    assert str(first) == "work  4/4 · 100 % · 4.0 s · done"


def test_before_the_first_look_there_is_no_time_left():
    scene = Scene()
    tracked = scene.track(numbers(9))
    iterator = iter(tracked)
    next(iterator)
    seen = view(tracked.loop, scene.clock.now)

    assert (seen.progress, seen.total, seen.rate, seen.eta, seen.elapsed) == (0, None, None, None, 0)
    assert str(seen) == "work  0 · <1 ms"


def test_a_loop_that_says_nothing_for_long_is_stalled():
    scene = Scene()
    tracked = scene.track(range(100))
    iterator = iter(tracked)
    for _ in range(50):
        next(iterator)
        scene.sample(0.1)
    scene.sample(60.0)
    seen = view(tracked.loop, scene.clock.now)

    assert seen.stalled_for == pytest.approx(60.0)
    assert seen.eta is None


def test_an_inner_loop_names_its_parent():
    scene = Scene()
    outer = scene.track(range(1), "out")
    for _ in outer:
        inner = scene.track(range(1), "in")
        for _ in inner:
            assert view(inner.loop, scene.clock.now).parent == outer.loop.id


def test_the_share_that_is_done_counts_the_loops_inside_as_the_bar_does():
    """Items are whole ones; the share is the bar's, so that nobody is told two truths."""
    scene = Scene()
    outer = scene.track(range(4), "epoch")
    iterator = iter(outer)
    next(iterator), next(iterator)
    inner = iter(scene.track(range(4), "batch"))
    for _ in range(3):
        next(inner)
    seen = view(outer.loop, scene.clock.now)

    assert (seen.progress, seen.inside, seen.fraction) == (1, 0.5, 0.375)
    assert str(seen).startswith("epoch  1/4 · 37 %")


def test_every_end_is_said():
    scene = Scene()
    for status in ("failed", "cancelled", "interrupted", "stopped", "abandoned"):
        scene.track(total=4, label="work").close(status)
        assert str(view(scene.last, scene.clock.now)) == f"work  0/4 · 0 % · <1 ms · {status}"


@pytest.mark.parametrize(
    "text", ["a\nb", "<script>alert(1)</script>", "\x1b[31mred", "x" * 3_000_000, "\u202ex"]
)
def test_labels_and_messages_are_one_line(text):
    scene = Scene()
    bar = scene.track(total=4, label=text, message=text)
    seen = view(bar._loop, scene.clock.now)
    shown = repr(LoopViews((seen,)))
    page = LoopViews((seen,))._repr_html_()
    bar.close()

    assert str(seen).isprintable()
    assert len(str(seen)) < 500
    assert len(shown.splitlines()) <= 3
    assert "<script>" not in page
    assert "\x1b" not in page


def test_a_note_is_one_line():
    """It goes to `list_loops` and into receipts."""
    scene = Scene()

    def describe(_item):
        raise ValueError("a\nb\x1b[31m" + "x" * 100_000)

    for _ in scene.track(range(2), message=describe):
        pass
    seen = view(scene.last, scene.clock.now)

    assert str(seen).isprintable()
    assert len(seen.note) <= 2_000


@pytest.mark.parametrize("label", [5, None, ["a"], 2.5])
def test_a_label_that_is_no_text_is_shown_as_text(label):
    scene = Scene()
    for _ in scene.track(range(1), label):
        pass

    assert view(scene.last, scene.clock.now).label == str(label)


def test_no_loops_say_how_to_get_one():
    assert repr(LoopViews()) == "no loop has been tracked; try: for x in track(range(100)): ..."
    assert "no loop has been tracked" in html.unescape(LoopViews()._repr_html_())


def test_loops_show_themselves_as_a_table():
    scene = Scene()
    outer = scene.track(range(2), "training")
    for _ in outer:
        for _ in scene.track(range(4), "batch"):
            scene.clock.now += 1
    every = sorted((*scene.loops.finished(),), key=lambda one: one.number)
    views = LoopViews(view(one, scene.clock.now) for one in every)

    assert len(views.table().rows) == 3
    assert [row[1] for row in views.table().rows] == ["training", "  batch", "  batch"]
    assert "batch" in repr(views)
    assert "<table" in views._repr_html_()


@given(st.floats(0, 1e12), st.floats(1e-6, 1e12) | st.just(0) | st.none(), st.floats(0, 1e9))
def test_any_sane_count_can_be_shown(progress, total, elapsed):
    scene = Scene()
    bar = scene.track(total=total)
    bar.set(progress)
    scene.clock.now += elapsed
    seen = view(bar._loop, scene.clock.now)
    bar.close()

    assert str(seen).startswith("work  ")
    assert isinstance(repr(LoopViews((seen,))), str)


@pytest.mark.parametrize(("progress", "total"), [(1e307, 1.0), (1.0, 5e-324)])
def test_a_count_far_beyond_its_total_can_be_shown(progress, total):
    scene = Scene()
    bar = scene.track(total=total)
    bar.set(progress)
    seen = view(bar._loop, scene.clock.now)
    bar.close()

    assert math.isfinite(seen.progress)
    assert str(seen).startswith("work")
