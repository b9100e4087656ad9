"""The tutorials: executed, still true, and in the one form that readers rely on.

Rules of the form: numbered without gaps; 10 to 20 cells; what to notice after each
code cell; one deliberate failure; magic and Python side by side; a link to the next.
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import nbformat
import pytest
from forked import kernelspec

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
VOLATILE = re.compile(r"\d\d:\d\d:\d\d|\d+(\.\d+)? ?(ms|s|min|h)\b|[\d.]+/(s|min|h)|<1 ms| {2,}|─+")
LOCAL = re.compile(
    r"/(?:root|tmp|work|home|Users)\b|site-packages|\b(?:127\.0\.0\.1|localhost):\d+|\bpid\W{0,3}\d+"
    rf"|{re.escape(sys.prefix)}|{re.escape(tempfile.gettempdir())}"
)
IN_PYTHON = {
    "mcp_connect": r"\bconnect(ions)?\(",
    "mcp_disconnect": r"\.close\(",
    "mcp_servers": r"\bconnections\(",
    "mcp_tools": r"\.tools\b",
    "mcp_call": r"\.(call|start)\(|\.tools\.\w+\(",
    "mcp_form": r"\.form\(",
    "mcp_jobs": r"\.progress\b",
    "mcp_cancel": r"\.cancel\(",
    "mcp_history": r"\bhistory\(",
    "mcp_serve": r"\bserve\(",
    "mcp_tool": r"@(mcpn\.)?tool\b",
    "mcp_watch": r"\bcapture\(",
}
BOTH_WAYS = ("mcp_call", "mcp_form", "mcp_history", "mcp_serve", "mcp_tool", "mcp_watch")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


class Run:
    """`notebooks/run.py` over several notebooks; each is handed out as soon as it is there."""

    def __init__(self, paths: list[Path], out: Path, kernels: Path) -> None:
        self._out = out
        self._ended: dict[str, str] = {}
        self.process = subprocess.Popen(
            [sys.executable, FOLDER / "run.py", "--out", out, *paths], env=os.environ | {"JUPYTER_PATH": str(kernels)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def wait_for(self, path: Path) -> Path:
        """Return the executed notebook; fails with what the runner said where a cell failed."""
        said: list[str] = []
        while path.name not in self._ended:
            line = self.process.stdout.readline()
            assert line, "the runner ended early:\n" + "".join(said)
            said.append(line)
            if line.startswith(("written: ", "failed: ")):
                self._ended[line.split()[1]] = "".join(said)
                said = []
        assert (self._out / path.name).is_file(), self._ended[path.name]
        return self._out / path.name


@pytest.fixture(scope="module")
def run(request, tmp_path_factory) -> Iterator[Run]:
    """Run what this session's tests ask for, once, in one process beside them."""
    asking = [item for item in request.session.items if "run" in getattr(item, "fixturenames", ())]
    paths = [item.callspec.params["path"] for item in asking if item.path == request.path]
    kernels = tmp_path_factory.mktemp("kernels")
    kernelspec(kernels)
    runner = Run(paths, tmp_path_factory.mktemp("executed"), kernels)
    yield runner
    runner.process.kill()
    runner.process.communicate()


@every_notebook
def test_a_notebook_runs_and_its_committed_outputs_are_still_true(path, run):
    """But for times and rates; only the marked cell fails; a refresh would change nothing else."""
    executed = run.wait_for(path)

    drift = differences(read(path), read(executed))
    assert not drift, (
        f"{path.name} has drifted; to refresh: python notebooks/run.py --write {path.name}\n{drift}"
    )
    assert frame(read(path)) == frame(read(executed))
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)) + "\n"
    assert "✓ done" in executed.with_suffix(".html").read_text()


@every_notebook
def test_no_output_names_this_machine_or_holds_a_widget(path):
    """No path, port or process number; without a kernel a widget shows nothing."""
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        outputs = json.dumps(cell.get("outputs", []))
        assert not LOCAL.findall(outputs), cell.source
        assert "jupyter.widget" not in outputs, cell.source


@every_notebook
def test_a_notebook_has_the_form_of_the_set(path):
    """Short cells, words after each, a first cell that promises and a last one that leads on."""
    cells = read(path).cells
    kinds = [cell.cell_type for cell in cells]
    assert 10 <= len(cells) <= 20
    assert ["code", "code"] not in [kinds[at : at + 2] for at in range(len(kinds))]
    assert (kinds[0], kinds[-1]) == ("markdown", "markdown")
    assert all(cell.source.count("\n") < 12 for cell in cells if cell.cell_type == "code")
    assert any(cell.get("outputs") for cell in cells[:5])

    assert re.match(r"# \S.*\n\n\S", cells[0].source)
    title, *bullets = [line for line in cells[-1].source.splitlines() if re.match("#|- ", line)]
    assert title == "## What you can do now"
    assert 3 <= len(bullets) <= 4
    following = NOTEBOOKS[NOTEBOOKS.index(path) + 1 :][:1]
    assert [f"({after.name})" in bullets[-1] for after in following] == [True] * len(following)


@every_notebook
def test_a_notebook_has_one_deliberate_failure(path):
    """And its error is the last thing that the marked cell shows."""
    failing = [
        ("raises-exception" in cell.metadata.get("tags", ()), cell.outputs[-1].output_type)
        for cell in read(path).cells
        if any(output.output_type == "error" for output in cell.get("outputs", ()))
        or "raises-exception" in cell.metadata.get("tags", ())
    ]
    assert failing == [(True, "error")]


@every_notebook
def test_every_magic_is_shown_in_python_too_and_the_other_way_round(path):
    """In a cell, or in the words beside it."""
    cells = read(path).cells
    everything = "\n".join(cell.source for cell in cells)
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    used = set(re.findall(r"^(?:.*= ?)?%{1,2}(mcp_\w+)", code, re.MULTILINE))

    assert used <= set(IN_PYTHON)
    assert [magic for magic in used if not re.search(IN_PYTHON[magic], everything)] == []
    in_python = [magic for magic in BOTH_WAYS if re.search(IN_PYTHON[magic], code)]
    assert [magic for magic in in_python if f"%{magic}" not in everything] == []


@every_notebook
def test_links_and_pictures_of_a_notebook_are_there(path):
    """Each picture has a description for who cannot see it."""
    words = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    links = re.findall(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", words)
    for picture, text, target in links:
        assert text or not picture
        assert "://" in target or (FOLDER / target.partition("#")[0]).is_file(), target


def test_the_set_is_numbered_without_gaps():
    """A reader goes from one to the next."""
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{n:02}_" for n in range(1, len(NOTEBOOKS) + 1)]


def test_a_difference_is_told_with_its_cell_and_both_texts():
    """Times are no difference; another word, another kind of output, and a missing one are."""
    told = [notebook_of("add  in 3 ms · done", "42"), notebook_of("add  in 1.5 s · done", "43")]
    assert differences(told[0], told[0]) == ""
    assert differences(*told).splitlines() == ["cell 1: %mcp_call add a=1 b=2", "- 42", "+ 43"]
    assert differences(told[0], notebook_of("add  in 9 ms · done")).splitlines()[1:] == [
        "- [text/plain]",
        "- 42",
    ]


def read(path: Path):
    """Return the notebook at *path*."""
    return nbformat.read(path, as_version=4)


def notebook_of(*texts: str):
    """Return a notebook whose second cell shows *texts*."""
    outputs = [nbformat.v4.new_output("display_data", {"text/plain": text}) for text in texts]
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("%mcp_call add a=1 b=2", outputs=outputs),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def frame(notebook) -> str:
    """Return all of *notebook* but its outputs, as text."""
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return nbformat.writes(bare)


def differences(committed, fresh) -> str:
    """Return what the outputs say differently, cell by cell: `-` was, `+` is."""
    found: list[str] = []
    for number, (before, after) in enumerate(zip(committed.cells, fresh.cells, strict=True)):
        was, now = said(before), said(after)
        if [VOLATILE.sub("~", line) for line in was] != [VOLATILE.sub("~", line) for line in now]:
            head = (before.source.splitlines() or [""])[0]
            found += [f"cell {number}: {head}", *changed(was, now)]
    return "\n".join(found)


def changed(was: list[str], now: list[str]) -> list[str]:
    """Return the lines that differ; times in them are no difference."""
    plain = [[VOLATILE.sub("~", line) for line in lines] for lines in (was, now)]
    lines: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, *plain, autojunk=False).get_opcodes():
        if kind != "equal":
            lines += [f"- {line}" for line in was[i1:i2]] + [f"+ {line}" for line in now[j1:j2]]
    return lines


def said(cell) -> list[str]:
    """Return the outputs of a cell as lines: what kinds each has, and its plain text."""
    return [
        line
        for output in cell.get("outputs", ())
        for line in (kinds_of(output), *text_of(output).splitlines())
    ]


def kinds_of(output) -> str:
    """Return what an output is: the stream's name, its media types, or that it is an error."""
    if output.output_type == "stream":
        return f"[{output.name}]"
    return f"[{', '.join(sorted(output.get('data', ['error'])))}]"


def text_of(output) -> str:
    """Return one output as text."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.get("text") or output.data["text/plain"]
