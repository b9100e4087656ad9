"""Forms in a real JupyterLab and Notebook 7: filled in, judged, run, saved."""

from __future__ import annotations

from pathlib import Path

import pytest

LOAD = f"""%load_ext mcp_notebook
import sys, time; sys.path.insert(0, {str(Path(__file__).parent)!r})
import form_server, mcp_notebook as mcpn
demo = mcpn.connect("demo")
forms = mcpn.connect(form_server.server, name="forms")"""

pytestmark = pytest.mark.timeout(240)


def bundles(saved: dict, index: int) -> list[dict]:
    """The mime bundles of a saved cell, their text joined."""
    data = (output["data"] for output in saved["cells"][index]["outputs"])
    return [{kind: "".join(text) for kind, text in bundle.items()} for bundle in data]


def form_of(notebook, index):
    """The form below a cell, drawn."""
    form = notebook.output(index).get_by_role("form")
    form.wait_for(timeout=30_000)
    return form


def press(form, name):
    """Click a button of a form."""
    form.get_by_role("button", name=name, exact=True).click()


def test_forms_in_a_notebook(lab, opened):
    """One session, for a front end takes long to start: what each part shows stands beside it."""
    cells = [
        LOAD,
        "filled = %mcp_form demo.configure workers=99\nfilled",
        "filled.arguments, filled.result.data['mode']",
        "pasted",
        "forms.form('plan', subject='Forms')",
        "%mcp_form forms.wipe",
        "print(form_server.wiped)",
        "%mcp_form forms",
        "long = forms.form('count', delay=0.3); long",
        "for _ in range(300):\n    time.sleep(0.1)\n    if long.result: break\nprint(long.result.text)",
    ]
    notebook = opened(lab, "forms.ipynb", cells, permissions=["clipboard-read", "clipboard-write"])
    notebook.page.set_viewport_size({"width": 1100, "height": 1400})
    notebook.run(0)
    fault_corrected_by_keyboard(notebook)
    copied_line_runs(notebook)
    nested_items(notebook)
    destructive_tool_asks(notebook)
    server_view(notebook)
    runs_beside_a_busy_cell(notebook)
    saved_file_is_true(notebook)


def fault_corrected_by_keyboard(notebook):
    """What is not valid stays; the message stands beside the field, which has the focus. Nothing of it edits cells."""
    notebook.run(1)
    form = form_of(notebook, 1)
    before = notebook.cells.count()
    form.get_by_role("combobox", name="Mode").focus()
    notebook.page.keyboard.press("c")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Enter")
    form.get_by_role("alert").wait_for(timeout=10_000)
    assert form.get_by_role("alert").inner_text() == "must be at most 16"
    assert notebook.page.evaluate("() => document.activeElement.value") == "99"
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("12")
    assert form.get_by_role("alert").count() == 0
    notebook.page.keyboard.press("Shift+Enter")
    form.get_by_role("button", name="Copy as magic").focus()
    for key in ("d", "d", "x", "a", "Shift+Enter"):
        notebook.page.keyboard.press(key)
    form.get_by_label("Workers").fill("12")
    form.get_by_role("combobox", name="Mode").select_option("careful")
    form.get_by_label("Workers").press("Enter")
    notebook.output(1).get_by_text('mode: "careful"').wait_for(timeout=20_000)
    assert notebook.cells.count() == before
    assert "configure in " in notebook.text(1)
    assert "done" in notebook.text(1)
    notebook.run(2)
    assert "'workers': 12" in notebook.text(2)
    assert "'careful'" in notebook.text(2)


def copied_line_runs(notebook):
    """The line is on the clipboard; pasted into a cell it sends the same arguments."""
    form = form_of(notebook, 1)
    press(form, "Copy as magic")
    form.get_by_text("copied").wait_for(timeout=10_000)
    cell = notebook.cells.nth(3).locator(".cm-content")
    cell.click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("Control+v")
    assert "mcp_call demo.configure" in cell.inner_text()
    notebook.run(3)
    assert 'mode: "careful"' in notebook.text(3)
    assert "workers: 12" in notebook.text(3)


def nested_items(notebook):
    """Items of a list are added and removed; the server gets the rest."""
    notebook.run(4)
    form = form_of(notebook, 4)
    for name in ("Bob", "Cy"):
        form.get_by_role("button", name="Add Person").click()
        notebook.page.keyboard.type(name)
    form.get_by_role("textbox", name="Name").first.fill("Ada")
    form.get_by_role("button", name="remove Person 2").click()
    press(form, "Run")
    notebook.output(4).get_by_text('subject: "Forms"').wait_for(timeout=20_000)
    assert "Ada" in notebook.text(4)
    assert "Cy" in notebook.text(4)
    assert "Bob" not in notebook.text(4)


def destructive_tool_asks(notebook):
    """The question comes once the arguments are right; Back destroys nothing."""
    notebook.run(5)
    form = form_of(notebook, 5)
    form.get_by_label("Table").fill("users")
    question = form.get_by_role("alertdialog")
    press(form, "Run")
    question.wait_for(timeout=10_000)
    press(form, "Back")
    notebook.run(6)
    assert notebook.text(6).strip() == "[]"
    press(form, "Run")
    question.wait_for(timeout=10_000)
    press(form, "Run wipe")
    notebook.output(5).get_by_text("wiped users").wait_for(timeout=20_000)


def server_view(notebook):
    """Search, pick and run; another tool's form takes the place of the first."""
    notebook.run(7)
    search = notebook.output(7).get_by_role("combobox", name="search tools")
    search.wait_for(timeout=30_000)
    search.fill("report each")
    notebook.page.keyboard.press("Enter")
    form = form_of(notebook, 7)
    form.get_by_label("Upto").fill("2")
    notebook.page.keyboard.press("Enter")
    notebook.output(7).get_by_text("counted to 2").wait_for(timeout=20_000)
    assert "2/2" in notebook.text(7)


def runs_beside_a_busy_cell(notebook):
    """A cell blocks the main thread; the form is sent, the bar moves, and the cell sees the result."""
    notebook.run(8)
    form = form_of(notebook, 8)
    notebook.begin(9)
    notebook.page.wait_for_timeout(500)
    press(form, "Run")
    notebook.output(8).locator(".progress-bar").first.wait_for(timeout=10_000)
    assert form.get_by_role("button", name="Cancel", exact=True).is_enabled()
    notebook.finish(9)
    assert notebook.text(9).strip() == "counted to 5"


def saved_file_is_true(notebook):
    """Receipts and results are static; a form's own text is its arguments, not a widget's name."""
    saved = notebook.save()
    form, receipt, result = bundles(saved, 1)
    assert form["text/plain"].startswith("demo.configure\n")
    assert "workers: integer (1 to 16) = 4" in form["text/plain"]
    assert "workers: integer (1 to 16) = 4" in form["text/html"]
    assert set(receipt) == set(result) == {"text/plain", "text/html"}
    assert receipt["text/plain"].startswith("configure  in ")
    assert '"workers": 12' in result["text/plain"]
    assert "Form(" not in str(saved)
    assert [bundle["text/plain"] for bundle in bundles(saved, 8)[1:]][1] == "counted to 5"


def test_a_form_in_notebook_7(notebook7, opened):
    """Another front end: a run fails, and its error reads well; a second run takes its place."""
    notebook = opened(notebook7, "nb7-forms.ipynb", [LOAD, "%mcp_form demo.fail after=2"])
    notebook.run(0)
    notebook.run(1)
    form = form_of(notebook, 1)
    press(form, "Run")
    notebook.output(1).locator("[role=alert]").wait_for(timeout=20_000)
    failed = notebook.text(1)
    assert "✗ failed" in failed
    assert "error fail: " in failed
    assert "Traceback" not in failed
    form.get_by_label("After").fill("1")
    form.get_by_label("After").press("Enter")
    notebook.output(1).get_by_text("1/10").first.wait_for(timeout=20_000)
    notebook.output(1).locator("[role=alert]").wait_for(timeout=20_000)
    assert "2/10" in failed
    assert "2/10" not in notebook.text(1)
    assert notebook.text(1).count("error fail: ") == 1
