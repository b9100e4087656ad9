"""`%%mcp_watch` and `capture()` in a real kernel: existing loops are seen while the cell runs, and it runs as ever."""

from __future__ import annotations

import pytest

KERNELS = ("here", "6.30.1")  # the two families of main loops; more would tell nothing new
pytestmark = pytest.mark.timeout(300)  # building an older kernel's environment counts

SEEN = "print([(v.label, v.status, int(v.progress)) for v in mcpn.loops()][-{n}:])"


def test_a_plain_loop_has_a_bar_and_a_receipt(kernel):
    """Without an edit of the cell but for its first line."""
    cell = kernel.ok("%%mcp_watch\nimport time\nfor x in range(20):\n    time.sleep(0.03)\nx")

    assert cell.values() == sorted(cell.values())
    assert len(cell.values()) >= 2
    assert cell.receipt.startswith("for x in range(20), line 3  20/20 in ")
    assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "19"


def test_await_works_at_the_top_level(kernel):
    """In the kernel's own event loop, where other tasks go on."""
    cell = kernel.ok(
        "%%mcp_watch steps\nimport asyncio\nasync def steps():\n    for i in range(3):\n"
        "        await asyncio.sleep(0)\n        yield i\n"
        "async for i in steps():\n    pass\nasyncio.current_task() is not None"
    )

    assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "True"
    assert "('steps: async for i in steps(), line 7', 'done', 3" in kernel.ok(SEEN.format(n=1)).stdout


def test_tqdm_is_seen_and_draws_itself(kernel):
    """Its own output comes as it does without us; we open no widget for it."""
    cell = kernel.ok("%%mcp_watch\nfrom tqdm import tqdm\nfor x in tqdm(range(5), desc='files'):\n    pass")

    assert "files: 100%" in "".join(m["content"]["text"] for m in cell.of("stream"))
    assert cell.of("comm_open") == []
    assert kernel.ok(SEEN.format(n=1)).stdout.strip() == "[('files', 'done', 5)]"


def test_a_failing_cell_shows_its_own_line(kernel):
    """The number is that of the cell as it is written; the next cell is not watched."""
    cell = kernel.run("%%mcp_watch\n\nfor x in [1, 0]:\n    1 / x")

    assert cell.status == "error"
    assert "ZeroDivisionError" in cell.error
    assert "line 4" in cell.error
    assert "mcp_notebook" not in cell.error
    kernel.ok("for never_seen in range(3): pass")
    assert kernel.ok(SEEN.format(n=1)).stdout.strip() == "[('for x in [1, 0], line 3', 'failed', 1)]"


def test_an_interrupt_is_told_as_one(kernel):
    """Stop, in the middle of a loop that nobody edited."""
    cell = kernel.begin("%%mcp_watch\nimport time\nfor x in range(1000):\n    time.sleep(0.05)")
    kernel.until(lambda: len(cell.values()) >= 2)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "interrupted" in cell.receipt


def test_stop_ends_a_watched_loop_from_another_thread(kernel):
    """As a client's `stop_loop` does; the cell fails with one line of ours."""
    cell = kernel.run(
        "%%mcp_watch\nimport threading, time\nfrom mcp_notebook.runtime import runtime\n"
        "stop = threading.Timer(0.2, lambda: [one.stop() for one in runtime().loops.running()])\nstop.start()\n"
        "for x in range(1000):\n    time.sleep(0.02)"
    )

    assert cell.reply["content"]["ename"] == "LoopStopped"
    assert cell.receipt.startswith("for x in range(1000), line 6  ")
    assert "stopped" in cell.receipt


def test_other_magics_may_stand_below_or_above(kernel):
    """`%%time` in the second line, or in the first."""
    below = kernel.ok("%%mcp_watch\n%%time\nfor below in range(3): pass\nbelow")
    above = kernel.ok("%%time\n%%mcp_watch\nfor above in range(3): pass\nabove")

    for cell in (below, above):
        assert "Wall time" in cell.stdout
        assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "2"
    seen = kernel.ok(SEEN.format(n=2)).stdout
    assert "for below in range(3), line 1" in seen
    assert "for above in range(3), line 1" in seen


def test_capture_sees_without_a_magic(kernel):
    """A block in a cell, and what it has seen."""
    cell = kernel.ok(
        "from tqdm import trange\nwith mcpn.capture() as seen:\n    for x in trange(4, desc='inside'): pass\n"
        "print([(v.label, v.status, int(v.progress)) for v in seen])"
    )

    assert "[('inside', 'done', 4)]" in cell.stdout


def test_help_is_there(kernel):
    """`%%mcp_watch?`."""
    cell = kernel.ok("%%mcp_watch?")

    assert "%%mcp_watch [LABEL]" in str(cell.reply["content"]["payload"])
