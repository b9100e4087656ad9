"""`for` loops of a watched cell: seen, and their meaning untouched."""

from __future__ import annotations

import ast
import asyncio
import atexit
import inspect
import sys
import traceback

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from mcp_notebook.errors import LoopStopped
from mcp_notebook.foreign import plain_loops
from mcp_notebook.foreign.capturing import Capture
from mcp_notebook.foreign.cells import WatchedCells, label_of, run_watched
from mcp_notebook.foreign.rewriting import Rewriter
from mcp_notebook.tracking import Track


@pytest.fixture
def watch(loops):
    """Run code with its loops watched, and return its names and the capture."""

    def run(code, label=None, **names):
        tree = ast.fix_missing_locations(Rewriter(plain_loops.place).visit(ast.parse(code)))
        compiled = compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        with Capture(loops, label, plain=True) as block:
            done = eval(compiled, names)
            if compiled.co_flags & inspect.CO_COROUTINE:
                asyncio.run(done)
        names.pop("__builtins__", None)
        return names, block

    return run


@pytest.fixture(scope="module")
def bare_shell(tmp_path_factory):
    """A fresh shell."""
    main, hooks = sys.modules["__main__"], (sys.displayhook, sys.excepthook)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell(config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    yield shell
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)
    shell.restore_sys_module_state()
    sys.modules["__main__"] = main
    sys.displayhook, sys.excepthook = hooks


@pytest.fixture
def shell(bare_shell, loops):
    """A shell whose `%%mcp_watch` cells are watched."""
    cells = WatchedCells(bare_shell, lambda: loops)
    cells.install()
    yield bare_shell
    cells.remove()
    bare_shell.reset()


def outcome(code, run):
    """Return the names that *code* leaves, or where and how it failed: every line and column of the traceback."""
    try:
        return run(code)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = [
            (f.name, f.lineno, f.end_lineno, f.colno, f.end_colno) for f in frames if f.filename == "<cell>"
        ]
        return type(error), str(error), places


SNIPPETS = [
    "for x in range(5):\n    if x == 3: break\nelse:\n    z = 1",
    "for x in range(5): pass\nelse:\n    z = 1",
    "t = []\nfor x in range(9):\n    if x % 2: continue\n    t.append(x)",
    "t = []\nfor a, (b, *c) in [(1, (2, 3, 4)), (5, 'xyz')]:\n    t.append((a, b, c))",
    "d = {}\nfor d['k'] in 'abc': pass",
    "class C: pass\nc = C()\nfor c.x in 'abc': pass\nc = c.x",
    "t = []\nfor i, (a, b) in enumerate(zip('ab', [1, 2])):\n    t.append((i, a, b))",
    "xs = [1, 2]\nfor x in xs:\n    if len(xs) < 6: xs.append(x)",
    "for x in (): pass",
    "def f(xs):\n    for x in xs:\n        if x > 1: return x\n    return None\nt = f([1, 2, 3]), f([])",
    "def f():\n    for x in 'ab':\n        yield x\nt = list(f())\ng = f()\nfor x in g:\n    y = next(g)\ndel f, g",
    "class K:\n    s = 0\n    for i in range(4):\n        s += i\nt = K.s, K.i\ndel K",
    "t = [y for y in (x for x in range(3))]\nfor y in t: pass",
    "it = iter('abc')\nfor x in it:\n    y = next(it, None)\ndel it",
    "class Old:\n    def __getitem__(self, i): return 'abc'[i]\nt = []\nfor x in Old(): t.append(x)\ndel Old",
    "async def g():\n    for i in range(3): yield i\nt = []\nasync for a in g():\n    t.append(a)\nelse:\n    z = 1\ndel g",
    "for x in 5:\n    pass",
    "for x in nothing: pass",
    "async def f():\n    async for x in [1]: pass\nawait f()",
    "for a, b in [(1, 2), 3]:\n    pass",
    "for x in [1, 0]:\n    y = (1 +\n         2) / x",
    "for x in (1 / n for n in (1, 0)):\n    pass",
    "d = {1: 1}\nfor k in d:\n    d[k + 1] = 0",
    "class Bad:\n    def __iter__(self):\n        raise OSError('no')\nfor x in Bad(): pass",
    "class Bad:\n    def __next__(self):\n        raise OSError('no')\n    def __iter__(self):\n        return self\nfor x in Bad(): pass",
    "for x in iter(int, 1):\n    raise StopIteration(3)",
    "for x in [1]:\n    for y in [x]:\n        y.missing",
]


@pytest.mark.parametrize("code", SNIPPETS)
def test_a_watched_cell_means_what_it_meant(watch, code):
    """The same names with the same values; or the same error, from the same lines and columns."""

    def plainly(code):
        names = {}
        compiled = compile(code, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        done = eval(compiled, names)
        if compiled.co_flags & inspect.CO_COROUTINE:
            asyncio.run(done)
        names.pop("__builtins__", None)
        return names

    before = outcome(code, plainly)
    after = outcome(code, lambda code: watch(code)[0])
    if isinstance(before, dict):
        functions = [name for name, value in before.items() if callable(value)]
        assert [callable(after.pop(name)) for name in functions] == [True] * len(functions)
        before = {name: value for name, value in before.items() if name not in functions}
    assert after == before


def test_a_loop_is_named_by_its_words_and_its_line(watch):
    """As the cell has them; a long source is cut."""
    _, block = watch(
        "files = 'ab'\n\nfor i, name in enumerate(files):\n    pass\nfor x in [%s]: pass" % ("1, " * 99)
    )

    first, second = block
    assert (first.label, first.status, first.progress, first.total) == (
        "for i, name in enumerate(files), line 3",
        "done",
        2,
        2,
    )
    assert second.label.endswith("…, line 5")
    assert len(second.label) < 80


def test_a_label_stands_before_the_outermost_loops(watch):
    """It says what the cell is."""
    _, block = watch("for x in 'a':\n    for y in 'b': pass", label="training")

    assert [v.label for v in block] == ["training: for x in 'a', line 1", "for y in 'b', line 2"]


def test_watched_loops_have_bars(watch, loops):
    """They have none of their own."""
    tokens = []
    loops.here = lambda: ("the cell's panel", 7)
    watch("for x in 'a': tokens.append(loops.running()[0].group)", tokens=tokens, loops=loops)

    assert tokens == ["the cell's panel"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("if x == 2: break", "stopped"),
        ("if x == 2: raise OSError", "failed"),
        ("if x == 2: raise KeyboardInterrupt", "interrupted"),
    ],
)
def test_how_a_loop_was_left_is_told_truly(watch, loops, body, status):
    """Break, an error, an interrupt."""
    try:
        watch(f"for x in range(5):\n    {body}")
    except (OSError, KeyboardInterrupt):
        pass

    (one,) = loops.finished()
    assert (one.status, one.progress(), one.total) == (status, 2, 5)


@pytest.mark.parametrize("statement", ["for x in range(9)", "async for x in numbers()"])
def test_stopping_ends_a_loop_at_its_next_item(watch, loops, statement):
    """`stop_loop` of a client."""
    code = "async def numbers():\n    for i in range(9): yield i\n"
    code += f"{statement}:\n    if x == 3: loops.running()[0].stop()"
    with pytest.raises(LoopStopped):
        watch(code, loops=loops)

    assert [(one.status, one.progress()) for one in loops.finished()] in ([("stopped", 4)], [("stopped", 3)])


def test_the_outermost_two_levels_count(watch):
    """What is deeper would cost more than it says."""
    _, block = watch("for x in 'a':\n    for y in 'b':\n        for z in 'c': pass")

    assert [v.label.partition(",")[0] for v in block] == ["for x in 'a'", "for y in 'b'"]


def test_small_inner_loops_are_mostly_left_alone(watch, loops):
    """Ten thousand of them: a few are looked at, now and then one more."""
    _, block = watch("for i in range(10_000):\n    for j in (1, 2, 3): pass")

    assert 16 < len(block) < 50
    assert block[0].label == "for i in range(10000), line 1"
    assert block[0].progress == 10_000


def test_an_inner_loop_that_takes_its_time_is_always_seen(watch, loops):
    """Only quick ones are left alone."""
    now = [0.0]
    loops.clock = lambda: now[0]
    _, block = watch("for i in range(100):\n    for j in (1, 2, 3): now[0] += 0.01", now=now)

    assert len(block) == 101


def test_outermost_loops_are_always_seen(watch):
    """However quick: who knows whether the next one is."""
    _, block = watch("n = 0\nwhile n < 100:\n    n += 1\n    for j in (1, 2, 3): pass")

    assert len(block) == 100


def test_nothing_of_ours_runs_for_an_item(watch):
    """Ten items or a thousand: as many calls."""

    def ours(n):
        calls = []

        def note(frame, event, _argument):
            if event == "call" and frame.f_globals.get("__name__", "").startswith("mcp_notebook."):
                calls.append(frame.f_code.co_name)

        watch(
            f"on()\nfor x in range({n}): pass\noff()",
            on=lambda: sys.setprofile(note),
            off=lambda: sys.setprofile(None),
        )
        return len(calls)

    assert ours(10) == ours(1000)


COUNTED = [
    "for x in track('abc'): pass",
    "for i, x in enumerate(track('abc')): pass",
    "for x, y in zip(track('abc'), 'abc'): pass",
    "for x in map(str, iter(track('abc'))): pass",
    "for x in tqdm('abc', file=paper): pass",
    "for i, x in enumerate(tqdm('abc', file=paper)): pass",
    "for x in rich('abc', console=console): pass",
    "for i, x in enumerate(rich('abc', console=console)): pass",
]


@pytest.mark.parametrize("code", COUNTED)
def test_what_is_counted_already_is_not_counted_twice(watch, loops, paper, code):
    """`track`, tqdm and rich speak for themselves, also inside `enumerate`, `zip` and `map`."""
    from rich.console import Console
    from rich.progress import track as rich
    from tqdm import tqdm

    def track(source):
        return Track(loops, source, "tracked", total=3, unit=None, describe=None)

    watch(code, track=track, tqdm=tqdm, rich=rich, paper=paper, console=Console(file=paper))

    assert [(one.status, one.progress()) for one in loops.finished()] == [("done", 3)]


def test_functions_of_a_watched_cell_are_seen_while_a_cell_is_watched(watch, loops):
    """They keep their meaning afterwards, and tell nothing."""
    names, block = watch("def f(xs):\n    for x in xs: pass\n    return x\nf('ab')")

    assert [v.label for v in block] == ["for x in xs, line 2"]
    assert names["f"]("cd") == "d"
    assert len(loops.finished()) == 1
    _, again = watch("f('ab')", f=names["f"])
    assert [v.label for v in again] == ["for x in xs, line 2"]


def test_what_cannot_be_seen(watch):
    """`while`, comprehensions, and generator functions, whose consumers are seen."""
    code = (
        "n = 3\nwhile n: n -= 1\nt = [x for x in 'ab'], {x for x in 'ab'}, sum(x for x in (1, 2))\n"
        "def g():\n    for x in 'abc':\n        yield x\n"
        "def h():\n    for x in 'abc':\n        yield from [x]\n"
        "async def k():\n    for x in 'abc':\n        yield x\n"
        "for y in g(): pass\nfor y in h(): pass\nasync for y in k(): pass"
    )
    _, block = watch(code)

    assert [v.label.partition(",")[0] for v in block] == [
        "for y in g()",
        "for y in h()",
        "async for y in k()",
    ]


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("%%mcp_watch\nx", ""),
        ("\n  %%mcp_watch  my run \nx", "my run"),
        ("%%mcp_watch 'my run'", "my run"),
        ("%%mcp_watch?", None),
        ("%%mcp_watcher\nx", None),
        ("x\n%%mcp_watch", None),
    ],
)
def test_the_line_that_watches_is_recognized(cell, label):
    """First, and nothing like it."""
    assert label_of(cell) == label


def test_a_watched_cell_shows_its_value(shell, loops):
    """As every cell does."""
    done = shell.run_cell("%%mcp_watch run\nfor x in range(3): pass\nx + 1")

    assert done.result == 3
    assert [(one.label, one.status) for one in loops.finished()] == [
        ("run: for x in range(3), line 2", "done")
    ]
    assert shell.ast_transformers == []


def test_a_watched_cell_awaits(shell, loops):
    """`await` and `async for` at its top level."""
    cell = "%%mcp_watch\nimport asyncio\nasync def g():\n    yield 1\nasync for x in g():\n    await asyncio.sleep(0)\nx"
    done = shell.run_cell(cell)

    assert done.result == 1
    assert [(one.label, one.status) for one in loops.finished()] == [("async for x in g(), line 5", "done")]


def test_a_watched_cell_may_be_a_cell_magic(shell, loops, capsys):
    """`%%time` in its second line; what `%%timeit` times is left alone."""
    done = shell.run_cell("%%mcp_watch\n%%time\nfor x in range(3): pass\nx")
    shell.run_cell("%%mcp_watch\n%%timeit -n1 -r1\nfor x in range(3): pass")

    assert done.result == 2
    assert "Wall time" in capsys.readouterr().out
    assert [one.label for one in loops.finished()] == ["for x in range(3), line 1"]


def test_a_cell_that_fails_ends_the_watch(shell, loops, capsys):
    """In its own line; the next cell is not watched."""
    failed = shell.run_cell("%%mcp_watch\n\nfor x in [1, 0]:\n    1 / x")
    shell.run_cell("%%mcp_watch\nfor x in [:")
    shell.run_cell("for x in range(3): pass")

    assert isinstance(failed.error_in_exec, ZeroDivisionError)
    assert failed.error_in_exec.__traceback__.tb_next.tb_lineno == 4
    assert [(one.label, one.status) for one in loops.finished()] == [("for x in [1, 0], line 3", "failed")]
    assert shell.ast_transformers == []


def test_a_cell_run_by_a_watched_cell_leaves_the_watch_alone(shell, loops):
    """It is a part of the outer one; also when it is empty."""
    shell.push({"shell": shell})
    done = shell.run_cell("%%mcp_watch\nshell.run_cell('1')\nshell.run_cell(' ')\nfor x in range(3): pass")
    done.raise_error()

    assert [one.label for one in loops.finished()] == ["for x in range(3), line 4"]


def test_inside_another_magic_it_is_a_magic(shell, loops, capsys):
    """With `%%time` first; there it cannot await, and says so."""
    shell.register_magic_function(
        lambda line, cell: run_watched(shell, line, cell, loops), magic_kind="cell", magic_name="mcp_watch"
    )
    done = shell.run_cell("%%time\n%%mcp_watch inner\nfor x in range(3): pass\nx")
    before = capsys.readouterr()
    shell.run_cell("%%time\n%%mcp_watch\nawait thing()")
    said = capsys.readouterr()

    assert done.result == 2
    assert [one.label for one in loops.finished()] == ["inner: for x in range(3), line 1"]
    assert "first line" not in before.out + before.err
    assert "first line" in said.out + said.err  # on stdout, and no failure, where %%time shows it (IPython 8)


def test_removing_the_watch_leaves_nothing(bare_shell, loops):
    """Nothing in the transformers, nothing in the events."""
    before = list(bare_shell.input_transformers_cleanup)
    cells = WatchedCells(bare_shell, lambda: loops)
    cells.install()
    cells.remove()
    cells.remove()

    assert bare_shell.input_transformers_cleanup == before
    assert cells._begin not in bare_shell.events.callbacks["pre_run_cell"]


def test_a_watched_cell_leaves_no_names_behind(shell):
    """Only those that it has set."""
    before = set(shell.user_ns)
    shell.run_cell("%%mcp_watch\nfor watched_x in range(3): pass").raise_error()

    assert {name for name in set(shell.user_ns) - before if not name.startswith("_")} == {"watched_x"}
