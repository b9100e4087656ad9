"""A hostile server in a real JupyterLab: everything it says is read, nothing of it runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SERVER = [sys.executable, "-S", str(Path(__file__).parents[1] / "text" / "hostile_server.py")]
CELLS = [
    f"%load_ext mcp_notebook\nimport mcp_notebook as m\nserver = m.connect({SERVER!r}, name='hostile')",
    "%mcp_call work number=60",
    """dry = %mcp_call --dry-run say choice=fine
said = [server.call("say", number=page) for page in range(7)]
failed = %mcp_call --no-raise-error fail
display(*said, said[0].show("raw"), said[0].show("json"), failed, server.tools, dry)
jobs = [server.start("work", number=5) for _ in range(17)]
jobs[-1].result();""",
    "%mcp_call fail",
    "server.tools.work?",
]
ODD = """() => {
  const odd = [], tell = e => odd.push(e.outerHTML.slice(0, 200));
  for (const area of document.querySelectorAll('.jp-OutputArea-output, .jp-RenderedText')) {
    area.querySelectorAll('script,iframe,object,embed,svg,base,meta,link,form,input,mjx-container').forEach(tell);
    for (const e of area.querySelectorAll('*'))
      if ([...e.attributes].some(a => /^on/.test(a.name))) tell(e);
    for (const e of area.querySelectorAll('img,audio'))
      if (!/^data:(image\\/png|audio\\/[a-z0-9.+-]+);base64,/.test(e.src)) tell(e);
    for (const e of area.querySelectorAll('a[href]'))
      if (!/^https?:/.test(e.href) && (/^(javascript|vbscript|file):/.test(e.href) || e.closest('.mathjax_ignore'))) tell(e);
  }
  return odd;
}"""
"""what should not be there; JupyterLab itself links addresses, also `data:`, in errors and plain text"""

pytestmark = pytest.mark.timeout(240)


def test_nothing_of_a_hostile_server_runs_in_a_trusted_notebook(lab, opened, tmp_path):
    """Live bars, receipts, results of every type, tables, errors, help: no script, no dialog, no request."""
    notebook = opened(lab, "hostile.ipynb", CELLS)
    page = notebook.page
    page.set_viewport_size({"width": 1100, "height": 2_400})
    asked, dialogs, pages = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda opened: pages.append(opened.url))

    notebook.run(0)
    notebook.begin(1)
    notebook.output(1).locator(".progress-bar").first.wait_for(timeout=30_000)
    page.wait_for_timeout(900)
    assert "pwned" in notebook.text(1)
    notebook.output(1).screenshot(path=tmp_path / "live.png")
    assert page.evaluate(ODD) == []
    notebook.finish(1)
    seen = {index: look(notebook, index, tmp_path) for index in range(2, len(CELLS))}

    assert page.evaluate("() => window.pwned") is None
    assert (dialogs, pages) == ([], [])
    assert [url for url in asked if not url.startswith(("data:", "blob:", lab.url))] == []
    assert all("<script>window.pwned=1</script>" in text for text in seen.values())
    assert "(evil.invalid)" in seen[2]
    assert "$\\href{javascript:window.pwned=1}{x}$" in seen[2]


def look(notebook, index, folder):
    """Run a cell, open all that is folded, and return what is read below it; nothing odd may stand there."""
    notebook.run(index)
    output = notebook.output(index)
    output.scroll_into_view_if_needed()
    output.locator("summary").evaluate_all("all => all.forEach(e => { e.parentElement.open = true; })")
    notebook.page.wait_for_timeout(700)  # for what loads, runs or is typeset late
    notebook.page.screenshot(path=folder / f"cell-{index}.png")
    assert notebook.page.evaluate(ODD) == []
    rels = output.locator(".mathjax_ignore a").evaluate_all("all => all.map(a => a.rel)")
    assert all("noopener" in rel for rel in rels)  # JupyterLab writes it anew
    return notebook.text(index)
