"""Tasks of `rich.progress`, unedited, as loops: exact, stoppable, with a true end, and drawn as ever."""

from __future__ import annotations

import functools
import gc
import io
import subprocess
import sys

import pytest
from rich.console import Console
from rich.progress import Progress as imported_before
from rich.progress import track

from mcp_notebook.errors import LoopStopped
from mcp_notebook.foreign.capturing import capture
from mcp_notebook.tracking import Track


def console(paper):
    """What rich draws on."""
    return Console(file=paper, force_terminal=True, width=100, legacy_windows=False, _environ={})


@pytest.fixture
def track_(paper):
    """`track` as the user has imported it before the block; `auto_refresh` starts a thread that counts."""
    return functools.partial(track, console=console(paper))


@pytest.fixture
def progress(paper):
    """A started `Progress` that was made before the block."""
    with imported_before(console=console(paper), auto_refresh=False) as shown:
        yield shown


def test_an_iterated_task_is_a_loop_with_its_name(captured, track_):
    """The description without its markup; the total of what is iterated over."""
    for _ in track_(range(5), "[bold red]Copying[/] [link=x]files[/link]…"):
        pass

    (one,) = captured
    assert (one.label, one.unit, one.cell) == ("Copying files…", None, 7)
    assert (one.status, one.progress, one.total) == ("done", 5, 5)


@pytest.mark.parametrize("auto_refresh", [True, False])
def test_the_count_is_exact_while_richs_own_lags_behind(captured, track_, auto_refresh):
    """It looks ten times a second; we know each item."""
    seen = [captured[0].progress for _ in track_(range(50), auto_refresh=auto_refresh, update_period=3600)]

    assert seen == list(range(50))


def test_nothing_of_ours_runs_for_an_item(captured, progress):
    """Ten items or a thousand: as many calls, when iterated over and when advanced by hand."""

    def ours(n):
        calls = []

        def note(frame, event, _argument):
            if event == "call" and frame.f_globals.get("__name__", "").startswith("mcp_notebook."):
                calls.append(frame.f_code.co_name)

        task = progress.add_task("by hand", total=n)
        sys.setprofile(note)
        try:
            for _ in progress.track(range(n)):
                progress.advance(task)
                progress.update(task, description="moved")
        finally:
            sys.setprofile(None)
        return len(calls)

    assert ours(10) == ours(200)


def broken_off(shown):
    for x in shown(range(5)):
        if x == 2:
            break


def failing(shown):
    for x in shown(range(5)):
        if x == 2:
            raise OSError


def interrupted(shown):
    for x in shown(range(5)):
        if x == 2:
            raise KeyboardInterrupt


def abandoned(shown):
    items = iter(shown(range(5)))
    next(items), next(items), next(items)
    del items


@pytest.mark.parametrize(
    ("leave", "status"),
    [(broken_off, "stopped"), (failing, "failed"), (interrupted, "interrupted"), (abandoned, "abandoned")],
)
@pytest.mark.parametrize("auto_refresh", [True, False])
def test_how_a_loop_was_left_is_told_truly(captured, track_, leave, status, auto_refresh):
    """Through two generators of rich."""
    try:
        leave(functools.partial(track_, auto_refresh=auto_refresh))
    except (OSError, KeyboardInterrupt):
        gc.collect()

    (one,) = captured
    assert (one.status, one.progress, one.total) == (status, 2, 5)


def test_a_source_that_fails_fails_the_loop(captured, track_):
    """Its own error arrives as it was raised."""

    def source():
        yield 1
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        for _ in track_(source()):
            pass
    assert captured[0].status == "failed"


def test_unknown_totals_and_resumed_work_are_respected(captured, track_):
    """None is unknown; what was completed counts."""
    list(track_(iter("abc"), completed=10))
    list(track_(iter("abc"), total=3))

    assert [(v.status, v.progress, v.total) for v in captured] == [("done", 13, 3), ("done", 3, 3)]


def test_tasks_advanced_by_hand_are_read(captured, progress):
    """Several beside one another, hidden and not started ones too."""
    first = progress.add_task("first", total=10)
    endless = progress.add_task("endless", total=None)
    hidden = progress.add_task("hidden", visible=False, start=False)
    progress.advance(first, 4)
    progress.update(endless, advance=7, description="still [i]endless[/i]")
    progress.update(hidden, completed=50)

    assert [(v.label, v.status, v.progress, v.total) for v in captured] == [
        ("first", "running", 4, 10),
        ("still endless", "running", 7, None),
        ("hidden", "running", 50, 100),
    ]


def test_a_task_is_done_when_rich_calls_it_finished(captured, progress):
    """No later than that: others may go on for hours."""
    first, second = progress.add_task("first", total=2), progress.add_task("second", total=2)
    progress.advance(first, 2)
    progress.advance(second)

    assert [v.status for v in captured] == ["done", "running"]


def test_how_tasks_ended_is_told_truly(captured, paper):
    """Removed, stopped, short of the total, in a block that fails."""
    with imported_before(console=console(paper)) as shown:
        shown.remove_task(shown.add_task("removed"))
        shown.stop_task(shown.add_task("stopped"))
        shown.add_task("short")
        shown.update(shown.add_task("complete"), completed=100)
        shown.add_task("endless", total=None)
    with pytest.raises(OSError), imported_before(console=console(paper)) as shown:
        shown.update(shown.add_task("complete, then"), completed=100)
        shown.add_task("failing")
        raise OSError

    assert {v.label: v.status for v in captured} == {
        "removed": "stopped",
        "stopped": "stopped",
        "short": "stopped",
        "complete": "done",
        "endless": "done",
        "complete, then": "done",
        "failing": "failed",
    }


def test_reset_begins_a_new_loop(captured, progress):
    """The first one has its true end; a reset before the first step is none."""
    task = progress.add_task("again", total=5)
    progress.reset(task, total=3)
    progress.update(task, completed=2)
    progress.reset(task, total=4)
    progress.update(task, completed=4)

    assert [(v.status, v.progress, v.total) for v in captured] == [("stopped", 2, 3), ("done", 4, 4)]


def test_a_task_that_is_then_iterated_for_is_one_loop(captured, progress):
    """`Progress.track(..., task_id=...)`."""
    task = progress.add_task("mine", total=None)
    list(progress.track("abc", task_id=task))
    list(progress.track("ab", description="its own"))

    assert [(v.label, v.status, v.progress) for v in captured] == [
        ("mine", "done", 3),
        ("its own", "done", 2),
    ]


def test_files_that_rich_reads_are_seen(captured, progress, tmp_path):
    """`Progress.open` advances a task of its own."""
    path = tmp_path / "numbers"
    path.write_bytes(b"12345")
    with progress.open(path, "rb", description="reading") as file:
        file.read()

    assert [(v.label, v.status, v.progress, v.total) for v in captured] == [("reading", "done", 5, 5)]


def test_what_a_track_counts_already_is_left_to_it(captured, track_, loops):
    """The task stands for itself, and moves as rich moves it."""
    list(track_(Track(loops, range(3), "mine", total=3, unit=None, describe=None), "task"))

    assert [(v.label, v.status) for v in captured] == [("task", "done")]
    assert {(one.label, one.status, one.progress()) for one in loops.finished()} == {
        ("mine", "done", 3),
        ("task", "done", 3),
    }


def test_stopping_ends_an_iterated_task_at_its_next_item(captured, track_):
    """The count is what was done."""
    done = []
    with pytest.raises(LoopStopped, match="copying was asked to stop"):
        for x in track_(range(9), "copying"):
            done.append(x)
            if x == 3:
                captured.stop()

    assert done == [0, 1, 2, 3]
    assert (captured[0].status, captured[0].progress) == ("stopped", 4)


@pytest.mark.parametrize("how", ["advance", "bound before", "update"])
def test_stopping_ends_a_task_at_its_next_step(captured, progress, loops, how):
    """And none of the others; what only describes it goes through."""
    other, task = progress.add_task("other"), progress.add_task("asked")
    bound = progress.advance
    moves = {
        "advance": lambda: progress.advance(task),
        "bound before": lambda: bound(task),
        "update": lambda: progress.update(task, advance=1),
    }
    progress.advance(task)
    loops.running()[1].stop()

    progress.update(task, description="[b]asked[/b]")
    for _ in range(2):
        with pytest.raises(LoopStopped):
            moves[how]()
    progress.advance(other)
    assert [(v.label, v.status, v.progress) for v in captured] == [
        ("other", "running", 1),
        ("asked", "stopped", 2),
    ]


def test_the_users_tasks_are_drawn_as_before(loops):
    """To the letter; and we draw none."""

    def draw():
        paper = io.StringIO()
        columns = ("{task.description}", "{task.completed}/{task.total}")
        with imported_before(*columns, console=console(paper), auto_refresh=False) as shown:
            task = shown.add_task("[red]a[/]", total=3)
            shown.update(task, advance=2, refresh=True)
            shown.reset(task)
            for _ in shown.track("ab", description="b"):
                pass
        return paper.getvalue()

    before = draw()
    with capture(loops) as block:
        inside = draw()
    assert inside == before == draw()
    assert {one.group for one in loops.finished()} == {None}
    assert len(block) == 3


@pytest.mark.parametrize("error", [None, OSError])
def test_everything_is_put_back_exactly(loops, track_, error):
    """Also after an exception."""
    before = dict(vars(imported_before))
    try:
        with capture(loops), capture(loops):
            list(track_(range(3)))
            if error is not None:
                raise error
    except OSError:
        pass

    assert dict(vars(imported_before)) == before


def test_tasks_that_outlive_the_block_are_reported_until_they_end(loops, paper):
    """Until rich calls them finished, or their `Progress` stops."""
    shown = imported_before(console=console(paper), auto_refresh=False, redirect_stdout=False)
    shown.start()
    with capture(loops) as block:
        first, second = shown.add_task("first", total=3), shown.add_task("second", total=3)
        lost = imported_before(console=console(paper))
        lost.add_task("lost")
    assert [v.status for v in block] == ["running"] * 3

    shown.advance(first, 3)
    shown.advance(second, 2)
    assert [(v.status, v.progress) for v in block][:2] == [("done", 3), ("running", 2)]
    shown.stop()
    del lost
    gc.collect()
    assert [(v.label, v.status) for v in block] == [
        ("first", "done"),
        ("second", "stopped"),
        ("lost", "abandoned"),
    ]
    assert loops.running() == ()


def test_a_task_from_before_the_block_is_seen_when_it_is_iterated_for(loops, progress):
    """And not when it is advanced: that would cost a call for each step."""
    iterated, advanced = progress.add_task("iterated", total=3), progress.add_task("advanced", total=3)
    with capture(loops) as block:
        progress.advance(advanced)
        list(progress.track("abc", task_id=iterated))

    assert [(v.label, v.status, v.progress) for v in block] == [("iterated", "done", 3)]


def test_a_description_that_is_no_markup_is_taken_as_it_is(captured, progress):
    """Rich would fail to draw it; that is not our business."""
    progress.disable = True
    progress.add_task("[/nothing] to close")

    assert captured[0].label == "[/nothing] to close"
    progress.remove_task(0)


def test_rich_imported_inside_the_block_is_seen():
    """In a process that has not heard of it."""
    code = (
        "import sys, io\n"
        "from mcp_notebook.foreign.capturing import capture\n"
        "from mcp_notebook.progress import Tracker\n"
        "from mcp_notebook.tracking import Loops\n"
        "with capture(Loops(Tracker(), lambda: (None, 1), lambda: None)) as block:\n"
        "    assert 'rich' not in sys.modules\n"
        "    from rich.progress import track\n"
        "    from rich.console import Console\n"
        "    for _ in track(range(3), console=Console(file=io.StringIO())): pass\n"
        "print([(v.status, int(v.progress)) for v in block])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.strip() == "[('done', 3)]"
