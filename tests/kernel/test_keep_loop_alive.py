"""The kernel's event loop while a cell is blocked: off, on, refused; with cells in the queue, stops, and failures.

A call that only ends when a task of the notebook has had its turns proves that it had
them: `hold` is a tool of this kernel itself, and waits for `enough` in a worker thread.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from conftest import ROOT, python_for
from driver import Kernel

from mcp_notebook.errors import MCPNotebookError
from mcp_notebook.notebook.nesting import messages, nestable
from mcp_notebook.notebook.nesting.keeping import LoopKeeper

pytestmark = pytest.mark.timeout(300)  # building an older kernel's environment counts

SETUP = """
import asyncio, signal, sys, threading, time, warnings
loop = asyncio.get_running_loop()
if "here" not in globals():
    here = mcpn.connect(mcpn.serve(), name="here")
enough, log, ticks, wanted = threading.Event(), [], 0, 5

@mcpn.tool(thread=True)
def hold(limit: float = 60) -> bool:
    "Wait until there is enough."
    return enough.wait(limit)

async def tick():
    global ticks
    while True:
        await asyncio.sleep(0.001)
        ticks += 1
        if ticks >= wanted:
            enough.set()

def again(more=5):
    "Have the next `hold` end after some more ticks."
    global wanted
    enough.clear()
    wanted = ticks + more
"""
TICKING = "ticking = asyncio.ensure_future(tick())"


@pytest.fixture
def off(kernel):
    """Return a kernel with the tools above, and its loop not kept alive."""
    kernel.ok(SETUP)
    yield kernel
    kernel.ok(
        "mcpn.keep_loop_alive(on=False)\n"
        "for one in asyncio.all_tasks():\n"
        "    if one.get_coro().__name__ in ('tick', 'later'):\n"
        "        one.cancel()"
    )


@pytest.fixture
def alive(off):
    """Return the same with its loop kept alive."""
    off.ok("%config MCPMagics.keep_loop_alive = True")
    return off


def stop(kernel, cell):
    """Press Stop, and again where nothing comes of it."""
    while not cell.of("error"):
        kernel.interrupt()
        for _ in range(10):
            if not cell.of("error"):
                kernel.pump(0.2)
    return kernel.finish(cell).reply["content"]["ename"]


def value(kernel, expression):
    """Return what an expression is worth in the kernel."""
    return kernel.ok(f"print(repr({expression}))").stdout.strip()


def test_the_loop_stands_still_in_a_blocked_cell_unless_it_is_kept_alive(off):
    """Off by default; on, the task of an earlier cell goes on; off again, it does not."""
    off.ok(TICKING)
    still = "again(); before = ticks; print(here.call('hold', limit=0.3).data, ticks - before)"
    assert off.ok(still).stdout == "False 0\n"

    off.ok("%config MCPMagics.keep_loop_alive = True")
    assert off.ok("again(50); r = %mcp_call -s here hold\nprint(r.data)").stdout == "True\n"

    off.ok("%config MCPMagics.keep_loop_alive = False")
    assert off.ok(still).stdout == "False 0\n"


@pytest.mark.parametrize(
    "waiting",
    [
        "again(); r = %mcp_call hold",
        "again(); r = here.call('hold')",
        "again(); r = here.start('hold').result()",
        "again(); r = here.map('hold', [{}, {}])[1]",
        "again(); r = here.tools.hold()",
        "await asyncio.sleep(0); again(); r = here.call('hold')",
    ],
)
def test_every_way_to_block_a_cell_keeps_it_alive(alive, waiting):
    """Magic, call, job, map, attribute; and an async cell that blocks after all."""
    alive.ok(TICKING)
    assert alive.ok(f"mcpn.connections()\n{waiting}\nprint(r.data)").stdout == "True\n"


def test_timers_fire_while_a_cell_is_blocked(alive):
    """`call_later` of this cell and of an earlier one, `call_soon` from another thread."""
    alive.ok("timer = loop.call_later(0.3, log.append, 'earlier')")
    cell = alive.ok(
        "threading.Thread(target=loop.call_soon_threadsafe, args=(log.append, 'thread')).start()\n"
        "loop.call_later(0.4, lambda: (log.append('later'), enough.set()))\n"
        "print(here.call('hold').data, log)"
    )
    assert cell.stdout == "True ['thread', 'earlier', 'later']\n"


ON_LOOP = """
held = asyncio.Lock()

@mcpn.tool
async def ask() -> list:
    "Use what belongs to the kernel's loop."
    async with held:
        await asyncio.sleep(0.001)
    enough.set()
    return [asyncio.get_running_loop() is loop, threading.current_thread() is threading.main_thread()]
"""


def test_an_async_tool_runs_on_the_kernels_loop_while_a_cell_is_blocked(alive):
    """A client calls it meanwhile; it can use the notebook's own locks. Between cells, too."""
    alive.ok(ON_LOOP)
    cell = alive.ok("job = here.start('ask'); print(here.call('hold').data, job.result().data)")
    assert cell.stdout == "True [True, True]\n"

    alive.ok("job = here.start('ask')")
    alive.ok(
        "await asyncio.wait_for(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(job.join(), loop)), 60)"
    )
    assert value(alive, "job.result().data") == "[True, True]"


def test_an_async_tool_has_a_loop_of_its_own_where_the_kernels_is_not_kept_alive(off):
    """As ever."""
    off.ok(ON_LOOP.replace("async with held:\n        ", ""))
    assert off.ok("print(here.call('ask').data)").stdout == "[False, False]\n"


def test_a_cancelled_async_tool_is_cancelled_on_the_loop(alive):
    """And one that leaves Python ends itself, not the kernel."""
    alive.ok(
        "@mcpn.tool\n"
        "async def endless() -> int:\n"
        "    'Never end.'\n"
        "    log.append('began')\n"
        "    try:\n        await asyncio.Event().wait()\n"
        "    except asyncio.CancelledError:\n        log.append('cancelled'); enough.set(); raise\n"
        "@mcpn.tool\n"
        "async def leave() -> int:\n    'Exit.'\n    sys.exit(3)\n"
    )
    cell = alive.ok(
        "job = here.start('endless')\nloop.call_later(0.3, job.cancel)\nprint(here.call('hold').data, log)"
    )
    assert cell.stdout == "True ['began', 'cancelled']\n"
    assert "sys.exit(3)" in alive.run("here.call('leave')").error
    assert value(alive, "log") == "['began', 'cancelled']"


def test_queued_cells_run_afterwards_in_their_order_and_once(alive):
    """Cells that block, that await, and a widget's click between them."""
    alive.ok(
        f"{TICKING}\nimport ipywidgets\nbutton = ipywidgets.Button()\n"
        "button.on_click(lambda _: log.append('click'))\nbutton"
    )
    comm = value(alive, "button.comm.comm_id").strip("'")
    first = alive.begin("print('began'); again(200); log.append(here.call('hold').data)")
    alive.until(lambda: first.stdout)
    second = alive.begin(
        "again(); log.append(here.call('hold').data); await asyncio.sleep(0.01); log.append(2)"
    )
    alive.click(comm)
    third = alive.begin("log.append(3)")
    for cell in (first, second, third):
        assert alive.finish(cell).status == "ok"

    seen = value(alive, "log")
    # On ipykernel 7.4 a click overtakes a cell that awaits, as it does without us.
    assert seen.replace("'click', ", "") == "[True, True, 2, 3]"
    assert seen.count("click") == 1


def test_messages_that_the_loop_has_taken_already_are_not_lost(alive):
    """They are tasks by then, which could not run inside the cell and would be destroyed."""
    alive.ok(
        "kernel = get_ipython().kernel\n"
        "thread = getattr(kernel, 'shell_channel_thread', None)\n"
        "stream = thread.manager._shell_channel_to_main.to_stream if thread else kernel.shell_stream\n"
        + TICKING
    )
    first = alive.begin(
        "print('began', flush=True)\ncount = 0\n"
        "while count < 2:\n    count += stream.flush(limit=1); time.sleep(0.01)\n"
        "again(50); log.append(here.call('hold').data)"
    )
    alive.until(lambda: first.stdout)
    others = [alive.begin(f"log.append({n})") for n in (2, 3, 4)]
    for cell in (first, *others):
        assert alive.finish(cell).status == "ok"

    assert value(alive, "log") == "[True, 2, 3, 4]"


def test_a_task_that_nests_the_loop_itself_loses_no_cell(alive):
    """As notebooks with nest-asyncio do; inside our wait no message is there to be lost."""
    alive.ok(
        "async def later():\n"
        "    print('began', flush=True)\n"
        "    while len(log) < 300:\n"
        "        loop.run_until_complete(asyncio.sleep(0.001)); log.append(0)\n"
        "    enough.set()"
    )
    first = alive.begin(
        "nesting = asyncio.ensure_future(later()); print(here.call('hold').data); log.clear()"
    )
    alive.until(lambda: first.stdout)
    others = [alive.begin(f"log.append({n})") for n in (2, 3)]
    for cell in (first, *others):
        assert alive.finish(cell).status == "ok"

    assert value(alive, "log") == "[2, 3]"


def test_the_first_wait_of_all_leaves_the_turn_it_is_part_of_whole(new_kernel):
    """That turn is one of asyncio as it was before the patch, and counts on what it saw in its queue."""
    running = new_kernel()
    running.ok(f"import mcp_notebook as mcpn\n{SETUP}\nmcpn.keep_loop_alive()")
    cell = running.ok(
        f"{TICKING}\nready = loop.create_future()\n"
        "def begin():\n"
        "    ready.set_result(None)\n"
        "    for n in range(500):\n        loop.call_soon(log.append, n)\n"
        "loop.call_soon(begin)\nawait ready\n"
        "again(); print(here.call('hold').data, log == list(range(500)))"
    )
    assert cell.stdout == "True True\n"
    assert running.ok("print('alive')").stdout == "alive\n"


def test_the_cancel_button_works_in_a_blocked_cell(alive):
    """The click is seen before it is delivered, as it is without this."""
    cell = alive.begin("%mcp_call -s demo count_slowly to=600 delay=0.05")
    alive.until(lambda: len(cell.values()) >= 2)
    alive.click(cell.comm("ButtonModel"))
    alive.finish(cell)

    assert cell.reply["content"]["ename"] == "CallCancelledError"


def test_what_fails_in_a_task_ends_neither_the_call_nor_the_kernel(alive):
    """An error, an exit, and an interrupt that the task raises by itself."""
    alive.ok(
        f"{TICKING}\nasync def later(error):\n    await asyncio.sleep(0.01)\n    raise error\nfailing = []"
    )
    cell = alive.ok(
        "failing = [asyncio.ensure_future(later(e)) for e in (ValueError(), SystemExit(3), KeyboardInterrupt())]\n"
        "again(100); print(here.call('hold').data, [type(f.exception()).__name__ for f in failing])"
    )
    assert cell.stdout == "True ['ValueError', 'SystemExit', 'KeyboardInterrupt']\n"


def test_stop_cancels_the_call_and_the_loop_lives_on(alive):
    """The task that ticked meanwhile is not what is stopped."""
    alive.ok(TICKING)
    cell = alive.begin("%mcp_call -s demo count_slowly to=600 delay=0.05")
    alive.until(lambda: len(cell.values()) >= 2)
    alive.interrupt()
    alive.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "interrupted" in cell.receipt
    assert alive.ok("again(); print(here.call('hold').data, ticking.done())").stdout == "True False\n"
    assert alive.ok("print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)").stdout == "True\n"


def test_stop_pressed_again_ends_a_task_that_gives_no_way(alive):
    """It runs in the cell's own time."""
    alive.ok(
        "async def later():\n    await asyncio.sleep(0)\n    print('stuck', flush=True)\n    time.sleep(600)"
    )
    cell = alive.begin("stuck = asyncio.ensure_future(later()); here.call('hold')")
    alive.until(lambda: "stuck" in cell.stdout)

    assert stop(alive, cell) == "KeyboardInterrupt"
    assert value(alive, "type(stuck.exception()).__name__") == "'KeyboardInterrupt'"


def test_a_task_may_block_as_well_inside_a_blocked_cell_and_outside(alive):
    """The loop goes on inside its wait; so deep only, and then it says that it stands still."""
    alive.ok(
        f"{TICKING}\n"
        "async def later(n):\n"
        "    log.append(n); log.append(here.call('hold', limit=60 if n < 9 else 0.2).data)\n"
    )
    alive.ok("again(); inside = loop.create_task(later(1)); here.call('hold'); await inside")
    assert value(alive, "log") == "[1, True]"

    alive.ok("log.clear(); again(); outside = loop.create_task(later(2))")
    alive.ok("await outside")
    assert value(alive, "log") == "[2, True]"


def test_calls_wait_inside_one_another_so_deep_only(alive):
    """The one that would be too deep waits plainly, and says that the loop stands still."""
    alive.ok(
        "async def later(n):\n"
        "    log.append(n)\n"
        "    if n == 8:\n        enough.set()\n"
        "    here.call('hold')\n"
    )
    cell = alive.ok(
        "deep = [loop.create_task(later(n)) for n in range(1, 9)]\n"
        "print(here.call('hold').data)\nawait asyncio.wait(deep)"
    )
    assert cell.stdout == "True\n"
    assert value(alive, "log") == "[1, 2, 3, 4, 5, 6, 7, 8]"
    assert "8 calls are waiting inside one another already" in str(cell.of("stream"))


def test_stop_ends_calls_inside_one_another(alive):
    """The cell's can't end before the task's."""
    alive.ok(
        "async def later():\n    print('inside', flush=True)\n    here.call('hold')\n    log.append('not so')"
    )
    cell = alive.begin("inside = loop.create_task(later()); here.call('hold')")
    alive.until(lambda: "inside" in cell.stdout)

    assert stop(alive, cell) == "KeyboardInterrupt"
    assert value(alive, "(log, inside.done())") == "([], True)"


def test_twenty_blocked_cells_leave_nothing_behind(alive):
    """No thread, no task, no handle, no timer, no handler; cells are taken as before."""
    alive.ok(TICKING)
    left = (
        "def left():\n"
        "    return (sorted(t.name for t in threading.enumerate()), len(asyncio.all_tasks()),\n"
        "            len(loop._ready) < 5, len(loop._scheduled) < 5, signal.getsignal(signal.SIGINT))\n"
        "again(); here.call('hold')"
    )
    alive.ok(left)
    alive.ok("before = left()")
    for _ in range(20):
        assert alive.ok("again(); print(here.call('hold').data)").stdout == "True\n"

    assert alive.ok("print(left() == before or (before, left()))").stdout == "True\n"


INTERRUPTED = """
from mcp_notebook.runtime import runtime
from mcp_notebook.notebook.nesting import keeping, messages, turns
from mcp_notebook.notebook.waiting import block
keeper = runtime().keeper
kernel = get_ipython().kernel
files = {keeping.__file__, messages.__file__, turns.__file__, block.__code__.co_filename}

def blocked(line):
    "Wait as a call does, and press Stop when the line of that number is reached; return how many there were."
    count, done = 0, threading.Event()
    def trace(frame, event, arg):
        nonlocal count
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            count += 1
            if count == line:
                signal.raise_signal(signal.SIGINT)
        return trace
    loop.call_later(0.005, done.set)
    sys.settrace(trace)
    try:
        with keeper.around(done.wait, lambda: None) as (wait, poll):
            block(wait, done.set, None, poll, 0.002)
    except KeyboardInterrupt:
        log.append(line)
    finally:
        sys.settrace(None)
    return count

def sound():
    stream = messages._stream(kernel)
    return (keeper._depth == 0, stream is None or stream.receiving(),
            signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def test_stop_at_any_line_of_a_wait_leaves_the_kernel_as_it_was(alive):
    """Pressed at the first line, the second, and so on to the last; a cell waits in the queue meanwhile."""
    alive.ok(INTERRUPTED)
    cell = alive.begin(
        "lines = blocked(0)\nunsound = [n for n in range(1, lines + 1) if blocked(n) is None or not all(sound())]\n"
        "print(unsound, len(log) > lines / 2, lines > 50)"
    )
    second = alive.begin("print('second')")

    assert alive.finish(cell).stdout == "[] True True\n"
    assert alive.finish(second).stdout == "second\n"
    assert alive.ok(f"{TICKING}\nagain(); print(here.call('hold').data)").stdout == "True\n"


def test_waits_of_other_threads_are_plain_ones(alive):
    """They hold up no loop."""
    cell = alive.ok(
        "def beside():\n    log.append(here.call('hold').data)\n"
        "thread = threading.Thread(target=beside); thread.start(); enough.set(); thread.join(60); print(log)"
    )
    assert cell.stdout == "[True]\n"


def test_a_gui_loop_is_a_reason_to_refuse_and_to_wait_plainly(alive):
    """Switched on before it, the wait says why; switched on after it, that is refused."""
    alive.ok(f"{TICKING}\nkernel = get_ipython().kernel; kernel.eventloop = lambda kernel: None")
    still = "again(); before = ticks; print(here.call('hold', limit=0.2).data, ticks - before)"
    first, second = alive.ok(still), alive.ok(still)
    assert (first.stdout, second.stdout) == ("False 0\n", "False 0\n")
    assert "stands still during this call: the kernel runs the event loop of a GUI" in str(first.of("stream"))
    assert second.of("stream")[1:] == []

    refused = alive.run("%config MCPMagics.keep_loop_alive = False\n%config MCPMagics.keep_loop_alive = True")
    assert "cannot be kept alive: the kernel runs the event loop of a GUI" in str(refused.messages)
    assert alive.run("mcpn.keep_loop_alive()").reply["content"]["ename"] == "MCPNotebookError"
    alive.ok("kernel.eventloop = None")
    assert alive.ok("%config MCPMagics.keep_loop_alive").stdout.strip() in ("", "False")


def test_a_thread_cannot_switch_it_on(off):
    """Nor a subshell, which is one."""
    cell = off.ok(
        "def beside():\n    try:\n        mcpn.keep_loop_alive()\n    except Exception as e:\n        log.append(e)\n"
        "thread = threading.Thread(target=beside, name='beside'); thread.start(); thread.join(); print(log[0])"
    )
    assert cell.stdout == (
        "the event loop cannot be kept alive: this is the thread 'beside'; do it in the main shell\n"
    )


def test_the_setting_and_the_function_are_one_switch(off):
    """Whichever is used, `%config` tells how it stands."""
    off.ok("mcpn.keep_loop_alive()")
    assert "Current: True" in off.ok("%config MCPMagics").stdout
    off.ok("%config MCPMagics.keep_loop_alive = False")
    assert off.ok("from mcp_notebook.runtime import runtime; print(runtime().keeper.loop)").stdout == "None\n"


@pytest.mark.parametrize("version", ["here", "6.30.1"])
@pytest.mark.parametrize("library", ["nest_asyncio", "nest_asyncio2"])
def test_a_notebook_that_has_applied_nest_asyncio_itself_goes_on_with_it(version, library):
    """Its own nested runs work before, between and after ours."""
    if library == "nest_asyncio" and sys.version_info >= nestable.NEW:
        pytest.skip("nest_asyncio breaks asyncio on this Python, and is refused")
    running = Kernel(python_for(version), cwd=ROOT)
    try:
        if running.run(f"import {library}; {library}.apply()").status == "error":
            pytest.skip(f"ipykernel {version} comes without {library}")
        running.ok("import mcp_notebook as mcpn\nmcpn.keep_loop_alive()")
        running.ok(SETUP)
        running.ok(
            f"{TICKING}\nasync def own():\n    await asyncio.sleep(0.01)\n    return here.call('hold').data"
        )
        cell = running.ok(
            "print(asyncio.run(asyncio.sleep(0, 'own')))\nagain(); print(here.call('hold').data)\n"
            "again(); print(loop.run_until_complete(own()))"
        )
        assert cell.stdout == "own\nTrue\nTrue\n"
    finally:
        running.close()


def test_terminal_ipython_refuses():
    """Its loop runs in async cells only, which no wait of ours blocks."""
    lines = "%load_ext mcp_notebook\n%config MCPMagics.keep_loop_alive = True\n%config MCPMagics"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "-c", lines],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert "cannot be kept alive: there is no Jupyter kernel here" in ran.stdout + ran.stderr


class FakeKernel:
    """What is asked of a kernel of version 6."""

    eventloop = msg_queue = dispatch_queue = None

    def __init__(self, loop):
        self.io_loop = type("IOLoop", (), {"asyncio_loop": loop})()


@pytest.fixture
def fake():
    """Return a kernel whose loop is asyncio's, not running."""
    loop = asyncio.new_event_loop()
    yield FakeKernel(loop)
    loop.close()


def test_what_is_known_is_not_refused(fake):
    """The other tests refuse for the reason they name, then."""
    assert nestable.refusal(fake) is None


def test_no_kernel_no_loop_and_a_foreign_loop_are_refused(fake):
    """A loop that is not asyncio's own has turns that cannot be nested."""
    uvloop = pytest.importorskip("uvloop")
    fake.io_loop.asyncio_loop = foreign = uvloop.new_event_loop()
    try:
        assert "the kernel's loop is a uvloop.Loop" in nestable.refusal(fake)
    finally:
        foreign.close()
    fake.io_loop = None
    assert "no asyncio loop that is known" in nestable.refusal(fake)
    with pytest.raises(MCPNotebookError, match="cannot be kept alive: there is no Jupyter kernel"):
        LoopKeeper(None).switch(on=True)


def test_a_kernel_without_the_known_names_is_refused(fake):
    """A later ipykernel may take its messages otherwise."""
    fake.__class__ = type("Kernel", (), {"__module__": "elsewhere"})
    assert messages.unknown(fake) == "it is not known how to keep a elsewhere.Kernel from taking cells"
    assert nestable.refusal(fake) == messages.unknown(fake)


def test_a_new_python_needs_the_newer_library(fake, monkeypatch):
    """The version is the only thing that is not true here."""
    monkeypatch.setattr(nestable, "NEW", sys.version_info[:2])
    monkeypatch.setattr(nestable, "find_spec", lambda name: None if name == "nest_asyncio2" else 1)
    assert nestable.refusal(fake) == "nest_asyncio2 is not installed; pip install nest-asyncio2"

    monkeypatch.setattr(nestable, "find_spec", lambda name: 1 if name == "nest_asyncio2" else None)
    assert nestable.refusal(fake) is None


def test_a_new_python_that_the_older_library_has_patched_is_refused(fake, monkeypatch):
    """It breaks every loop there, not only ours."""
    monkeypatch.setattr(asyncio, "_nest_patched", True, raising=False)
    monkeypatch.setattr(nestable, "NEW", (4, 0))
    assert nestable.refusal(fake) is None
    monkeypatch.setattr(nestable, "NEW", sys.version_info[:2])
    assert "nest_asyncio.apply() has broken asyncio" in nestable.refusal(fake)
    monkeypatch.setattr(asyncio, "_nest_asyncio2", object(), raising=False)
    assert nestable.refusal(fake) is None
