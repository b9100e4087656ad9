"""Jobs in the main thread of a real kernel: between cells, captured, interruptible, in the right order."""

from __future__ import annotations

import pytest

KERNELS = ("here", "6.30.1")  # the two families of main loops; more would tell nothing new
pytestmark = pytest.mark.timeout(300)  # building an older kernel's environment counts

SETUP = """
import asyncio, sys, threading, time
import ipykernel
from mcp_notebook.host.capture import captured
from mcp_notebook.host.mainthread import MainThread
from mcp_notebook.notebook.waiting import block

log, made = [], []
main = MainThread(get_ipython())

def beside(work):
    "Run *work* in a thread."
    thread = threading.Thread(target=work)
    thread.start()
    return thread

def submit(job, **options):
    "Submit *job* from another thread, and wait until that is done."
    beside(lambda: made.append(main.submit(job, **options))).join()

def wait_for(ended):
    "Block the cell as one of our own waits does."
    return block(ended.wait, lambda: None, 30, main.run_pending)
"""


@pytest.fixture
def jobs(kernel):
    """Return a kernel whose main thread takes jobs, and an empty log."""
    kernel.ok(SETUP)
    yield kernel
    kernel.ok("main.close(); del main")


def value(kernel, expression):
    """Return what an expression is worth in the kernel."""
    return kernel.ok(f"print(repr({expression}))").stdout.strip()


def settle(kernel, condition):
    """Run cells until one finds *condition* true."""
    kernel.until(lambda: kernel.pump(0.05) or value(kernel, condition) == "True")


def test_a_job_runs_in_the_main_thread_once_the_cell_has_ended(jobs):
    """It sees the notebook's globals, and answers in a future."""
    jobs.ok(
        "submit(lambda: (threading.current_thread() is threading.main_thread(), len(log)))\nlog.append(1)"
    )

    settle(jobs, "made[0].done()")
    assert value(jobs, "made[0].result()") == "(True, 1)"


def test_an_idle_kernel_runs_a_job_without_a_cell(jobs):
    """It is submitted when no cell is there to end."""
    jobs.ok(
        "began = threading.Event()\n"
        "def later():\n"
        "    began.wait(30); time.sleep(0.2)\n"
        "    made.append(main.submit(lambda: log.append(time.time())))\n"
        "    made[0].result(30); log.append(time.time())\n"
        "waiting = beside(later)\n"
        "began.set()"
    )
    for _ in range(5):
        jobs.pump(0.2)
    assert value(jobs, "(made[0].done(), log[1] - log[0] < 5)") == "(True, True)"


def test_jobs_run_in_order_before_the_next_cell_and_no_cell_is_lost(jobs):
    """Queued cells come in their order; none starts inside another or inside a job."""
    first = jobs.begin(
        "submit(lambda: log.append('job 1')); submit(lambda: (time.sleep(0.3), log.append('job 2')))\n"
        "time.sleep(0.6)\n"
        "get_ipython().kernel.shell_stream.flush() if ipykernel.version_info < (7,) else None\n"
        "log.append('first')"
    )
    second = jobs.begin("time.sleep(0.1); log.append('second')")
    third = jobs.begin("await asyncio.sleep(0.1); log.append('third')")
    for cell in (first, second, third):
        assert jobs.finish(cell).status == "ok"

    assert value(jobs, "log") == "['first', 'job 1', 'job 2', 'second', 'third']"


def test_a_cell_that_awaits_is_not_interrupted_by_a_job(jobs):
    """Its loop is free, the cell is not over."""
    jobs.ok(
        "submit(lambda: log.append('job'))\nfor n in range(3):\n    await asyncio.sleep(0.1); log.append(n)"
    )
    settle(jobs, "made[0].done()")
    assert value(jobs, "log") == "[0, 1, 2, 'job']"


def test_a_cell_inside_a_cell_does_not_end_the_outer_one(jobs):
    """Nor does an empty one."""
    jobs.ok(
        "submit(lambda: log.append('job'))\n"
        "get_ipython().run_cell('log.append(0)'); get_ipython().run_cell('')\n"
        "await asyncio.sleep(0.2); log.append(1)"
    )
    settle(jobs, "made[0].done()")
    assert value(jobs, "log") == "[0, 1, 'job']"


def test_the_cell_that_begins_it_counts_as_running(jobs):
    """It began before anybody listened."""
    jobs.ok(
        "other = MainThread(get_ipython())\n"
        "beside(lambda: made.append(other.submit(lambda: log.append('job')))).join()\n"
        "await asyncio.sleep(0.2); log.append('cell')"
    )
    settle(jobs, "made[0].done()")
    jobs.ok("other.close()")
    assert value(jobs, "log") == "['cell', 'job']"


def test_a_stopped_async_cell_lets_the_jobs_run(jobs):
    """IPython tells its end without saying which cell it was."""
    cell = jobs.begin(
        "submit(lambda: log.append('job'))\nfor n in range(600):\n    await asyncio.sleep(0.05)"
    )
    jobs.until(lambda: jobs.pump(0.3) or cell.of("execute_input"))
    jobs.interrupt()

    assert jobs.finish(cell).status == "error"
    settle(jobs, "made[0].done()")


def test_stop_ends_the_job_and_nothing_else(jobs):
    """The kernel ignores the interrupt between cells, the job does not; the loop lives on."""
    jobs.ok("submit(lambda: (log.append('began'), print('began', file=sys.__stderr__), time.sleep(60)))")
    for _ in range(10):
        jobs.pump(0.1)
    jobs.interrupt()

    settle(jobs, "made[0].done()")
    assert value(jobs, "made[0].exception()") == "InterruptedFunctionError('interrupted (KeyboardInterrupt)')"
    assert value(jobs, "type(made[0].exception().__cause__).__name__") == "'KeyboardInterrupt'"
    jobs.interrupt()
    assert value(jobs, "log") == "['began']"


def test_what_a_job_writes_and_displays_is_its_own(jobs):
    """A cell's thread goes on printing into its cell meanwhile."""
    cell = jobs.ok(
        "from IPython.display import display, HTML, clear_output\n"
        "def job():\n"
        "    print('out'); print('err', file=sys.stderr); display(HTML('<b>x</b>')); clear_output()\n"
        "    time.sleep(0.5); print('end')\n"
        "submit(lambda: captured(job))\n"
        "def talk():\n"
        "    while not (made and made[0].done()):\n"
        "        print('talk', flush=True); time.sleep(0.05)\n"
        "talking = beside(talk)"
    )
    settle(jobs, "made[0].done()")

    assert value(jobs, "made[0].result().printed") == repr(
        "out\nerr\n<IPython.core.display.HTML object>\nend\n"
    )
    assert (
        value(jobs, "(type(sys.stdout).__name__, type(sys.stderr).__name__)") == "('OutStream', 'OutStream')"
    )
    streams = [m["content"]["text"] for m in cell.of("stream")]
    assert "out" not in "".join(streams)
    assert cell.of("display_data", "clear_output") == []


def test_another_threads_output_is_not_taken(jobs):
    """The job's context says what is the job's."""
    jobs.ok("submit(lambda: captured(lambda: (beside(lambda: print('theirs')).join(), print('mine'))))")
    settle(jobs, "made[0].done()")

    assert value(jobs, "made[0].result().printed") == repr("mine\n")


def test_a_blocked_cell_runs_what_it_may_be_waiting_for(jobs):
    """In one of our own waits; the cell's own code is not touched."""
    cell = jobs.ok(
        "ended = threading.Event()\n"
        "beside(lambda: made.append(main.submit(lambda: captured(lambda: print('inside'))))).join()\n"
        "beside(lambda: (made[0].result(30), ended.set()))\n"
        "print(wait_for(ended), made[0].result())"
    )
    assert cell.stdout == "True Outcome(value=None, error=None, printed='inside\\n')\n"


def test_stop_in_a_blocked_cell_ends_the_job_and_the_cell(jobs):
    """Whatever the job made of the interrupt."""
    cell = jobs.begin(
        "ended = threading.Event()\n"
        "submit(lambda: captured(lambda: (print('began', file=sys.__stderr__), log.append(1), time.sleep(60))))\n"
        "beside(lambda: (made[0].result(60), ended.set()))\n"
        "print('waiting', flush=True)\n"
        "wait_for(ended)"
    )
    jobs.until(lambda: "waiting" in cell.stdout)
    jobs.pump(0.5)
    jobs.interrupt()
    jobs.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert value(jobs, "type(made[0].result().error).__name__") == "'KeyboardInterrupt'"


def test_who_waits_is_told_why(jobs):
    """The cell and its number, or the job before."""
    jobs.ok(
        "words = []\n"
        "def listen():\n"
        "    while not made: time.sleep(0.01)\n"
        "    words.append(main.busy)\n"
        "    while not main.busy or 'train' not in main.busy: time.sleep(0.01)\n"
        "    words.append(main.busy); gone.set()\n"
        "gone = threading.Event(); listening = beside(listen)\n"
        "submit(lambda: gone.wait(30), name='train'); time.sleep(0.3)\n"
        "number = get_ipython().history_manager.input_hist_raw.__len__() - 1"
    )
    settle(jobs, "made[0].done()")
    number = value(jobs, "number")

    first, second = value(jobs, "words[0]"), value(jobs, "words[1]")
    assert first.startswith(f"'the kernel is running a cell (In [{number}]) for ")
    assert second.startswith("'the kernel is running train for ")


def test_the_number_of_a_cell_is_the_one_it_shows(jobs):
    """Which newer IPythons have counted on already when the cell begins."""
    cell = jobs.ok("print(main.busy)")
    shown = cell.of("execute_input")[0]["content"]["execution_count"]

    assert f"(In [{shown}])" in cell.stdout


def test_a_failing_job_tells_its_line_and_the_kernel_goes_on(jobs):
    """In the words that a client gets."""
    cell = jobs.ok(
        "from mcp_notebook.host.functions import describe\n"
        "def train(lr):\n"
        "    raise ValueError(f'bad {lr}')\n"
        "submit(lambda: captured(lambda: train(3)))"
    )
    shown = cell.of("execute_input")[0]["content"]["execution_count"]
    settle(jobs, "made[0].done()")

    words = value(jobs, "describe(train).failure(made[0].result().error).content[0].text")
    assert words == repr(f"ValueError: bad 3 (line 3 of In [{shown}], in train)")


def test_closing_cancels_what_waits_and_leaves_the_shell_as_it_was(jobs):
    """Nobody listens to its cells any more."""
    jobs.ok(
        "count = lambda: sum(len(c) for c in get_ipython().events.callbacks.values())\n"
        "before = count(); other = MainThread(get_ipython())\n"
        "waiting = other.submit(lambda: log.append(1)); other.close()"
    )
    assert value(jobs, "(waiting.cancelled(), count() == before, log)") == "(True, True, [])"
    assert jobs.run("other.submit(print)").status == "error"
