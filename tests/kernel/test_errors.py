"""Bad input in a real kernel: one line with the cure, nothing left running."""

from __future__ import annotations

import sys

import pytest
from driver import Kernel

KERNELS = ("here",)  # what its fixture starts, by whatever name it is asked
PYTHON = sys.executable


def said(cell) -> str:
    """What the person reads: the traceback, or a usage error on stderr."""
    return cell.error + "".join(
        m["content"]["text"] for m in cell.of("stream") if m["content"]["name"] == "stderr"
    )


@pytest.fixture(scope="module")
def kernel():
    """One kernel of this environment."""
    running = Kernel(sys.executable, forked=True)
    running.ok("%load_ext mcp_notebook\nimport mcp_notebook as mcpn\n%mcp_connect demo")
    yield running
    running.close()


def test_a_call_before_any_connection_names_the_cure(kernel):
    """The first mistake of everybody."""
    kernel.ok("%mcp_disconnect --all")
    cell = kernel.run("%mcp_call add a=1 b=2")

    assert (
        cell.error == "UnknownServerError: no server is connected; try %mcp_connect demo, or connect('demo')"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%mcp_call nosuch.add a=1", ["no server named 'nosuch'", "demo"]),
        ("%mcp_call -s nosuch add a=1", ["no server named 'nosuch'"]),
        ("%mcp_call ad a=1", ["no tool 'ad'", "'add'"]),
        ("%mcp_call add a=one b=2", ["a='one'", "integer"]),
        ("%mcp_call add a=1 c=2", ["no parameter 'c'"]),
        ("%mcp_call add a=1", ["b", "integer"]),
        ("%mcp_call add a:={1 b=2", ["the { at column", "never closed"]),
        ("%mcp_call add a=$nothing b=2", ["no variable 'nothing'", "$$nothing"]),
        ("%mcp_call add", ["a", "b"]),
        ("%mcp_call", ["wants a tool"]),
        ("%mcp_call --nosuch add a=1 b=2", ["--nosuch"]),
        ("%mcp_call -t soon add a=1 b=2", ["'soon'", "seconds"]),
        ("%mcp_call 1x << add a=1 b=2", ["'1x'", "name"]),
        ("%%mcp_call add\n{not json", ["JSON"]),
        ("%mcp_connect", ["nothing to connect to"]),
        ("%mcp_connect nosuchcommand --flag", ["no command 'nosuchcommand'", "PATH"]),
        ("%mcp_connect ftp://x/mcp", ["not an http or https URL"]),
        ("%mcp_connect http://127.0.0.1:9/mcp", ["http://127.0.0.1:9/mcp"]),
        (f'%mcp_connect {PYTHON} -c "import sys; print(1, file=sys.stderr); sys.exit(3)"', ["exit status 3"]),
        (f"%mcp_connect {PYTHON} -c \"print('rubbish')\"", ["not a message", "rubbish"]),
        ("%mcp_disconnect nosuch", ["no server named 'nosuch'"]),
        ("%mcp_cancel 99", ["nothing is running"]),
        ("%mcp_tools demo add extra", ["server"]),
    ],
)
def test_a_mistake_is_answered_in_one_line(kernel, line, words):
    """No traceback of ours; the value and the cure are named; the kernel goes on."""
    kernel.ok("if 'demo' not in mcpn.connections(): mcpn.connect('demo')")
    cell = kernel.run(line)

    text = said(cell)
    assert cell.status == "error"
    for word in words:
        assert word in text
    assert "Traceback" not in text
    assert "mcp_notebook/" not in text
    assert (
        kernel.ok("%mcp_jobs").of("execute_result")[0]["content"]["data"]["text/plain"]
        == "nothing is running"
    )


def test_a_call_on_a_closed_connection_says_so(kernel):
    """The object outlives the connection."""
    cell = kernel.run("c = mcpn.connect('demo', name='gone')\nc.close()\nc.call('add', a=1, b=2)")

    assert cell.error.splitlines()[-1].endswith("the connection 'gone' is closed; connect again")
    assert "mcp_notebook/" not in cell.error


def test_a_tools_own_error_is_shown_in_its_words(kernel):
    """And the receipt says failed."""
    kernel.ok("%mcp_connect demo")
    cell = kernel.run("%mcp_call fail message='disk full' after=2")

    assert cell.reply["content"]["ename"] == "ToolError"
    assert "disk full" in cell.error
    assert "failed" in cell.receipt


def test_a_batch_that_fails_says_which_row_in_one_line(kernel):
    """No traceback through the group of calls."""
    cell = kernel.run(
        "demo = mcpn.connect('demo')\ndemo.map('fail', [{'after': 9}, {'after': 0, 'message': 'no room'}])"
    )

    assert cell.reply["content"]["ename"] == "ToolError"
    assert cell.error.splitlines()[-1] == "it is number 1 of fail × 2"
    assert "no room" in cell.error
    assert "mcp_notebook/" not in said(cell)
    assert not cell.of("stream")


def test_a_failed_result_can_be_had_as_a_value(kernel):
    """--no-raise-error."""
    cell = kernel.ok("r = %mcp_call --no-raise-error fail message='disk full'\nprint(r.is_error, r.text)")

    assert cell.stdout.startswith("True ")
    assert "disk full" in cell.stdout


def test_silence_beyond_the_timeout_says_what_was_last_heard(kernel):
    """The call is cancelled, the connection stays."""
    cell = kernel.run("%mcp_call -t 0.3 wait_silently seconds=30")

    assert cell.reply["content"]["ename"] == "CallTimeoutError"
    assert "timeout=0.3" in cell.error
    assert "timed out" in cell.receipt
    assert kernel.ok("print(mcpn.connections()['demo'].state)").stdout == "open\n"


def test_progress_renews_the_timeout(kernel):
    """Two seconds of work under half a second of allowed silence."""
    cell = kernel.ok("%mcp_call -t 0.5 process_items items=a,b,c,d,e,f,g,h,i,j delay=0.2")

    assert "10/10" in cell.receipt


def test_the_ceiling_holds_whatever_the_progress(kernel):
    """max_timeout."""
    cell = kernel.run("%mcp_call -t 5 --max-timeout 0.6 process_items items=a,b,c,d,e,f,g,h,i,j delay=0.2")

    assert "max_timeout=0.6" in cell.error
