"""What a person sees of a tracked loop, in JupyterLab and Notebook 7."""

from __future__ import annotations

import pytest

LOAD = (
    "%load_ext mcp_notebook\nimport time, itertools, mcp_notebook as mcpn\nserver = mcpn.serve(name='shown')"
)
NESTED = """for epoch in (bar := mcpn.track(range(4), "training")):
    for batch in mcpn.track(range(50), "batch"):
        time.sleep(0.02)
    bar.message = f"loss {1 / (epoch + 1):.2f}" """
HOT = 'for n in mcpn.track((i * i for i in itertools.count()), "squares"): pass'

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=["lab", "notebook7"])
def front_end(request):
    """Each front end in turn."""
    return request.getfixturevalue(request.param)


def test_nested_loops_move_and_end_as_one_receipt(front_end, opened):
    """The outer bar moves with the inner one; what is saved is static, and says it all."""
    notebook = opened(front_end, "nested.ipynb", [LOAD, NESTED])
    notebook.run(0)
    notebook.begin(1)
    notebook.output(1).get_by_text("batch").first.wait_for(timeout=30_000)
    notebook.page.wait_for_timeout(300)
    early = notebook.width(1)
    notebook.page.wait_for_timeout(700)
    late = notebook.width(1)
    assert notebook.output(1).get_by_role("button", name="Stop").count() == 2
    notebook.finish(1)

    assert 0 < early < late
    receipt = notebook.save()["cells"][1]["outputs"][0]["data"]
    assert set(receipt) == {"text/plain", "text/html"}
    assert "".join(receipt["text/plain"]).startswith("training  4/4 in ")
    assert "batch" not in "".join(receipt["text/plain"])


def test_stop_clicked_while_python_computes_ends_the_loop(front_end, opened):
    """The cell never yields, and the click is heard; the next cell works."""
    notebook = opened(front_end, "hot.ipynb", [LOAD, HOT, "40 + 2"])
    notebook.run(0)
    notebook.begin(1)
    button = notebook.output(1).get_by_role("button", name="Stop")
    button.wait_for(timeout=30_000)
    notebook.page.wait_for_timeout(500)
    button.click()
    notebook.output(1).get_by_text("LoopStopped").first.wait_for(timeout=10_000)
    notebook.finish(1)
    notebook.run(2)

    assert "stopped" in notebook.text(1)
    assert "42" in notebook.text(2)


def test_a_served_notebook_shows_neither_address_nor_token(lab, opened):
    """Not on the page, not in the file."""
    notebook = opened(lab, "served.ipynb", [LOAD, "server", "print(server.url[:16], len(server.headers))"])
    for index in range(3):
        notebook.run(index)
    saved = str(notebook.save()["cells"][1])

    assert "mcp-notebook bridge --kernel shown" in notebook.text(1)
    assert "127.0.0.1" not in notebook.text(1)
    assert "127.0.0.1" not in saved
    assert "Bearer" not in saved
