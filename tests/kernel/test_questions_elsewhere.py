"""A server asks where no form can be drawn: on a terminal, in a front end without widgets, with nobody there."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from terminals import CTRL_C, in_terminal

pytestmark = pytest.mark.timeout(180)

IPYTHON = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit"]
TRAIN = "%load_ext mcp_notebook\n%mcp_connect demo;\n%mcp_call train_model delay=0.01\n"


def test_on_a_terminal_it_is_asked_as_text():
    """Field by field, a wrong answer refused with the reason; the receipt tells what was answered."""
    output = in_terminal(
        IPYTHON,
        TRAIN,
        ("dataset", "flowers\n"),
        ("epochs", "99\n"),
        ("at most 50", "3\n"),
        ("augment", "y\n"),
        ("name", "\n"),
        ("begin", "\n"),
        ("Out[", "exit\n"),
    )

    assert "demo asks: How should the model be trained?" in output
    assert 'demo asked: How should the model be trained? → accepted dataset="flowers", epochs=3' in output
    assert "demo asks: Train 'model' on flowers for 3 epochs?" in output
    assert "train_model  3/3 in " in output


def test_on_a_terminal_it_can_be_declined():
    """The server hears it."""
    output = in_terminal(IPYTHON, TRAIN, ("dataset", "/decline\n"), ("Out[", "exit\n"))

    assert "→ declined" in output
    assert "the plan was declined" in output


def test_ctrl_c_at_the_prompt_ends_the_call():
    """And the next one works."""
    output = in_terminal(
        IPYTHON,
        TRAIN,
        ("dataset", CTRL_C),
        ("KeyboardInterrupt", "%mcp_call add a=20 b=22\n"),
        ("42", "exit\n"),
    )

    assert "42" in output


def test_with_nobody_there_it_is_declined_with_a_notice():
    """nbclient, papermill: the call ends, and the saved receipt says why."""
    cells = ["%load_ext mcp_notebook\n%mcp_connect demo", "%mcp_call train_model"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, extra_arguments=["--log-level=ERROR"]).execute()

    receipt, result = notebook.cells[1].outputs
    said = "demo asked: How should the model be trained? → declined: nobody is here to answer"
    assert said in receipt.data["text/plain"]
    assert "declined" in receipt.data["text/html"]
    assert "the plan was declined" in result.data["text/plain"]


def test_a_script_without_a_terminal_declines_and_says_so():
    """On stderr, as a line."""
    script = "import mcp_notebook as m; print(m.connect('demo').call('train_model').structured)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "the plan was declined" in done.stdout
    assert "→ declined: nobody is here to answer" in done.stderr


def test_a_front_end_that_draws_no_form_is_asked_by_its_prompt(new_kernel):
    """Nothing says that the form was drawn: `input()` of the blocked cell asks instead."""
    kernel = new_kernel()
    kernel.ok("%load_ext mcp_notebook\n%mcp_connect demo")
    cell = kernel.begin("%mcp_call train_model delay=0.01", allow_stdin=True)
    prompts = []
    for answer in ("digits", "2", "n", "small", "y"):
        prompts.append(kernel.client.get_stdin_msg(timeout=60)["content"]["prompt"])
        kernel.client.input(answer)
    kernel.finish(cell)

    assert cell.status == "ok", cell.error
    assert [prompt.split()[0] for prompt in prompts] == ["dataset", "epochs", "augment", "name", "begin"]
    assert "digits" in cell.of("execute_result")[0]["content"]["data"]["text/plain"]
    assert 'name="small"' in cell.receipt
