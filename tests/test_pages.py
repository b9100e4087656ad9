"""The README and the pages keep what they say: links lead somewhere, their Python runs, magics and rooms are those of the code.

The notebooks are in tests/notebooks/.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mcp_notebook

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
BUILT = ROOT / "docs" / "how-it-is-built.md"
OLD = "ignore:Jupyter is migrating its paths"
"""what jupyter-core says as it is imported, before 5.9"""


@pytest.fixture
def magics(monkeypatch):
    """The module that writes docs/magics.md."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import magics

    return magics


def anchors(page: Path) -> set[str]:
    """The headings of a page as a browser addresses them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere_and_pictures_are_described(page):
    """Files and headings of this repository; other addresses are not asked."""
    for picture, words, target in LINK.findall(page.read_text()):
        path, _, anchor = target.partition("#")
        if ":" in path:
            continue
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target
        assert not picture or len(words) > 10, target


@pytest.mark.parametrize(
    "block",
    re.findall(r"```python\n(.*?)```", "".join(page.read_text() for page in PAGES), re.DOTALL),
)
def test_the_python_of_a_page_runs(block):
    """As it stands, in a fresh interpreter; what is a test is called."""
    tests = "".join(f"\n{name}()" for name in re.findall(r"^def (test_\w+)\(", block, re.MULTILINE))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", OLD, "-c", block + tests],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_readme_names_every_magic_and_no_other(magics):
    """Commands and documentation don't drift apart."""
    kinds = [one for cls in magics.CLASSES for one in cls.magics.values()]
    named = set(re.findall(r"%(mcp_\w+)", (ROOT / "README.md").read_text()))
    assert named == {name for names in kinds for name in names}


def test_the_page_of_the_magics_is_what_the_code_says(magics):
    """`make pages` writes it anew."""
    assert magics.PAGE.read_text() == magics.page()


def test_the_page_of_the_rooms_has_the_order_of_the_import_contract():
    """`lint-imports` and the drawing agree."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = [
        tuple(part.strip().removeprefix("mcp_notebook.") for part in layer.split("|"))
        for layer in reversed(contract["layers"])
        if not layer.endswith("__main__")
    ]
    drawn = re.search(r"```\n(errors → .*?)```", BUILT.read_text(), re.DOTALL)
    assert drawn is not None
    rooms = [tuple(part.strip() for part in layer.split("|")) for layer in drawn[1].split("→")]
    assert [set(room) for room in rooms] == [set(layer) for layer in layers]


def test_the_files_that_the_page_of_the_rooms_names_exist():
    """A walk through rooms that are there."""
    package = Path(mcp_notebook.__file__).parent
    names = set(re.findall(r"`((?:\w+/)*\w+\.py)`", BUILT.read_text()))
    known = {path.name for path in package.rglob("*.py")}
    assert names
    for name in names:
        assert (package / name).is_file() if "/" in name else name in known, name
