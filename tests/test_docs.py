"""What the README and the pages promise, executed; the notebooks are in tests/notebooks/."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OLD = "ignore:Jupyter is migrating its paths"
"""what jupyter-core says as it is imported, before 5.9"""


def blocks(language: str) -> list[str]:
    """The README's code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_readmes_python_runs(block):
    """As it stands, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", OLD, "-c", block], capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
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
