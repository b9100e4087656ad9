"""What the README and the notebooks promise, executed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
VOLATILE = re.compile(r"\d\d:\d\d:\d\d|\d+(\.\d+)? ?(ms|s|min|h)\b|[\d.]+/(s|min|h)|<1 ms| {2,}|─+")


def blocks(language: str) -> list[str]:
    """The README's code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_readmes_python_runs(block):
    """As it stands, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_names_every_magic_and_no_other():
    """Commands and documentation don't drift apart."""
    from mcp_notebook.magics.commands import MCPMagics
    from mcp_notebook.magics.connections import MCPConnectionMagics
    from mcp_notebook.magics.kernel import MCPKernelMagics

    classes = (MCPMagics, MCPConnectionMagics, MCPKernelMagics)
    registered = {name for magics in classes for names in magics.magics.values() for name in names}
    named = set(re.findall(r"%(mcp_\w+)", (ROOT / "README.md").read_text()))
    assert named == registered


def test_the_page_of_the_magics_is_what_the_code_says():
    """`python docs/magics.py` writes it anew."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import magics
    finally:
        sys.path.pop(0)
    assert magics.PAGE.read_text() == magics.page()


def test_the_readmes_pictures_exist():
    """And have a description for who cannot see them."""
    for words, path in re.findall(r"!\[(.*?)\]\((.*?)\)", (ROOT / "README.md").read_text()):
        assert words
        assert (ROOT / path).is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_and_its_committed_outputs_are_still_true(path, tmp_path):
    """Everything but times and rates is the same; only marked cells fail; no widget is saved."""
    subprocess.run(
        [sys.executable, ROOT / "notebooks" / "run.py", "--out", tmp_path, path], check=True, timeout=110
    )
    fresh, committed = (nbformat.read(p, as_version=4) for p in (tmp_path / path.name, path))

    assert told(fresh) == told(committed)
    assert "widget" not in (tmp_path / path.name).read_text()
    page = (tmp_path / path.with_suffix(".html").name).read_text()
    assert "✓ done" in page


def told(notebook) -> list[list[str]]:
    """The plain text of each cell's outputs, without times and rates."""
    return [
        [VOLATILE.sub("~", text_of(output)) for output in cell.get("outputs", ())] for cell in notebook.cells
    ]


def text_of(output) -> str:
    """One output as text."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.get("text") or output.data["text/plain"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_short_and_has_one_deliberate_failure(path):
    """Under 15 cells; the first result within five; code cells of at most 12 lines."""
    cells = nbformat.read(path, as_version=4).cells
    assert len(cells) < 15
    assert any(cell.get("outputs") for cell in cells[:5])
    assert all(cell.source.count("\n") < 12 for cell in cells if cell.cell_type == "code")
    failing = [c for c in cells if "raises-exception" in c.metadata.get("tags", ())]
    assert len(failing) == 1
    assert failing[0].outputs[-1].output_type == "error"
