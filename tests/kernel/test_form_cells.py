"""Forms in a real kernel: heard while a cell blocks, static where nobody can fill them in."""

from __future__ import annotations

import subprocess
import sys

import pytest
from test_elsewhere import executed

pytestmark = pytest.mark.timeout(180)

ENTRY = {"fields": {"a": {"text": "20"}, "b": {"text": "22"}}, "extra": []}


@pytest.fixture
def shown(kernel, monkeypatch):
    """Return the plain texts that were displayed, also later; their parent differs by ipykernel, and is no matter."""
    heard, get = [], kernel.client.get_iopub_msg

    def listen(**options):
        heard.append(get(**options))
        return heard[-1]

    monkeypatch.setattr(kernel.client, "get_iopub_msg", listen)

    def texts():
        displays = [m for m in heard if m["msg_type"] in ("display_data", "update_display_data")]
        return [m["content"]["data"]["text/plain"] for m in displays]

    return texts


def test_a_form_is_run_while_a_cell_blocks(kernel, shown):
    """Heard at once, called beside the cell, its result shown below the form; the late delivery runs nothing."""
    form = kernel.ok("form = demo.form('add')\nform")
    assert shown()[0].startswith("demo.add\n")
    comm = form.comm("AnyModel")
    busy = kernel.begin("%mcp_call count_slowly to=60 delay=0.05")
    kernel.until(lambda: len(busy.values()) >= 2)
    kernel.tell(comm, {"type": "button", "name": "run", "entry": ENTRY, "id": "1"})
    kernel.until(lambda: "42" in shown())
    assert busy.idle is None, "the result waited for the cell"
    kernel.finish(busy)

    told = kernel.ok("print(form.arguments, form.result.data, form.call.status)").stdout
    assert told == "{'a': 20, 'b': 22} 42 done\n"
    assert len([text for text in shown() if text.startswith("add  ")]) == 1


def test_a_failed_run_is_words_and_the_cell_has_not_failed(kernel, shown):
    """The error stands where the result would; a traceback would be nobody's."""
    form = kernel.ok("%mcp_form demo.fail after=1 delay=0")
    kernel.tell(form.comm("AnyModel"), {"type": "button", "name": "run", "entry": {"fields": {}}, "id": "2"})
    kernel.until(
        lambda: any(text.startswith("ToolError: fail: ") and "the disk is full" in text for text in shown())
    )
    assert form.of("error") == []


def test_a_notebook_that_nobody_watches_holds_tables():
    """What nbclient saves says what the form would ask, and how to call the tool."""
    notebook = executed(
        "%load_ext mcp_notebook\n%mcp_connect demo", "%mcp_form demo.configure", "%mcp_form demo"
    )
    form, view = (notebook.cells[n].outputs[0].data for n in (1, 2))

    assert "workers: integer (1 to 16) = 4" in form["text/plain"]
    assert "%mcp_call demo.configure mode=…" in form["text/plain"]
    assert "process_items" in view["text/plain"]
    assert [set(form), set(view)] == [{"text/plain", "text/html"}] * 2
    assert "widgets" not in notebook.metadata


def test_a_script_prints_the_table():
    """No kernel, no IPython: the same words."""
    code = "import mcp_notebook as m; d = m.connect('demo'); print(d.form('add')); print(d.form())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert "a: integer" in done.stdout
    assert "%mcp_call demo.add a=… b=…" in done.stdout
    assert "%mcp_form demo.TOOL" in done.stdout
