"""Calls in a real kernel: live while the cell blocks, cancellable, in the right cell, with true receipts."""

from __future__ import annotations

import pytest

SLOW = "%mcp_call process_items items=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t delay=0.5"

pytestmark = pytest.mark.timeout(300)  # building an older kernel's environment counts


def test_the_bar_moves_while_the_cell_blocks(kernel):
    """Several values arrive before the reply, and the receipt after them."""
    cell = kernel.ok("%mcp_call process_items items=a,b,c,d,e,f,g,h delay=0.1")

    values = cell.values()
    assert len(values) >= 3
    assert values == sorted(values)
    assert values[-1] == 8
    assert cell.when("comm_msg")[0] < cell.when("execute_result")[0]
    assert cell.receipt.startswith("process_items  8/8 in ")
    assert cell.receipt.endswith(" · done")


def test_a_receipt_has_no_widget_in_it(kernel):
    """What is saved reads well without a kernel."""
    cell = kernel.ok("%mcp_call process_items items=a,b,c delay=0.2")

    last = cell.of("display_data", "update_display_data")[-1]
    assert set(last["content"]["data"]) == {"text/plain", "text/html"}
    assert last["content"]["transient"]["display_id"]


def test_a_quick_call_opens_no_widget(kernel):
    """Nothing flashes; the receipt is there, above the result."""
    cell = kernel.ok("%mcp_call add a=1 b=2")

    assert cell.of("comm_open") == []
    assert cell.receipt.startswith("add  in ")
    kinds = [m["msg_type"] for _, m in cell.messages]
    assert kinds.index("display_data") < kinds.index("execute_result")


def test_cancel_clicked_in_a_blocked_cell_stops_the_call(kernel):
    """The click is heard while the main thread waits; connection and kernel stay usable."""
    cell = kernel.begin(SLOW)
    kernel.until(lambda: len(cell.values()) >= 2)
    kernel.click(cell.comm("ButtonModel"))
    kernel.finish(cell)

    assert cell.status == "error"
    assert cell.reply["content"]["ename"] == "CallCancelledError"
    assert "cancelled" in cell.receipt
    assert "20/20" not in cell.receipt
    assert len(cell.error.splitlines()) == 1
    assert "3" in kernel.ok("print(demo.call('add', a=1, b=2).data)").stdout


def test_the_interrupt_cancels_on_the_wire(kernel):
    """The server learns it, the next cell works."""
    cell = kernel.begin("%mcp_call count_slowly to=200 delay=0.05")
    kernel.until(lambda: len(cell.values()) >= 2)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "interrupted" in cell.receipt
    after = kernel.ok("seen = demo.call('last_cancelled').data\nprint(seen)")
    assert after.stdout.strip() not in ("", "None")


def test_queued_cells_wait_and_none_is_lost(kernel):
    """The kernel's loop is never entered from a blocked cell."""
    first = kernel.begin("%mcp_call process_items items=a,b,c,d delay=0.2")
    second = kernel.begin("print('second')")
    third = kernel.begin("print('third')")
    for cell in (first, second, third):
        kernel.finish(cell)

    assert [c.status for c in (first, second, third)] == ["ok"] * 3
    assert (second.stdout, third.stdout) == ("second\n", "third\n")
    assert second.of("execute_input")[0]["header"]["date"] >= first.of("execute_result")[0]["header"]["date"]


def test_a_background_call_ends_the_cell_and_stays_live_in_it(kernel):
    """Later updates land in the cell that began the call."""
    cell = kernel.ok("job = %mcp_call --bg process_items items=a,b,c,d,e,f delay=0.2")
    assert "done" not in cell.receipt

    other = kernel.ok("print(job.result().data['processed'])")

    assert other.stdout == "6\n"
    kernel.ok("pass")
    if kernel.version != "6.30.1":  # ipykernel 6 files a thread's messages under the running cell
        assert "6/6" in cell.receipt
        assert other.of("display_data") == []
    assert cell.of("display_data")


def test_two_calls_at_once_share_one_container(kernel):
    """One display for each cell, a row for each token."""
    cell = kernel.ok(
        "jobs = [demo.start('process_items', items=list('abcd'), delay=0.15) for _ in range(2)]\n"
        "print([j.result().data['processed'] for j in jobs], len({j.token for j in jobs}))"
    )

    assert cell.stdout == "[4, 4] 2\n"
    assert len(cell.of("display_data")) == 1
    assert len(cell.receipt.splitlines()) == 2


def test_a_hundred_calls_draw_as_one_model(kernel):
    """Beyond sixteen rows the panel is one model, and the rest is counted."""
    cell = kernel.ok(
        "done = demo.map('wait_silently', [{'seconds': 0.4}] * 100, limit=100)\nprint(len(done))"
    )

    models = [m["content"]["data"]["state"].get("_model_name") for m in cell.of("comm_open")]
    assert cell.stdout == "100\n"
    assert models.count("FloatProgressModel") == 0
    assert len(cell.of("comm_open", "comm_msg", "display_data", "update_display_data")) <= 60
    assert "more: " in cell.receipt


def test_a_call_inside_an_async_cell_can_be_awaited(kernel):
    """`await job` leaves the kernel's own loop running."""
    cell = kernel.ok(
        "import asyncio\n"
        "job = demo.start('process_items', items=list('abc'), delay=0.1)\n"
        "ticks = 0\n"
        "async def tick():\n"
        "    global ticks\n"
        "    while True:\n"
        "        ticks += 1\n"
        "        await asyncio.sleep(0.02)\n"
        "ticking = asyncio.ensure_future(tick())\n"
        "result = await job\n"
        "ticking.cancel()\n"
        "print(result.data['processed'], ticks > 3)"
    )

    assert cell.stdout == "3 True\n"


def test_stop_ends_an_awaited_call(kernel):
    """The heartbeat lets the interrupt in; the call is cancelled."""
    cell = kernel.begin("job = demo.start('process_items', items=list('abcdefghij'), delay=0.5)\nawait job")
    kernel.until(lambda: len(cell.values()) >= 2)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.status == "error"
    assert kernel.ok("print(job.status)").stdout == "interrupted\n"


def test_nothing_is_left_after_unloading(kernel):
    """No thread, no widget model; loading again works."""
    kernel.ok(
        "jobs = [demo.start('wait_silently', seconds=0.3 + n / 20) for n in range(20)]; [j.result() for j in jobs]"
    )
    kernel.ok(
        "jobs = [demo.start('add', a=1, b=1), demo.start('wait_silently', seconds=1.5)]; [j.result() for j in jobs]"
    )
    kernel.ok("from ipywidgets.widgets import widget; before = len(widget._instances)")
    kernel.ok("%unload_ext mcp_notebook")
    names = kernel.ok("import threading\nprint([t.name for t in threading.enumerate()])").stdout
    assert "mcp_notebook" not in names
    assert kernel.ok("print(before > 10, len(widget._instances))").stdout == "True 0\n"

    kernel.ok(
        "%load_ext mcp_notebook\n%load_ext mcp_notebook\n%mcp_connect demo\ndemo = mcpn.connections()['demo']"
    )
    assert "done" in kernel.ok("%mcp_call add a=1 b=2").receipt
