"""Kernels that nobody watches, that were patched, and shells without a kernel."""

from __future__ import annotations

import select
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from terminals import CTRL_C, in_terminal

pytestmark = pytest.mark.timeout(180)

PATCH = "nest_asyncio2" if sys.version_info >= (3, 14) else "nest_asyncio"
"""what our users patch asyncio with: the older one breaks it on a newer Python"""


def executed(*cells: str):
    """Run cells under nbclient, as papermill and nbconvert do."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", extra_arguments=["--log-level=ERROR"]
    ).execute()
    return notebook


def test_an_executed_notebook_keeps_receipts_and_no_widgets():
    """What nbclient saves and nbconvert exports is static and true."""
    notebook = executed(
        "%load_ext mcp_notebook\n%mcp_connect demo", "%mcp_call process_items items=a,b,c,d delay=0.3"
    )
    outputs = notebook.cells[1].outputs

    assert outputs[0].data["text/plain"].startswith("process_items  4/4 in ")
    assert "widgets" not in notebook.metadata
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "4/4 in" in page
    assert "done" in page


def test_a_call_that_ends_after_its_cell_leaves_its_receipt_there():
    """Under nbclient only the cell that runs is heard; the receipt belongs to the one that began the call."""
    notebook = executed(
        "import mcp_notebook as mcpn\njob = mcpn.connect('demo').start('count_slowly', to=4, delay=0.2)",
        "job.result()\nprint('and this is another cell')",
    )

    assert notebook.cells[0].outputs[-1].data["text/plain"].startswith("count_slowly  4/4 in ")


def test_a_notebook_whose_user_patched_asyncio_works(new_kernel):
    """Patched before anything else: calls, cancelling and queued cells as ever."""
    kernel = new_kernel()
    kernel.ok(
        f"import {PATCH}; {PATCH}.apply()\n%load_ext mcp_notebook\n%mcp_connect demo\n%mcp_call add a=1 b=2"
    )
    first = kernel.begin("%mcp_call process_items items=a,b,c,d,e delay=0.2")
    second = kernel.begin("print('queued')")
    kernel.finish(first)
    kernel.finish(second)
    assert len(first.values()) >= 3
    assert "5/5" in first.receipt
    assert second.stdout == "queued\n"

    cell = kernel.begin("%mcp_call count_slowly to=100 delay=0.1")
    kernel.until(lambda: len(cell.values()) >= 2)
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "3" in kernel.ok("%mcp_call add a=1 b=2").of("execute_result")[0]["content"]["data"]["text/plain"]


def test_a_patch_in_the_middle_does_no_harm(new_kernel):
    """The background loop is already running when the user patches asyncio."""
    kernel = new_kernel()
    kernel.ok(
        f"%load_ext mcp_notebook\n%mcp_connect demo\n%mcp_call add a=1 b=2\nimport {PATCH}; {PATCH}.apply()"
    )
    assert "3/3" in kernel.ok("%mcp_call process_items items=a,b,c delay=0.2").receipt


def test_a_killed_kernel_leaves_no_server_process(new_kernel):
    """A stdio server ends with the kernel."""
    kernel = new_kernel()
    kernel.ok(f"%load_ext mcp_notebook\n%mcp_connect {sys.executable} -m mcp_notebook demo --name child")
    pid = int(kernel.ok(
        "import mcp_notebook as m\nprint(m.connections()['child']._link._session._opening.source._process.pid)"
    ).stdout)  # fmt: skip
    kernel.close()

    for _ in range(100):
        if not alive(pid):
            return
        select.select([], [], [], 0.1)
    raise AssertionError("the server outlives the kernel")


def alive(pid: int) -> bool:
    """Whether a process is there (a zombie is not)."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_script_on_a_pipe_gets_a_line_for_each_call_worth_one():
    """No terminal codes in a log."""
    script = "import mcp_notebook as m\nd = m.connect('demo')\nd.call('process_items', items=list('abcde'), delay=0.15)\nd.call('add', a=1, b=2)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("process_items  5/5 in ")
    assert "\x1b" not in done.stderr


def test_terminal_ipython_shows_one_live_line_and_a_receipt():
    """The same words, redrawn in place."""
    code = "%load_ext mcp_notebook\n%mcp_connect demo;\n%mcp_call process_items items=a,b,c,d,e delay=0.25;\nexit\n"
    output = in_terminal(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit"], code
    )

    assert output.count("\r\x1b[2K") >= 3
    assert "━" in output
    assert "process_items  5/5 in " in output


def test_ctrl_c_in_terminal_ipython_cancels_and_the_next_call_works():
    """The prompt is back, the server has stopped."""
    output = in_terminal(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit"],
        "%load_ext mcp_notebook\n%mcp_connect demo;\n%mcp_call count_slowly to=1000 delay=0.1\n",
        ("3/1000", CTRL_C),
        ("KeyboardInterrupt: count_slowly interrupted", "%mcp_call last_cancelled\n"),
        ("Out[", "exit\n"),
    )

    assert "count_slowly interrupted at " in output
    assert "1000/1000" not in output


def test_an_interrupted_connect_leaves_a_usable_kernel_and_no_process(new_kernel, tmp_path):
    """A server that never answers the handshake."""
    mute = tmp_path / "mute.py"
    mute.write_text(
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    )
    kernel = new_kernel()
    kernel.ok("%load_ext mcp_notebook\n%mcp_connect demo")
    cell = kernel.begin(f"%mcp_connect {sys.executable} {mute}")
    kernel.until(lambda: kernel.pump(0.1) or ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "3" in kernel.ok("%mcp_call add a=1 b=2").of("execute_result")[0]["content"]["data"]["text/plain"]
    pid = int((tmp_path / "pid").read_text())
    kernel.until(lambda: kernel.pump(0.1) or not alive(pid))
