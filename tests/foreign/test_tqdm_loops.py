"""Bars of tqdm, unedited, as loops: exact, stoppable, with a true end, and drawn as ever."""

from __future__ import annotations

import asyncio
import functools
import gc
import io
import subprocess
import sys
import threading
import warnings

import pytest
import tqdm.asyncio
import tqdm.auto
import tqdm.notebook
import tqdm.rich
import tqdm.std
from tqdm import tqdm as imported_before
from tqdm import trange
from tqdm.contrib import tenumerate

from mcp_notebook.errors import LoopStopped
from mcp_notebook.foreign import capturing
from mcp_notebook.foreign.capturing import capture
from mcp_notebook.tracking import Track

OWN = {"_lock", "monitor"}
"""attributes that tqdm itself sets on its class"""


@pytest.fixture(autouse=True)
def _quiet():
    """Bars that a test lets go of must not draw on the terminal, nor may tqdm.rich warn of itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tqdm.std.TqdmExperimentalWarning)
        yield


@pytest.fixture
def bar(paper):
    """`tqdm` as the user has imported it before the block."""
    return functools.partial(imported_before, file=paper)


async def numbers(n):
    for i in range(n):
        yield i


def test_an_iterated_bar_is_a_loop_with_its_names(captured, bar):
    """Label, unit, total and postfix are the bar's."""
    for x in (shown := bar(range(5), desc="files", unit="file")):
        shown.set_postfix(size=x)

    (one,) = captured
    assert (one.label, one.unit, one.message, one.cell) == ("files", "file", "size=4", 7)
    assert (one.status, one.progress, one.total) == ("done", 5, 5)


def test_the_count_is_exact_while_tqdms_own_lags_behind(captured, bar):
    """It draws every hour; we know each item."""
    shown = bar(range(100), mininterval=3600)
    seen = [(shown.n, captured[0].progress) for _ in shown]

    assert {n for n, _ in seen} == {0}
    assert [count for _, count in seen] == list(range(100))


def test_nothing_of_ours_runs_for_an_item(captured, bar):
    """Ten items or a thousand: as many calls, when iterated over and when counted by hand."""

    def ours(n):
        calls = []

        def note(frame, event, _argument):
            if event == "call" and frame.f_globals.get("__name__", "").startswith("mcp_notebook."):
                calls.append(frame.f_code.co_name)

        shown = bar(total=n, miniters=n)
        sys.setprofile(note)
        try:
            for _ in bar(range(n), miniters=n):
                shown.update()
        finally:
            sys.setprofile(None)
        shown.close()
        return len(calls)

    assert ours(10) == ours(1000)


def broken_off(bar):
    for x in bar(range(5)):
        if x == 2:
            break


def failing(bar):
    for x in bar(range(5)):
        if x == 2:
            raise OSError


def interrupted(bar):
    for x in bar(range(5)):
        if x == 2:
            raise KeyboardInterrupt


def returned_from(bar):
    for x in bar(range(5)):
        if x == 2:
            return


def abandoned(bar):
    items = iter(bar(range(5)))
    next(items), next(items), next(items)
    del items


def cut_short_by_a_shorter_one(bar):
    for _ in zip(bar(range(5)), "ab", strict=False):
        pass


@pytest.mark.parametrize(
    "way",
    [
        (broken_off, "stopped"),
        (returned_from, "stopped"),
        (failing, "failed"),
        (interrupted, "interrupted"),
        (abandoned, "abandoned"),
        (cut_short_by_a_shorter_one, "abandoned"),
    ],
)
@pytest.mark.parametrize("disable", [False, True])
@pytest.mark.parametrize("module", [tqdm.std, tqdm.notebook, tqdm.asyncio, tqdm.rich])
def test_how_a_loop_was_left_is_told_truly(captured, capsys, way, disable, module):
    """Through one generator, or two."""
    leave, status = way
    more = {"display": False} if module is tqdm.notebook and not disable else {}
    shown = functools.partial(module.tqdm, disable=disable, **more)
    try:
        leave(shown)
    except (OSError, KeyboardInterrupt):
        gc.collect()

    (one,) = captured
    assert (one.status, one.progress, one.total) == (status, 2, 5)


def test_a_source_that_fails_fails_the_loop(captured, bar):
    """Its own error arrives as it was raised."""

    def source():
        yield 1
        raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        for _ in bar(source(), desc="reading"):
            pass
    assert captured[0].status == "failed"


@pytest.mark.parametrize(
    "consume", [list, sum, max, lambda xs: [2 * x for x in xs], lambda xs: list(enumerate(xs))]
)
def test_a_bar_that_c_code_consumes_is_counted(captured, bar, consume):
    """Nobody needs a `for` statement."""
    consume(bar(range(5)))

    assert (captured[0].status, captured[0].progress) == ("done", 5)


def test_a_disabled_bar_that_is_iterated_over_is_seen(captured, bar, paper):
    """It draws nothing, and clients see it all the same; tqdm drops its name, we don't."""
    for _ in bar(range(5), desc="silent", unit="file", disable=True):
        pass

    assert (captured[0].label, captured[0].unit) == ("silent", "file")
    assert (captured[0].status, captured[0].progress) == ("done", 5)
    assert paper.getvalue() == ""


def test_a_disabled_bar_without_an_iterable_is_not_reported(captured, bar):
    """Tqdm itself does not count it: nobody could say how far it is."""
    with bar(total=5, disable=True) as shown:
        shown.update()

    assert len(captured) == 0


def test_initial_and_unknown_totals_are_respected(captured, bar):
    """Resumed work begins where it was."""
    for x in bar(iter("abc"), initial=10):
        if x == "c":
            assert (captured[0].progress, captured[0].total) == (12, None)
    for _ in bar("ab", initial=2, total=4):
        pass

    assert [(v.progress, v.total) for v in captured] == [(13, None), (4, 4)]


def test_nested_bars_nest(captured, bar):
    """Also those that leave no line behind."""
    for _ in bar(range(2), desc="epoch"):
        for _ in bar(range(3), desc="batch", leave=False):
            pass

    epoch, *batches = captured
    assert [(b.label, b.parent, b.status, b.progress) for b in batches] == [
        ("batch", epoch.id, "done", 3)
    ] * 2


def test_trange_and_tenumerate_and_subclasses_are_seen(captured, paper):
    """Whatever derives from tqdm."""

    class Mine(imported_before):
        def update(self, n=1):
            return super().update(n)

    for _ in trange(3, file=paper):
        pass
    for _ in tenumerate("abc", file=paper):
        pass
    for _ in Mine("abc", file=paper):
        pass
    with Mine(total=3, file=paper) as mine:
        mine.update(3)

    assert [(v.status, v.progress, v.total) for v in captured] == [("done", 3, 3)] * 4


def test_a_bar_counted_by_hand_is_read(captured, bar):
    """Every change shows at once: count, total, description, postfix."""
    shown = bar(total=10, desc="bytes", unit="B", miniters=100)
    shown.update(4)
    shown.set_description("more bytes", refresh=False)
    shown.set_postfix_str("slow", refresh=False)
    shown.total = 20

    (one,) = captured
    assert (one.label, one.status, one.progress, one.total) == ("more bytes", "running", 4, 20)
    assert (one.message, one.unit) == ("slow", "B")
    shown.update(16)
    shown.close()
    assert (captured[0].status, captured[0].progress) == ("done", 20)


def test_how_a_bar_counted_by_hand_ended_is_told_truly(captured, bar):
    """Closed short of its total; in a `with` that fails; in a `finally`; let go of."""
    with bar(total=5, desc="short") as shown:
        shown.update(2)
    with pytest.raises(OSError), bar(total=5, desc="failing") as shown:
        raise OSError
    shown = bar(total=5, desc="finally")
    with pytest.raises(KeyboardInterrupt):
        try:
            raise KeyboardInterrupt
        finally:
            shown.close()
    shown = bar(total=5, desc="gone")
    shown.update()
    del shown
    with bar(desc="unknown") as shown:
        shown.update(3)

    assert {v.label: v.status for v in captured} == {
        "short": "stopped",
        "failing": "failed",
        "finally": "interrupted",
        "gone": "abandoned",
        "unknown": "done",
    }


def test_a_bar_closed_while_another_error_is_handled_has_not_failed(captured, bar):
    """A retry is no failure."""

    def attempt():
        with bar(desc="second attempt") as shown:
            shown.update()

    try:
        failing(iter)
    except OSError:
        attempt()

    assert captured[0].status == "done"


def test_reset_begins_a_new_loop(captured, bar):
    """The first one has its true end; a reset before the first step is none."""
    shown = bar(total=5)
    shown.reset(total=3)
    shown.update(3)
    shown.reset(total=4)
    shown.update(4)
    shown.close()

    assert [(v.status, v.progress, v.total) for v in captured] == [("done", 3, 3), ("done", 4, 4)]


def test_a_second_pass_over_a_closed_bar_counts_from_nothing(captured, bar):
    """Tqdm gives the items, and does not count them again."""
    shown = bar("abc")
    list(shown)
    list(shown)

    assert [(v.status, v.progress) for v in captured] == [("done", 3)] * 2


def test_the_source_of_a_bar_stays_what_it_was(captured, bar):
    """`len`, `in`, the attribute: in the loop and after it."""
    source = [1, 2, 3]
    shown = bar(source)
    for _ in shown:
        assert shown.iterable is source
        assert len(shown) == 3
        assert "iterable" in vars(shown)
    assert shown.iterable is source
    assert not hasattr(tqdm.std.tqdm, "iterable")
    with pytest.raises(TypeError, match="not iterable"):
        iter(bar(total=3)).__next__()


def test_what_a_track_counts_already_is_not_counted_twice(captured, bar, loops):
    """The one that was written down is the one that is seen."""
    for _ in bar(Track(loops, range(3), "mine", total=3, unit=None, describe=None)):
        pass

    assert len(captured) == 0
    assert [one.label for one in loops.finished()] == ["mine"]


def test_stopping_ends_an_iterated_bar_at_its_next_item(captured, bar):
    """The user's own bar closes; the count is what was done."""
    done = []
    with pytest.raises(LoopStopped, match="training was asked to stop"):
        for x in (shown := bar(range(9), desc="training")):
            done.append(x)
            if x == 3:
                captured.stop()

    assert done == [0, 1, 2, 3]
    assert shown.disable
    assert (captured[0].status, captured[0].progress) == ("stopped", 4)


@pytest.mark.parametrize("one", [1, 1.0])
def test_stopping_ends_a_bar_counted_by_hand_at_its_next_update(captured, bar, one):
    """Also where `update` was bound before; whatever is added."""
    update = bar(total=9).update
    update(one)
    captured.stop()

    for _ in range(2):
        with pytest.raises(LoopStopped):
            update(one)
    assert (captured[0].status, captured[0].progress) == ("stopped", 2)


def test_counts_of_numpy_are_numbers(captured, bar):
    """Read, and stopped."""
    numpy = pytest.importorskip("numpy")
    shown = bar(total=numpy.int64(9))
    shown.update(numpy.int64(2))
    captured.stop()

    with pytest.raises(LoopStopped):
        shown.update(numpy.float32(1))
    assert (captured[0].progress, captured[0].total) == (3, 9)


def test_a_stop_that_tqdm_overwrites_is_repeated_with_the_next_look(captured, bar):
    """It sets its `miniters` after drawing: that may be just when somebody stops it."""
    shown = bar(total=9)
    captured.stop()
    shown.miniters = 1
    captured.views()

    with pytest.raises(LoopStopped):
        shown.update()


def test_tqdms_monitor_survives_a_stopped_bar(captured, bar):
    """It asks whether `miniters` should be reset."""
    shown = bar(total=9)
    captured.stop()

    assert not shown.miniters > 1
    shown.close()


def test_asynchronous_loops_are_seen(captured, paper):
    """`async for`, `gather`, `as_completed`: each with its true end."""
    shown = functools.partial(tqdm.asyncio.tqdm, file=paper)

    async def main():
        async for _ in shown(numbers(3), desc="all"):
            pass
        async for x in shown(numbers(3), desc="some", total=3):
            if x == 1:
                break
        await shown.func.gather(*[asyncio.sleep(0) for _ in range(4)], desc="gather", file=paper)
        for one in shown.func.as_completed([asyncio.sleep(0)], desc="as completed", file=paper):
            await one
        with pytest.raises(OSError):
            async for _ in shown(numbers(3), desc="failing", total=3):
                raise OSError
        with pytest.raises(LoopStopped):
            async for _ in shown(numbers(3), desc="asked"):
                captured.stop()

    asyncio.run(main())
    assert {v.label: v.status for v in captured} == {
        "all": "done",
        "some": "stopped",
        "gather": "done",
        "as completed": "done",
        "failing": "failed",
        "asked": "stopped",
    }


def test_each_module_of_tqdm_is_seen(captured, capsys):
    """One class underlies them all."""
    for module in (tqdm.std, tqdm.auto, tqdm.rich, tqdm.asyncio):
        for _ in module.tqdm(range(3), desc=module.__name__):
            pass
    for _ in tqdm.notebook.tqdm(range(3), desc="tqdm.notebook", display=False):
        pass
    with tqdm.rich.tqdm(total=3, desc="by hand") as shown:
        shown.update(3)

    assert [(v.status, v.progress) for v in captured] == [("done", 3)] * 6
    assert captured[-1].label == "by hand"


def test_the_users_bars_are_drawn_as_before(loops):
    """To the letter; and we draw none."""

    def draw():
        paper = io.StringIO()
        form = {"file": paper, "bar_format": "{desc}{n}/{total}{postfix}", "mininterval": 0, "miniters": 1}
        for _ in imported_before(range(2), desc="a", **form):
            for _ in imported_before(range(2), desc="b", leave=False, **form):
                pass
        with imported_before(total=3, **form) as shown:
            shown.update(2)
            shown.set_postfix(a=1)
            shown.reset()
        return paper.getvalue()

    before = draw()
    with capture(loops) as block:
        inside = draw()
    assert inside == before == draw()
    assert {one.group for one in loops.finished()} == {None}
    assert len(block) == 5  # the reset one begins again


@pytest.mark.parametrize("error", [None, OSError, KeyboardInterrupt])
def test_everything_is_put_back_exactly(loops, bar, error):
    """Also after an exception; nothing is left in the import system either."""
    kinds = (tqdm.std.tqdm, tqdm.asyncio.tqdm_asyncio)
    before = [dict(vars(kind)) for kind in kinds], list(sys.meta_path)
    try:
        with capture(loops), capture(loops):
            list(bar(range(3)))
            if error is not None:
                raise error
    except (OSError, KeyboardInterrupt):
        pass

    after = [dict(vars(kind)) for kind in kinds], list(sys.meta_path)
    assert before[1] == after[1]
    for was, now in zip(before[0], after[0], strict=True):
        assert {name for name in was | now if was.get(name) is not now.get(name)} <= OWN


def test_what_others_patched_over_us_stays_and_works(loops, bar, monkeypatch):
    """A known trick: switch all bars off."""
    with capture(loops) as block:
        monkeypatch.setattr(
            tqdm.std.tqdm, "__init__", functools.partialmethod(tqdm.std.tqdm.__init__, disable=True)
        )
        list(bar(range(3)))
    list(bar(range(3)))
    with capture(loops) as again:
        list(bar(range(3), desc="off"))

    assert [len(block), len(again)] == [1, 1]


def test_bars_that_outlive_the_block_are_reported_until_they_end(loops, bar):
    """And stay stoppable."""
    with capture(loops) as block:
        by_hand = bar(total=3, desc="by hand")
        items = iter(bar("abcd", desc="iterated"))
        next(items)
        stopped = bar(total=3, desc="stopped")
        lost = bar(total=3, desc="lost")

    by_hand.update(2)
    next(items)
    assert [(v.label, v.progress) for v in block][:2] == [("by hand", 2), ("iterated", 1)]
    by_hand.update()
    by_hand.close()
    list(items)
    next(one for one in loops.running() if one.label == "stopped").stop()
    with pytest.raises(LoopStopped):
        stopped.update()
    del lost
    assert {v.label: (v.status, v.progress) for v in block} == {
        "by hand": ("done", 3),
        "iterated": ("done", 4),
        "stopped": ("stopped", 1),
        "lost": ("abandoned", 0),
    }
    assert loops.running() == ()


def test_bars_from_before_the_block_are_seen_once_they_draw(loops, bar):
    """Those that nobody moves are not."""
    moved, iterated, left = bar(total=9, mininterval=0), bar(range(9), desc="x", mininterval=0), bar(total=9)
    items = iter(iterated)
    next(items)
    with capture(loops) as block:
        moved.update(4)
        next(items), next(items)

        assert [(v.label, v.progress) for v in block] == [("loop", 4), ("x", 2)]
        block.stop()
        with pytest.raises(LoopStopped):
            next(items)
    for shown in (moved, iterated, left):
        shown.close()
    assert [v.status for v in block] == ["stopped", "stopped"]


def test_an_iterated_bar_from_before_the_block_is_exact(loops, bar):
    """Created outside, iterated over inside: it begins with the iteration."""
    shown = bar(range(9), mininterval=3600)
    with capture(loops) as block:
        for x in shown:
            assert block[0].progress == x

    assert block[0].status == "done"


def test_a_label_stands_before_the_outermost_names(loops, bar):
    """It names those that have no name."""
    with capture(loops, "cell 3") as block:
        for _ in bar(range(1), desc="epoch"):
            list(bar(range(1), desc="batch"))
        list(bar(range(1)))

    assert [v.label for v in block] == ["cell 3: epoch", "batch", "cell 3"]


def test_captures_of_two_threads_see_their_own_bars(loops, bar):
    """At the same time; a worker without a capture belongs to both."""
    together = threading.Barrier(2, timeout=30)
    seen = {}

    def work(name):
        with capture(loops) as block:
            together.wait()
            list(bar(range(3), desc=name))
            together.wait()
            if name == "a":
                worker = threading.Thread(target=lambda: list(bar(range(3), desc="worker")))
                worker.start()
                worker.join()
            together.wait()
            seen[name] = [v.label for v in block]

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == {"a": ["a", "worker"], "b": ["b", "worker"]}
    assert not hasattr(tqdm.std.tqdm, "iterable")


def test_a_nested_block_belongs_to_the_outer_one(captured, loops, bar):
    """The inner one ends; the outer one goes on."""
    with capture(loops) as inner:
        list(bar(range(1), desc="both"))
    list(bar(range(1), desc="outer"))

    assert [v.label for v in captured] == ["both", "outer"]
    assert [v.label for v in inner] == ["both"]


def test_a_capture_shows_itself(captured, bar):
    """A sequence of views, and a table."""
    list(bar(range(3), desc="files"))

    assert captured[0] in list(captured)
    assert captured[:1] == (captured[0],)
    assert "files" in repr(captured)
    assert "files" in captured._repr_html_()


def test_a_fault_of_ours_never_reaches_the_users_loop(captured, bar, loops, caplog, monkeypatch):
    """It is logged; the items come, the bar counts and closes."""

    def fail(*_args, **_options):
        raise ValueError("nobody expects that")

    monkeypatch.setattr(capturing, "begin", fail)
    with bar(total=3) as shown:
        shown.update(3)
        shown.reset()
        shown.update(2)
    assert shown.n == 2
    assert list(bar("abc")) == list(bar("abc", disable=True)) == ["a", "b", "c"]
    assert "could not be followed" in caplog.text


def test_a_description_is_one_line_of_text(captured, bar):
    """Whatever it holds."""
    shown = bar(total=3, desc="two\nlines \x1b[31mred\x1b[0m")
    shown.close()

    assert captured[0].label == "two lines red"


def test_tqdm_imported_inside_the_block_is_seen():
    """In a process that has not heard of it; the loader is left as it was."""
    code = (
        "import sys, io\n"
        "from mcp_notebook.foreign.capturing import capture\n"
        "from mcp_notebook.progress import Tracker\n"
        "from mcp_notebook.tracking import Loops\n"
        "assert 'tqdm' not in sys.modules\n"
        "with capture(Loops(Tracker(), lambda: (None, 1), lambda: None)) as block:\n"
        "    assert 'tqdm' not in sys.modules\n"
        "    from tqdm import tqdm\n"
        "    for _ in tqdm(range(3), file=io.StringIO()): pass\n"
        "import tqdm.std\n"
        "assert 'exec_module' not in vars(tqdm.std.__spec__.loader)\n"
        "assert not hasattr(tqdm.std.tqdm, 'iterable')\n"
        "print([(v.status, int(v.progress)) for v in block])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.strip() == "[('done', 3)]"
