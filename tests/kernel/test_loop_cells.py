"""Tracked loops in a real kernel: live while the cell computes, stoppable, true when they have ended."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(300)  # building an older kernel's environment counts

HOT = "import itertools\nfor i in mcpn.track(itertools.count(), 'hot'):\n    pass"


def rows(cell):
    """Return the lines of the last receipt."""
    return cell.receipt.splitlines()


def test_a_bar_moves_while_python_computes(kernel):
    """No code of ours runs for an item, and yet the front end is told."""
    cell = kernel.ok(
        "import time\nend = time.monotonic() + 2\n"
        "for i in mcpn.track(range(10**9), 'count'):\n    if time.monotonic() > end: break\nprint(i)"
    )

    values = cell.values()
    assert len(values) >= 2
    assert values == sorted(values)
    assert rows(cell)[0].startswith(f"count  {int(cell.stdout)}/1000000000 in ")
    assert rows(cell)[0].endswith("stopped")


def test_a_quick_loop_has_a_receipt_and_no_widget(kernel):
    """Nothing flashes."""
    cell = kernel.ok("for i in mcpn.track(range(3), 'quick'): pass")

    assert cell.of("comm_open") == []
    assert rows(cell)[0].startswith("quick  3/3 in ")
    assert rows(cell)[0].endswith(" · done")


def test_ten_thousand_quick_loops_leave_few_lines(kernel):
    """A function that is called often does not flood the notebook."""
    cell = kernel.ok("for _ in range(10_000):\n    for i in mcpn.track(range(3), 'quick'): pass")

    assert len(rows(cell)) <= 17
    assert len(cell.of("display_data", "update_display_data", "comm_open", "comm_msg")) < 40


def test_nested_loops_indent_and_reuse_one_row(kernel):
    """Ten inner loops one after the other have one row between them, gone when all is done."""
    cell = kernel.ok(
        "for e in mcpn.track(range(4), 'epoch'):\n"
        "    for b in mcpn.track(range(30), 'batch'):\n        time.sleep(0.01)",
    )

    opened = [m["content"]["data"]["state"].get("_model_name") for m in cell.of("comm_open")]
    assert opened.count("FloatProgressModel") == 2
    assert len(rows(cell)) == 1
    assert rows(cell)[0].startswith("epoch  4/4 in ")


def test_stop_clicked_in_a_hot_loop_ends_it(kernel):
    """The button is heard while the main thread computes; `LoopStopped` names who asked."""
    if kernel.version == "6.30.1":
        pytest.skip("ipykernel 6 shows no click to another thread while the main thread computes")
    cell = kernel.begin(HOT)
    kernel.until(lambda: cell.of("comm_open") and len(cell.of("comm_msg")) >= 2)
    kernel.click(cell.comm("ButtonModel"))
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "LoopStopped"
    assert cell.receipt.endswith("stopped")
    assert cell.error.splitlines()[-1] == "LoopStopped: hot was stopped by its button"


def test_the_interrupt_is_said_to_be_one(kernel):
    """Stop in the front end: the receipt says interrupted."""
    cell = kernel.begin(HOT)
    kernel.until(lambda: len(cell.of("comm_msg")) >= 2)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert cell.receipt.endswith("interrupted")


def test_an_exception_in_the_body_fails_the_loop_and_keeps_its_traceback(kernel):
    """The user's error is untouched."""
    cell = kernel.run("for i in mcpn.track(range(10), 'bad'):\n    if i == 4:\n        1 / 0")

    assert cell.reply["content"]["ename"] == "ZeroDivisionError"
    assert "mcp_notebook" not in cell.error
    assert rows(cell)[0].startswith("bad  4/10 in ")
    assert rows(cell)[0].endswith("failed")


def test_loops_of_an_async_cell_and_its_tasks(kernel):
    """`asyncio.gather` of several loops: each has its own count."""
    cell = kernel.ok(
        "import asyncio\n"
        "async def work(n):\n    for i in mcpn.track(range(n), f'task {n}'): await asyncio.sleep(0.02)\n"
        "await asyncio.gather(work(10), work(20));\n"
        "print([(v.label, v.status, v.progress) for v in mcpn.loops()[-2:]])"
    )

    assert "('task 10', 'done', 10)" in cell.stdout
    assert "('task 20', 'done', 20)" in cell.stdout


def test_a_loop_that_outlives_its_cell_is_drawn_where_it_began(kernel):
    """A thread goes on; its bar stays in the first cell, which gets the receipt."""
    first = kernel.ok(
        "import threading, time\n"
        "def work():\n    for i in mcpn.track(range(20), 'thread'): time.sleep(0.05)\n"
        "t = threading.Thread(target=work); t.start()\ntime.sleep(0.3)"
    )
    second = kernel.ok("t.join(); time.sleep(0.3)")

    assert second.of("display_data") == []
    kernel.until(lambda: "done" in first.receipt or "done" in second.receipt)


def test_no_thread_and_no_loop_is_left(kernel):
    """What has ended is only remembered."""
    cell = kernel.ok(
        "runs = [v for v in mcpn.loops() if v.running]\nprint(len(runs))\n"
        "print(sorted(t.name for t in threading.enumerate() if 'mcp' in t.name))"
    )

    assert cell.stdout.splitlines() == ["0", "['mcp_notebook']"]
