"""What a loop counts: the plain number of items, over everything Python can iterate over."""

# ruff: noqa: C416, PERF401 - the loops themselves are what is tested

from __future__ import annotations

import array
import io
import itertools
import sys
import threading
import weakref
from collections import OrderedDict, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.errors import ArgumentError

from .scenes import Indexed, Raising, Scene, Sized, numbers, taken

# What is iterated over (of n items), and whether its size can be known before the first item.
SOURCES = {
    "range": (range, True),
    "range of huge numbers": (lambda n: range(1 << 80, (1 << 80) + n), True),
    "list": (lambda n: list(range(n)), True),
    "tuple": (lambda n: tuple(range(n)), True),
    "dict": (lambda n: dict.fromkeys(range(n)), True),
    "items": (lambda n: dict.fromkeys(range(n)).items(), True),
    "values": (lambda n: dict(enumerate(range(n))).values(), True),
    "ordered dict": (lambda n: OrderedDict.fromkeys(range(n)), True),
    "set": (lambda n: set(range(n)), True),
    "frozenset": (lambda n: frozenset(range(n)), True),
    "str": (lambda n: "a" * n, True),
    "wide str": (lambda n: "é𝄞"[1] * n, True),
    "bytes": (bytes, True),
    "bytearray": (bytearray, True),
    "memoryview": (lambda n: memoryview(bytes(n)), True),
    "array": (lambda n: array.array("i", range(n)), True),
    "deque": (lambda n: deque(range(n)), True),
    "reversed list": (lambda n: reversed(list(range(n))), True),
    "reversed range": (lambda n: reversed(range(n)), True),
    "reversed dict": (lambda n: reversed(dict.fromkeys(range(n))), True),
    "reversed deque": (lambda n: reversed(deque(range(n))), True),
    "begun list": (lambda n: taken(list(range(n + 3)), 3), True),
    "begun range": (lambda n: taken(range(n + 3), 3), True),
    "enumerate": (lambda n: enumerate(range(n)), True),
    "enumerate from 5": (lambda n: enumerate(list(range(n)), 5), True),
    "zip": (
        lambda n: zip(range(n + 2), list(range(n)), "abcdefghijklmnopqrstuvwxyz" * 9, strict=False),
        True,
    ),
    "strict zip": (lambda n: zip(range(n), list(range(n)), strict=True), True),
    "zip, the last is shorter": (lambda n: zip(range(n + 2), range(n), strict=False), True),
    "zip with count": (lambda n: zip(itertools.count(), range(n), strict=False), True),
    "map": (lambda n: map(str, range(n)), True),
    "map of two": (lambda n: map(pow, range(n), range(n + 1)), True),
    "enumerate of zip of map": (
        lambda n: enumerate(zip(map(str, range(n)), range(n), strict=True)),
        True,
    ),
    "sized class": (lambda n: Sized(n, n), True),
    "generator": (numbers, False),
    "generator expression": (lambda n: (i for i in range(n)), False),
    "map of a generator": (lambda n: map(str, numbers(n)), False),
    "enumerate of a generator": (lambda n: enumerate(numbers(n)), False),
    "zip with a generator": (lambda n: zip(numbers(n), range(n + 1), strict=False), False),
    "filter": (lambda n: filter(None, range(n + 1)), False),
    "chain": (lambda n: itertools.chain(range(n)), False),
    "islice": (lambda n: itertools.islice(itertools.count(), n), False),
    "empty zip and chain": (lambda n: itertools.chain(zip(), range(n)), False),
    "lines": (lambda n: io.StringIO("line\n" * n), False),
    "only __getitem__": (Indexed, False),
    "class without a length": (lambda n: Raising(n, StopIteration()), False),
    "__len__ raises": (lambda n: Sized(n, None), False),
    "callable iterator": (lambda n: iter(numbers(n).__next__, object()) if n < 0 else numbers(n), False),
}

kinds = pytest.mark.parametrize("kind", SOURCES)


def counted(scene, source, stop_at=None, **options):
    """Iterate over *source*, tracked, and break in item *stop_at*; return what was seen, and the loop."""
    seen = []
    tracked = scene.track(source, **options)
    for item in tracked:
        if len(seen) == stop_at:
            break
        seen.append(item)
    return seen, tracked.loop


@kinds
def test_a_complete_loop_has_counted_every_item(kind):
    """The same items as without us; the count is exact in the next statement."""
    make, sized = SOURCES[kind]

    seen, loop = counted(Scene(), make(7))

    assert seen == list(iter(make(7)))
    assert (loop.status, loop.progress(), loop.total) == ("done", 7, 7 if sized else None)


@kinds
def test_a_loop_that_is_left_has_counted_what_was_done(kind):
    """The item in which `break` stands is not done."""
    make, _ = SOURCES[kind]

    seen, loop = counted(Scene(), make(7), stop_at=3)

    assert len(seen) == 3
    assert (loop.status, loop.progress()) == ("stopped", 3)


@kinds
def test_an_empty_source_is_done_at_zero(kind):
    make, _ = SOURCES[kind]

    seen, loop = counted(Scene(), make(0))

    assert (seen, loop.status, loop.progress()) == ([], "done", 0)


@kinds
def test_the_count_can_be_read_in_each_step(kind):
    """What is done is one less than what was fetched; and before the first item it is nothing."""
    make, _ = SOURCES[kind]
    tracked = Scene().track(make(7))
    iterator = iter(tracked)
    read = [tracked.loop.progress()]
    for _ in iterator:
        read.append(tracked.loop.progress())

    assert read == [0, 0, 1, 2, 3, 4, 5, 6]
    assert tracked.loop.progress() == 7


@kinds
def test_with_a_message_function_the_same_is_counted(kind):
    make, _ = SOURCES[kind]
    said = []

    seen, loop = counted(Scene(), make(7), message=lambda item: said.append(item) or f"at {item}")
    _, left = counted(Scene(), make(7), stop_at=2, message=str)

    assert seen == list(iter(make(7)))
    assert (loop.status, loop.progress(), loop.message) == ("done", 7, f"at {seen[-1]}")
    assert said == [seen[0], seen[-1]] or (said == [seen[0]] and seen[0] is seen[-1])
    assert (left.status, left.progress()) == ("stopped", 2)


@given(st.sampled_from(sorted(SOURCES)), st.integers(0, 40), st.none() | st.integers(0, 45), st.booleans())
def test_every_count_is_pythons_own(kind, length, stop_at, described):
    """Any source, any length, any `break`."""
    make, _ = SOURCES[kind]
    expected = 0
    for _ in make(length):
        if expected == stop_at:
            break
        expected += 1

    seen, loop = counted(Scene(), make(length), stop_at=stop_at, message=str if described else None)

    assert (len(seen), loop.progress()) == (expected, expected)
    assert loop.status == ("stopped" if stop_at is not None and stop_at < length else "done")


@given(st.lists(st.integers(0, 6), max_size=6))
def test_consecutive_and_nested_loops_count_for_themselves(lengths):
    scene = Scene()
    for length in scene.track(lengths, "out"):
        for _ in scene.track(range(length), "in"):
            pass
        for _ in scene.track(numbers(length), "then"):
            pass

    inner = [(label, "done", n) for n in lengths for label in ("in", "then")]
    assert scene.ends == [*inner, ("out", "done", len(lengths))]
    assert scene.loops.running() == ()


def test_a_file_is_counted_by_line(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("a\nb\nc")
    with path.open() as file:
        seen, loop = counted(Scene(), file)

    assert (seen, loop.progress(), loop.total) == (["a\n", "b\n", "c"], 3, None)


def test_a_list_that_grows_is_counted_to_its_end():
    """A queue of work that makes more work."""
    todo, scene = [3], Scene()
    tracked = scene.track(todo)
    read = []
    for n in tracked:
        todo.extend([n - 1] * (n > 0))
        read.append(tracked.loop.progress())

    assert read == [0, 1, 2, 3]
    assert (scene.last.progress(), scene.last.status) == (4, "done")


def test_a_begun_list_that_grows_is_counted_to_its_end():
    todo = [9, 9, 3]
    tracked = Scene().track(taken(todo, 2))
    for n in tracked:
        todo.extend([n - 1] * (n > 0))

    assert (tracked.loop.progress(), tracked.loop.status) == (4, "done")


def test_a_list_that_is_eaten_from_its_end_is_counted():
    todo = list(range(10))
    seen, loop = [], (tracked := Scene().track(todo))
    for item in tracked:
        todo.pop()
        seen.append(item)

    assert (len(seen), loop.loop.progress()) == (5, 5)


@pytest.mark.xfail(
    strict=True, reason="known limit: a list is counted by its length, which its own loop took away"
)
def test_a_list_that_is_emptied_in_the_loop_has_given_what_it_has_given():
    todo = [1, 2, 3]
    tracked = Scene().track(todo)
    for _ in tracked:
        todo.clear()

    assert (tracked.loop.progress(), tracked.loop.status) == (1, "done")


def test_a_bytearray_that_grows_is_counted_to_its_end():
    data = bytearray(b"abc")
    tracked = Scene().track(data)
    for _ in tracked:
        if len(data) < 8:
            data.append(0)

    assert tracked.loop.progress() == 8


def test_a_reversed_list_that_shrinks_keeps_its_count():
    items = list(range(10))
    tracked = Scene().track(reversed(items))
    for item in tracked:
        if item == 7:
            del items[2:]
            break

    assert tracked.loop.progress() == 2


CHANGED = {
    "dict": (dict.fromkeys(range(10)), lambda d: d.update(new=1)),
    "items": (dict.fromkeys(range(10)), lambda d: d.update(new=1)),
    "set": (set(range(10)), lambda s: s.add("new")),
    "deque": (deque(range(10)), lambda d: d.append("new")),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_container_that_is_changed_in_the_loop_keeps_its_count(kind):
    """Python raises RuntimeError at the next item; three were done."""
    source, change = CHANGED[kind]
    tracked = Scene().track(source.items() if kind == "items" else source)
    seen = 0
    with pytest.raises(RuntimeError):
        for _ in tracked:
            seen += 1
            if seen == 3:
                change(source)

    assert tracked.loop.progress() == 3


def test_a_dict_that_is_changed_before_a_break_keeps_its_count():
    source = dict.fromkeys(range(10))
    tracked = Scene().track(source)
    for key in tracked:
        if key == 2:
            source["new"] = 1
            break

    assert (tracked.loop.status, tracked.loop.progress()) == ("stopped", 2)


@pytest.mark.parametrize("wrap", ["zip", "map", "enumerate"])
def test_an_iterator_that_is_zipped_with_itself_is_counted_by_the_group(wrap):
    """The recipe for reading in pairs: three pairs, not six items."""
    it = iter(range(6))
    pairs = map(lambda a, b: (a, b), it, it) if wrap == "map" else zip(it, it, strict=True)
    seen, loop = counted(Scene(), enumerate(pairs) if wrap == "enumerate" else pairs)

    assert (len(seen), loop.progress()) == (3, 3)


def test_a_map_whose_function_ends_it_has_given_what_it_has_given():
    """`map(next, iterators)` ends at the first that is empty."""
    seen, loop = counted(Scene(), map(next, [iter([1]), iter([]), iter([1])]))

    assert (len(seen), loop.progress()) == (1, 1)


def test_a_length_that_lies_is_only_a_total():
    for claimed in (0, 3, 99):
        seen, loop = counted(Scene(), Sized(7, claimed))
        assert (len(seen), loop.progress(), loop.total, loop.status) == (7, 7, claimed, "done")


def test_a_given_total_is_kept_whatever_the_source_says():
    for given_total in (5, 2.5, None, -1, "many"):
        _, loop = counted(Scene(), range(7), total=given_total)
        assert (loop.progress(), loop.total) == (7, given_total)


def test_a_total_can_be_set_before_and_during_the_loop():
    tracked = Scene().track(numbers(3))
    tracked.total = 5
    assert tracked.total == 5
    for _ in tracked:
        tracked.total = 3

    assert (tracked.total, tracked.loop.total) == (3, 3)


def test_consumers_in_c_count_too():
    """`list`, `sum`, `dict`, unpacking, a comprehension, `yield from`."""
    scene = Scene()
    first, *rest = scene.track(numbers(5))
    found = [
        list(scene.track(numbers(5))),
        sum(scene.track([1, 2])),
        dict(scene.track([(1, 2)])),
        [first, *rest],
        [x for x in scene.track(range(3))],
        max(scene.track(x for x in range(9))),
    ]

    assert found == [[0, 1, 2, 3, 4], 3, {1: 2}, [0, 1, 2, 3, 4], [0, 1, 2], 8]
    assert [(status, n) for _, status, n in scene.ends] == [("done", n) for n in (5, 5, 2, 1, 3, 9)]


def test_each_iteration_is_a_loop_of_its_own():
    scene = Scene()
    tracked = scene.track(range(4))
    assert tracked.loop is None
    one, two = list(tracked), list(tracked)

    assert one == two == [0, 1, 2, 3]
    assert [n for _, _, n in scene.ends] == [4, 4]
    assert len({loop.id for loop in scene.loops.finished()}) == 2


def test_a_tracked_object_keeps_its_sources_length():
    assert len(Scene().track([1, 2, 3])) == 3
    with pytest.raises(TypeError):
        len(Scene().track(numbers(3)))


def test_a_tracked_generator_is_true_like_the_generator():
    assert Scene().track(numbers(3))


def test_numpy_arrays_are_counted_by_row():
    numpy = pytest.importorskip("numpy")
    for data, rows in ((numpy.arange(7), 7), (numpy.zeros((3, 4)), 3), (numpy.ndindex(2, 2), 4)):
        seen, loop = counted(Scene(), data)
        assert (len(seen), loop.progress()) == (rows, rows)
    with pytest.raises(TypeError):
        iter(Scene().track(numpy.array(5)))


def test_pandas_iterations_are_counted():
    """Rows, tuples, values and columns: as many as plain iteration gives."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(9), "b": range(9)})
    ways = {
        "iterrows": (frame.iterrows(), 9),
        "itertuples": (frame.itertuples(), 9),
        "values": (frame["a"], 9),
        "items": (frame["a"].items(), 9),
        "columns": (frame, 2),
        "groups": (frame.groupby("a"), 9),
        "index": (frame.index, 9),
    }
    for source, expected in ways.values():
        _, loop = counted(Scene(), source)
        assert (loop.progress(), loop.status) == (expected, "done")


def test_a_frame_does_not_claim_its_rows_as_a_total():
    pandas = pytest.importorskip("pandas")
    _, loop = counted(Scene(), pandas.DataFrame({"a": range(9), "b": range(9)}))

    assert loop.total in (2, None)


def test_many_threads_count_apart():
    """Each loop is exact, and none is taken for the inner loop of another thread's."""
    scene, failures = Scene(), []
    ready = threading.Barrier(8)

    def work(number):
        ready.wait()
        for _ in range(20):
            total = 0
            for _ in scene.track(numbers(50), f"out {number}"):
                for _ in scene.track(range(3), f"in {number}"):
                    total += 1
            if total != 150:
                failures.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ended = scene.loops.finished()
    assert failures == []
    assert scene.loops.running() == ()
    assert {(one.status, one.progress()) for one in ended} == {("done", 50), ("done", 3)}
    assert all(one.parent.label == one.label.replace("in", "out") for one in ended if one.progress() == 3)


def test_a_loop_can_be_read_from_another_thread_while_it_runs():
    scene = Scene()
    tracked = scene.track(numbers(10))
    read, go, seen = [], threading.Event(), threading.Event()

    def look():
        go.wait()
        read.append(tracked.loop.progress())
        seen.set()

    reader = threading.Thread(target=look)
    reader.start()
    for n in tracked:
        if n == 6:
            go.set()
            seen.wait()
    reader.join()

    assert read == [6]


class Held:
    """Something a weak reference can look at."""


class HeldList(list):
    """A list a weak reference can look at."""


def held_generator():
    yield Held()


@pytest.mark.parametrize(
    "make",
    [lambda: HeldList([1, 2]), held_generator, lambda: Sized(3, 3)],
    ids=["list", "generator", "class"],
)
@pytest.mark.parametrize("leave", [True, False])
@pytest.mark.parametrize("message", [None, lambda item: "item"])
def test_the_source_is_freed_when_the_loop_ends(make, leave, message):
    """Nothing of ours holds it: not the registry, not the context, not the counter."""
    scene = Scene()
    source = make()
    freed = weakref.ref(source)
    for _ in scene.track(source, message=message):
        scene.sample(1.0)
        if leave:
            break
    del source
    assert freed() is None
    scene.sample(1.0)
    assert len(scene.loops.finished()) == 1


def test_an_item_that_is_its_own_message_is_freed_after_the_loop():
    """The words are kept, not the object."""
    scene, item = Scene(), Held()
    freed = weakref.ref(item)
    for item in scene.track([item], message=lambda thing: thing):  # noqa: B007, B020
        pass
    del item
    scene.sample(3.0)

    assert freed() is None


def test_no_thread_is_left_behind():
    before = threading.enumerate()
    scene = Scene()
    for _ in scene.track(range(10)):
        break
    assert threading.enumerate() == before


@pytest.mark.parametrize("source", [5, 5.0, object(), print, type])
def test_what_cannot_be_iterated_over_is_refused_with_a_hint(source):
    with pytest.raises(ArgumentError) as refused:
        Scene().track(source)

    told = str(refused.value)
    assert "cannot be iterated over" in told
    assert ("did you mean range(5)?" in told) == (source == 5 and isinstance(source, int))


def test_a_source_whose_iter_raises_begins_no_loop():
    class Broken:
        def __iter__(self):
            raise OSError("gone")

    scene = Scene()
    with pytest.raises(OSError, match="gone"):
        iter(scene.track(Broken()))

    assert (scene.loops.running(), scene.loops.finished()) == ((), ())


def test_a_message_that_is_no_function_is_refused():
    with pytest.raises(ArgumentError, match="give a function of the item"):
        Scene().track(range(3), message="words")


def test_nothing_warns_while_a_loop_is_read(recwarn):
    """From 3.12 on, pickling iterators of itertools is deprecated."""
    for kind in SOURCES:
        counted(Scene(), SOURCES[kind][0](3), stop_at=1)
    assert [str(w.message) for w in recwarn] == []


def test_a_loop_costs_the_registry_nothing_after_its_end():
    """What is remembered is bounded; the counters are let go."""
    scene = Scene()
    for _ in range(1_100):
        for _ in scene.track([1]):
            pass
    scene.sample(1.0)

    assert len(scene.loops.finished()) == 1_000
    assert sys.getrefcount(scene) < 20
