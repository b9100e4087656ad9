"""`list_loops`, `watch_loop` and `stop_loop` without a server: cursors, waits, names, ends."""

# ruff: noqa: PERF401 - the loops themselves are what is tested

from __future__ import annotations

import asyncio
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.errors import ArgumentError, LoopStopped, MCPNotebookError
from mcp_notebook.host import resources, states
from mcp_notebook.host.watching import IDLE, LONGEST_S, Watch, list_loops, stop_loop
from mcp_notebook.progress import Tracker
from mcp_notebook.reporting.ticks import Ticks
from mcp_notebook.tracking import UNSET, Loops, scope, track
from mcp_notebook.tracking.loop import current


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Notebook:
    """Loops, and the heartbeat that watchers wait for."""

    def __init__(self) -> None:
        current.set(None)
        scope.set(None)
        self.clock = Clock()
        self.loops = Loops(Tracker(self.clock), here=lambda: ("cell", 3), wake=lambda: None)
        self.ticks = Ticks()
        self.told = []

    def begin(self, label="work", size=10, parent=None, **options):
        """Begin a loop beside the others, or inside of *parent*; return its iterator and itself."""
        current.set(parent)
        tracked = track(self.loops, range(size), label, total=UNSET, unit=None, message=None, **options)
        iterator = iter(tracked)
        current.set(None)
        return iterator, tracked.loop

    def run_through(self, label="work", size=2):
        """Begin and end a loop; return it."""
        iterator, loop = self.begin(label, size)
        for _ in iterator:
            pass
        return loop

    async def send(self, report):
        """Remember *report*."""
        self.told.append(report)

    def watch(self, *, send=True, **arguments):
        """Return a watch."""
        return Watch(self.loops, self.ticks, arguments, self.send if send else None)

    async def tick(self, seconds=0.1):
        """Move the clock, and let everybody look."""
        self.clock.now += seconds
        self.loops.sample()
        self.ticks.tick()
        for _ in range(5):
            await asyncio.sleep(0)


def answer(**arguments):
    """Watch a notebook in which one loop runs, without waiting."""
    notebook = Notebook()
    kept = notebook.begin()
    told, _ = asyncio.run(notebook.watch(wait_s=0, **arguments).run())
    return told, kept[1]


# the life of a watch


def test_a_watch_reports_until_the_loop_ends():
    """The last value is told before the answer, and is the true one."""

    async def body():
        notebook = Notebook()
        iterator, loop = notebook.begin()
        watching = asyncio.create_task(notebook.watch().run())
        await asyncio.sleep(0)
        for _ in iterator:
            await notebook.tick()
        await notebook.tick()
        told, line = await watching
        return notebook, loop, told, line

    notebook, loop, told, line = asyncio.run(body())
    progresses = [report.progress for report in notebook.told]
    assert progresses == sorted(set(progresses))
    assert (progresses[0], progresses[-1]) == (0, 10)
    assert (told["status"], told["progress"], told["total"]) == ("done", 10, 10)
    assert told["cursor"] == 2 * loop.number + 1
    assert told["next"] == f"it has ended; call watch_loop(cursor={told['cursor']}) for the next one"
    assert line.endswith(told["next"])


def test_a_watch_without_a_token_tells_nothing_and_answers_the_same():
    async def body():
        notebook = Notebook()
        iterator, _ = notebook.begin()
        watching = asyncio.create_task(notebook.watch(send=False).run())
        for _ in iterator:
            await notebook.tick()
        await notebook.tick()
        return notebook.told, await watching

    reports, (told, _) = asyncio.run(body())
    assert reports == []
    assert told["status"] == "done"


def test_a_watch_returns_when_its_time_is_over():
    async def body():
        notebook = Notebook()
        iterator, loop = notebook.begin()
        next(iterator)
        watching = asyncio.create_task(notebook.watch(wait_s=5).run())
        await asyncio.sleep(0)
        while not watching.done():
            await notebook.tick(1.0)
        return notebook.clock.now, loop, *await watching

    now, loop, told, _ = asyncio.run(body())
    assert now == 105.0
    assert (told["status"], told["cursor"]) == ("running", 2 * loop.number)
    assert told["next"] == f"call watch_loop(loop='{loop.id}', cursor={told['cursor']})"


def test_with_no_loop_a_watch_waits_for_one_to_begin():
    async def body():
        notebook = Notebook()
        watching = asyncio.create_task(notebook.watch(wait_s=60).run())
        await asyncio.sleep(0)
        await notebook.tick()
        assert not watching.done()
        iterator, loop = notebook.begin()
        await notebook.tick()
        list(iterator)
        await notebook.tick()
        told, _ = await watching
        return told["id"], loop.id

    found, expected = asyncio.run(body())
    assert found == expected


def test_with_no_loop_in_time_a_watch_says_so():
    notebook = Notebook()
    told, line = asyncio.run(notebook.watch(wait_s=0).run())

    assert told == {"loop": None, "status": "idle", "cursor": None, "next": "call watch_loop()"}
    assert line == f"{IDLE}; call watch_loop()"


def test_many_watchers_are_told_the_same_end():
    async def body():
        notebook = Notebook()
        iterator, _ = notebook.begin()
        watching = [asyncio.create_task(notebook.watch().run()) for _ in range(20)]
        await asyncio.sleep(0)
        list(iterator)
        await notebook.tick()
        return await asyncio.gather(*watching)

    assert {told["status"] for told, _ in asyncio.run(body())} == {"done"}


def test_a_watcher_that_is_cancelled_leaves_nothing():
    async def body():
        notebook = Notebook()
        kept = notebook.begin()
        watching = asyncio.create_task(notebook.watch().run())
        await asyncio.sleep(0)
        watching.cancel()
        await asyncio.wait((watching,))
        await notebook.tick()
        return len(notebook.ticks._waiting), kept[1].running

    assert asyncio.run(body()) == (0, True)


def test_a_watched_loop_that_is_stopped_or_fails_says_so():
    async def body():
        notebook = Notebook()
        iterator, loop = notebook.begin()
        watching = asyncio.create_task(notebook.watch(loop="work").run())
        await asyncio.sleep(0)
        next(iterator)
        stop_loop(notebook.loops, {"loop": loop.id})
        with pytest.raises(LoopStopped, match="stopped by an MCP client"):
            next(iterator)
        await notebook.tick()
        return (await watching)[0]["status"]

    assert asyncio.run(body()) == "stopped"


# cursors


def test_a_running_cursor_returns_to_its_loop_even_after_its_end():
    """What was not told yet is the end."""
    notebook = Notebook()
    _, other = notebook.begin("other")
    ended = notebook.run_through("mine")
    told, _ = asyncio.run(notebook.watch(cursor=2 * ended.number, wait_s=0).run())

    assert (told["id"], told["status"], told["cursor"]) == (ended.id, "done", 2 * ended.number + 1)
    assert other.number < ended.number


def test_an_ended_cursor_waits_for_the_next_loop():
    async def body():
        notebook = Notebook()
        first = notebook.run_through("first")
        watching = asyncio.create_task(notebook.watch(cursor=2 * first.number + 1, wait_s=9).run())
        await asyncio.sleep(0)
        await notebook.tick()
        assert not watching.done()
        second = notebook.run_through("second")
        await notebook.tick()
        return (await watching)[0], second

    told, second = asyncio.run(body())
    assert (told["id"], told["status"]) == (second.id, "done")


def test_with_cursors_no_loop_is_missed():
    """Ten loops that began and ended while nobody watched, one call each, in order."""
    notebook = Notebook()
    loops = [notebook.run_through(f"loop {n}") for n in range(10)]
    cursor, seen = 2 * loops[0].number + 1, [loops[0].id]
    for _ in range(9):
        told, _ = asyncio.run(notebook.watch(cursor=cursor, wait_s=0).run())
        cursor = told["cursor"]
        seen.append(told["id"])

    assert seen == [one.id for one in loops]
    idle, _ = asyncio.run(notebook.watch(cursor=cursor, wait_s=0).run())
    assert (idle["status"], idle["cursor"]) == ("idle", cursor)
    assert idle["next"] == f"call watch_loop(cursor={cursor})"


def test_an_ended_cursor_passes_over_inner_loops():
    notebook = Notebook()
    first = notebook.run_through("first")
    outer, parent = notebook.begin("outer")
    next(outer)
    inner, _ = notebook.begin("inner", parent=parent)
    told, _ = asyncio.run(notebook.watch(cursor=2 * first.number + 1, wait_s=0).run())
    del inner

    assert told["label"] == "outer"


def test_the_next_loop_is_the_oldest_one_that_was_not_told():
    notebook = Notebook()
    first = notebook.run_through("first")
    kept = notebook.begin("second"), notebook.begin("third")
    told, _ = asyncio.run(notebook.watch(cursor=2 * first.number + 1, wait_s=0).run())

    assert told["id"] == kept[0][1].id


@pytest.mark.parametrize("cursor", [10**9, 10**9 + 1, 0, -5, 1])
def test_a_stale_cursor_is_as_good_as_none(cursor):
    """Another kernel's, or one before a restart."""
    told, loop = answer(cursor=cursor)

    assert told["id"] == loop.id


def test_a_stale_cursor_is_not_handed_back():
    notebook = Notebook()
    told, _ = asyncio.run(notebook.watch(cursor=10**9, wait_s=0).run())

    assert (told["status"], told["cursor"], told["next"]) == ("idle", None, "call watch_loop()")


@pytest.mark.parametrize("cursor", ["7", 7.5, True, [7], {}])
def test_a_cursor_that_is_none_of_ours_is_refused(cursor):
    with pytest.raises(ArgumentError, match="cursor="):
        Notebook().watch(cursor=cursor)


@given(st.integers(1, 6), st.integers(0, 14))
def test_a_client_that_follows_sees_every_loop_once(count, begun_before):
    """However many had ended when it first asked."""

    async def body():
        notebook = Notebook()
        loops = [notebook.run_through(f"loop {n}") for n in range(count)]
        cursor, seen = 2 * loops[0].number + 1, [loops[0].number]
        for n in range(begun_before % 5):
            loops.append(notebook.run_through(f"later {n}"))
        while True:
            told, _ = await notebook.watch(cursor=cursor, wait_s=0).run()
            if told["status"] == "idle":
                return seen, [one.number for one in loops]
            cursor = told["cursor"]
            seen.append(int(told["id"].removeprefix("loop-")))

    seen, expected = asyncio.run(body())
    assert seen == expected


# which loop


def test_the_newest_outermost_running_loop_is_watched():
    notebook = Notebook()
    outer, first = notebook.begin("first")
    next(outer)
    second_iterator, second = notebook.begin("second")
    next(second_iterator)
    inner, _ = notebook.begin("inner", parent=second)
    notebook.run_through("ended")
    told, _ = asyncio.run(notebook.watch(wait_s=0).run())
    del inner

    assert told["id"] == second.id
    assert first.running


def test_a_loop_whose_parent_has_ended_is_outermost():
    notebook = Notebook()
    outer, parent = notebook.begin("outer")
    next(outer)
    inner, loop = notebook.begin("inner", parent=parent)
    next(inner)
    list(outer)

    assert states.outermost(notebook.loops) is loop
    del inner
    assert states.outermost(notebook.loops) is None


def test_a_loop_is_found_by_id_or_label_running_ones_first():
    notebook = Notebook()
    kept, running = notebook.begin("same")
    notebook.run_through("same")
    newest = notebook.run_through("other")
    assert states.find(notebook.loops, "same") is running
    assert states.find(notebook.loops, "other") is newest
    assert states.find(notebook.loops, running.id) is running
    list(kept)
    notebook.run_through("same")

    assert states.find(notebook.loops, "same").number > newest.number


def test_an_id_is_not_taken_over_by_a_label():
    notebook = Notebook()
    mine = notebook.run_through("mine")
    kept, _ = notebook.begin(mine.id)

    assert states.find(notebook.loops, mine.id) is mine
    del kept


@pytest.mark.parametrize("label", ["two\nlines", " padded ", "x" * 300, "\x1b[1mbold"])
def test_a_loop_is_found_by_the_label_that_clients_were_told(label):
    notebook = Notebook()
    loop = notebook.run_through(label)
    told = states.state(loop, notebook.clock.now)["label"]

    assert states.find(notebook.loops, told) is loop


def test_an_unknown_loop_is_refused_at_once_with_a_suggestion():
    notebook = Notebook()
    notebook.run_through("training")
    for ask in (
        lambda name: asyncio.run(notebook.watch(loop=name).run()),
        lambda name: stop_loop(notebook.loops, {"loop": name}),
    ):
        with pytest.raises(ArgumentError, match="no loop 'trainin'; did you mean 'training'"):
            ask("trainin")
    with pytest.raises(ArgumentError, match="there are none"):
        states.find(Notebook().loops, "training")


def test_the_names_in_a_refusal_are_one_line_of_bounded_length():
    notebook = Notebook()
    notebook.run_through("a\nb\x1b[31m")
    notebook.run_through("x" * 1_000_000)
    with pytest.raises(ArgumentError) as refused:
        states.find(notebook.loops, "zzz")

    assert len(str(refused.value)) < 10_000
    assert str(refused.value).isprintable()


def test_null_and_nothing_are_the_newest_loop():
    for arguments in ({}, {"loop": None}, {"loop": ""}, {"loop": None, "cursor": None}):
        told, loop = answer(**arguments)
        assert told["id"] == loop.id


@pytest.mark.parametrize("loop", [5, True, ["loop-1"], {"id": 1}])
def test_a_loop_that_is_no_name_is_refused(loop):
    notebook = Notebook()
    with pytest.raises(ArgumentError, match="loop="):
        notebook.watch(loop=loop)
    with pytest.raises(ArgumentError, match="loop="):
        stop_loop(notebook.loops, {"loop": loop})


def test_a_watched_name_that_has_ended_answers_at_once():
    notebook = Notebook()
    loop = notebook.run_through("training")
    told, _ = asyncio.run(notebook.watch(loop="training", wait_s=60).run())

    assert (told["id"], told["status"]) == (loop.id, "done")
    assert [report.progress for report in notebook.told] == [2]


# how long


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(0, 0), (-5, 0), (1.5, 1.5), (45, 45), (1e9, LONGEST_S), (math.inf, LONGEST_S), (10**300, LONGEST_S)],
)
def test_a_wait_is_between_nothing_and_an_hour(wait, seconds):
    notebook = Notebook()

    assert notebook.watch(wait_s=wait)._ends_at == notebook.clock.now + seconds


@pytest.mark.parametrize("wait", ["5", None, True, math.nan, -math.inf, [1], {}])
def test_a_wait_that_is_no_time_is_refused(wait):
    with pytest.raises(ArgumentError, match="wait_s="):
        Notebook().watch(wait_s=wait)


# list and stop


def test_loops_are_listed_running_ones_first():
    notebook = Notebook()
    ended = notebook.run_through("ended")
    kept, running = notebook.begin("running")
    next(kept)
    notebook.run_through("later")
    told, text = list_loops(notebook.loops, {})

    assert [one["label"] for one in told["loops"]] == ["running", "ended", "later"]
    assert text.splitlines()[0].startswith(f"{running.id}  running  0/10")
    assert list(told["loops"][1]) == [
        "id", "label", "parent", "status", "progress", "total", "message",
        "elapsed_s", "rate", "eta_s", "cell", "stalled_for_s",
    ]  # fmt: skip
    assert told["loops"][1]["id"] == ended.id
    only, _ = list_loops(notebook.loops, {"include_finished": False})
    assert [one["label"] for one in only["loops"]] == ["running"]
    json.dumps(told, allow_nan=False)


def test_no_loops_are_listed_as_such():
    assert list_loops(Notebook().loops, {}) == ({"loops": []}, IDLE)
    with pytest.raises(ArgumentError, match="include_finished='yes'"):
        list_loops(Notebook().loops, {"include_finished": "yes"})


def test_stop_says_whether_there_was_anything_to_stop():
    notebook = Notebook()
    iterator, loop = notebook.begin("training")
    next(iterator)
    told, line = stop_loop(notebook.loops, {"loop": "training"})
    assert (told["stopping"], told["id"], line) == (True, loop.id, "training was asked to stop")
    with pytest.raises(LoopStopped):
        next(iterator)
    told, line = stop_loop(notebook.loops, {"loop": loop.id})

    assert (told["stopping"], line) == (False, "training had ended already: stopped")


def test_short_numbers_are_told():
    """Three digits, whole numbers whole."""
    notebook = Notebook()
    iterator, loop = notebook.begin(size=3)
    for _ in iterator:
        notebook.clock.now += 0.12345
    told = states.state(loop, notebook.clock.now)

    assert (told["progress"], told["elapsed_s"], told["rate"]) == (3, 0.37, 8.1)
    assert isinstance(told["progress"], int)


def test_a_rate_too_large_to_tell_is_left_out():
    notebook = Notebook()
    bar = track(notebook.loops, None, "huge", total=None, unit=None, message=None)
    bar.set(1.7e308)
    notebook.clock.now += 0.01
    told, _ = list_loops(notebook.loops, {})
    bar.close()

    json.dumps(told, allow_nan=False)


def test_a_note_is_told_only_where_there_is_one():
    notebook = Notebook()
    plain = notebook.run_through()
    assert "note" not in states.state(plain, notebook.clock.now)
    plain.note = "the message function failed"

    assert states.state(plain, notebook.clock.now)["note"] == "the message function failed"


# resources


def test_loops_can_be_read_as_resources():
    notebook = Notebook()
    kept, loop = notebook.begin("training")
    every = json.loads(resources.read(notebook.loops, "notebook://loops").contents[0].text)
    one = json.loads(resources.read(notebook.loops, f"notebook://loops/{loop.id}").contents[0].text)
    assert every["loops"] == [one]
    assert [str(r.uri) for r in resources.listing(notebook.loops)] == [
        "notebook://loops",
        f"notebook://loops/{loop.id}",
    ]
    for unknown in ("notebook://loops/nothing", "notebook://other", "file:///etc/passwd"):
        with pytest.raises(MCPNotebookError):
            resources.read(notebook.loops, unknown)
    del kept


def test_news_of_a_loop_come_once_a_second_and_at_its_ends():
    async def body():
        notebook, told = Notebook(), []

        async def tell(uris, listing):
            told.append((uris, listing))

        news = resources.News(notebook.loops, tell)
        await news.look()
        iterator, loop = notebook.begin()
        uri = f"notebook://loops/{loop.id}"
        for _ in range(3):
            next(iterator)
            notebook.clock.now += 0.1
            await news.look()
        for _ in range(2):
            next(iterator)
            notebook.clock.now += 1.0
            await news.look()
        list(iterator)
        await news.look()
        await news.look()
        return told, uri

    told, uri = asyncio.run(body())
    both = [uri, "notebook://loops"]
    assert told == [(both, True), (both, False), (both, False), (both, True)]
