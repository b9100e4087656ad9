"""Tutorial 10 as what it says it is: a test of a server, run by pytest and nbmake in a process of their own.

One run for all of it, in a folder with nothing else of the project: the notebook
beside a sound server, the notebook beside one with a mistake, the plain function.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from forked import kernelspec

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOK = FOLDER / "10_testing_a_server.ipynb"
SERVER = FOLDER / "stock_server.py"
LIMIT_S = 220

pytestmark = pytest.mark.timeout(LIMIT_S + 20)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> str:
    """What `pytest --nbmake` says of the three."""
    folder = tmp_path_factory.mktemp("reader")
    sound = SERVER.read_text()
    planted = sound.replace("range(1, shelves + 1)", "range(shelves, 0, -1)")
    assert planted != sound
    for name, source in (("sound", sound), ("planted", planted)):
        (folder / name).mkdir()
        shutil.copy(NOTEBOOK, folder / name)
        (folder / name / SERVER.name).write_text(source)
    plain = f"import mcp_notebook as mcpn\n\n\n{plain_function()}"
    (folder / "sound" / "test_stock.py").write_text(plain)
    notebooks = [folder / name / NOTEBOOK.name for name in ("sound", "planted")]
    kernelspec(folder / "jupyter")
    return pytest_run("--nbmake", *notebooks, "test_stock.py", cwd=folder / "sound")


def test_the_notebook_passes_beside_a_sound_server(said):
    """Its marked cell fails, as it should."""
    assert f"PASSED {NOTEBOOK.name}::" in said, said


def test_its_plain_function_passes_in_a_file_without_a_kernel(said):
    """As the notebook advises."""
    assert "PASSED test_stock.py::test_ten_shelves_are_counted_one_by_one" in said, said


def test_a_mistake_in_the_server_fails_the_notebook_and_names_the_cell(said):
    """Reports that run backwards, where results and numbers are right: In [4] is the cell about progress."""
    assert re.search(rf"FAILED .*planted/{NOTEBOOK.name}::", said), said
    assert "Cell In[4], line 10\n" in said, said
    assert "AssertionError: 3 of 4 reports did not increase; seen: [4.0, 4.0, 4.0, 4.0]" in said, said
    assert "1 failed, 2 passed" in said, said


def plain_function() -> str:
    """The notebook's cell that defines a test function, without the line that calls it."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    (source,) = (cell.source for cell in cells if cell.source.startswith("def test_"))
    return source.rpartition("\n\n\n")[0] + "\n"


def pytest_run(*arguments: Path | str, cwd: Path) -> str:
    """What pytest says in *cwd*, without colours; `python` is this one there."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments],
        cwd=cwd,
        env=os.environ
        | {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "JUPYTER_PATH": str(cwd.parent / "jupyter"),
        },
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
