"""What a person sees in JupyterLab and Notebook 7."""

from __future__ import annotations

import re

import pytest

LOAD = "%load_ext mcp_notebook\n%mcp_connect demo\n%mcp_call add a=1 b=2"
WORK = "%mcp_call process_items items=a,b,c,d,e,f,g,h,i,j delay=0.8"
LONG = "%mcp_call process_items items=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t delay=1"

pytestmark = pytest.mark.timeout(240)


def bundles(saved: dict, index: int) -> list[dict]:
    """The mime bundles of a saved cell."""
    return [o["data"] for o in saved["cells"][index]["outputs"] if "data" in o]


def test_the_bar_moves_while_the_cell_runs_and_ends_as_a_receipt(lab, opened):
    """Two widths during the run, words beside them, then static output that is saved."""
    notebook = opened(lab, "moves.ipynb", [LOAD, WORK])
    notebook.run(0)
    notebook.begin(1)
    bar = notebook.output(1).locator(".progress-bar").first
    bar.wait_for(timeout=30_000)
    notebook.page.wait_for_timeout(600)
    early = notebook.width(1)
    assert "process_items" in notebook.text(1)
    assert notebook.output(1).get_by_role("button", name="Cancel").is_visible()
    notebook.page.wait_for_timeout(900)
    late = notebook.width(1)
    notebook.finish(1)

    assert 0 < early < late
    assert re.search(r"10/10 in \d\.\d s", notebook.text(1))
    assert notebook.output(1).locator(".progress-bar").count() == 0
    receipt = bundles(notebook.save(), 1)[0]
    assert set(receipt) == {"text/plain", "text/html"}
    assert "".join(receipt["text/plain"]).startswith("process_items  10/10 in ")


def test_cancel_clicked_in_a_blocked_cell_stops_it_in_about_a_second(lab, opened):
    """Twenty seconds of work end at the click; the next cell works."""
    notebook = opened(lab, "cancel.ipynb", [LOAD, LONG, "%mcp_call add a=20 b=22"])
    notebook.run(0)
    notebook.begin(1)
    button = notebook.output(1).get_by_role("button", name="Cancel")
    button.wait_for(timeout=30_000)
    notebook.page.wait_for_timeout(1_200)
    button.click()
    notebook.output(1).get_by_text("CallCancelledError").first.wait_for(timeout=5_000)
    notebook.finish(1)
    notebook.run(2)

    assert "cancelled" in notebook.text(1)
    assert "20/20" not in notebook.text(1)
    assert "42" in notebook.text(2)
    assert "cancelled" in "".join(bundles(notebook.save(), 1)[0]["text/plain"])


def test_what_a_server_says_is_text(lab, opened):
    """No markup of a message, a name or a result becomes an element; no script runs."""
    attack = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>$x^2$"
    cells = [
        LOAD,
        f'%mcp_call process_items items:=\'["{attack}", "b", "c"]\' delay=0.6',
        f"%mcp_call echo text='{attack}'",
    ]
    notebook = opened(lab, "attack.ipynb", cells)
    notebook.run(0)
    notebook.begin(1)
    notebook.output(1).get_by_text("onerror").first.wait_for(timeout=30_000)
    notebook.finish(1)
    notebook.run(2)

    assert attack in notebook.text(2)
    assert notebook.page.evaluate("() => window.pwned") is None
    assert notebook.output(1).locator("img").count() == 0


CONTRAST = """e => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => rgb(c).slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  let ground = e, behind;
  do { behind = getComputedStyle(ground).backgroundColor; ground = ground.parentElement; }
  while (ground && (rgb(behind)[3] ?? 1) === 0);
  const [a, b] = [light(getComputedStyle(e).color), light(behind)].sort((x, y) => y - x);
  return [(a + .05) / (b + .05), light(behind)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_view_is_readable_in_light_and_dark(lab, opened, scheme):
    """Receipt and result stand out from their ground: WCAG's 4.5 for the words, 3 for the mark."""
    notebook = opened(lab, f"theme-{scheme}.ipynb", [LOAD], color_scheme=scheme)
    notebook.run(0)
    output = notebook.output(0)
    output.get_by_text("done").first.wait_for(timeout=10_000)

    label, ground = output.locator("b").first.evaluate(CONTRAST)
    mark, _ = output.get_by_text("✓ done").first.evaluate(CONTRAST)
    value, _ = output.locator("pre, code").last.evaluate(CONTRAST)
    assert (ground < 0.2) == (scheme == "dark")
    assert label >= 4.5
    assert value >= 4.5
    assert mark >= 3


def test_notebook_7_hears_the_click_too(notebook7, opened):
    """The same wait, the same tap, another front end."""
    notebook = opened(notebook7, "nb7.ipynb", [LOAD, LONG])
    notebook.run(0)
    notebook.begin(1)
    button = notebook.output(1).get_by_role("button", name="Cancel")
    button.wait_for(timeout=30_000)
    notebook.page.wait_for_timeout(1_200)
    button.click()
    notebook.output(1).get_by_text("CallCancelledError").first.wait_for(timeout=5_000)

    assert "cancelled" in notebook.text(1)
