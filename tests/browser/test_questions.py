"""A server's question in a real front end: a form below the bar, answered while the cell is blocked."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(240)

CELLS = [
    "%load_ext mcp_notebook\n%mcp_connect demo",
    "%mcp_call train_model delay=0.05",
    "print('queued')",
]


@pytest.mark.parametrize("front_end", ["lab", "notebook7"])
def test_a_question_is_answered_in_a_blocked_cell(opened, request, front_end):
    """By keyboard; a wrong answer stays with its reason; the cell behind it waits; the file tells it all."""
    notebook = opened(request.getfixturevalue(front_end), f"asked-{front_end}.ipynb", CELLS)
    page = notebook.page
    notebook.run(0)
    notebook.begin(1)
    notebook.begin(2)

    form = notebook.output(1).get_by_role("form", name="demo asks")
    form.wait_for()
    assert "waiting for your answer" in notebook.text(1)
    form.get_by_label("dataset").select_option(label="flowers")
    epochs = form.get_by_label("epochs")
    epochs.fill("99")
    epochs.press("Enter")
    form.get_by_text("at most 50").wait_for()
    assert epochs.get_attribute("aria-invalid") == "true"
    epochs.fill("3")
    page.screenshot(path=notebook.path.with_suffix(".png"))
    epochs.press("Enter")

    consent = notebook.output(1).get_by_text("Train 'model' on flowers for 3 epochs?")
    consent.first.wait_for()
    assert "queued" not in notebook.text(2)
    notebook.output(1).get_by_role("button", name="Send").last.click()
    notebook.finish(1)
    notebook.finish(2)

    assert "queued" in notebook.text(2)
    text = notebook.text(1)
    assert "3/3 in" in text
    assert "accepted" in text
    saved = notebook.save()["cells"][1]["outputs"]
    assert set(saved[0]["data"]) == {"text/plain", "text/html"}
    assert 'accepted dataset="flowers", epochs=3' in "".join(saved[0]["data"]["text/plain"])
