"""The benchmarks still run, with tiny sizes, for their rows and not for their figures; what is written of them agrees.

MCPN_DEEP=1 runs the dearest, too.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HERE = ROOT / "benchmarks"
DEAR = ("floods.many", "floods.main_speed", "floods.drawing")
"""beside another one of their room that has the same parts"""


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))


def pytest_generate_tests(metafunc):
    if "benchmark" in metafunc.fixturenames:
        deep = bool(os.environ.get("MCPN_DEEP"))
        found = [name for name in _written_benchmarks() if deep or name not in DEAR]
        metafunc.parametrize("benchmark", found)


def test_a_benchmark_runs_to_its_end_and_its_rows_are_told_apart(benchmark):
    """Whoever is installed takes part; no figure is judged here."""
    from benchmarks import suite

    result = suite.measured(benchmark, quick=True)

    assert not [row for row in result.rows if row.note.startswith("failed")]
    assert all(row.ours is not None for row in result.rows)
    assert len({(row.name, row.peer) for row in result.rows}) == len(result.rows) > 0


def test_make_bench_runs_them_all():
    """A benchmark that is in the folder is in the list."""
    from benchmarks import suite

    assert sorted(suite.BENCHMARKS) == _written_benchmarks()


def test_a_figure_is_the_median_with_its_quartiles():
    from benchmarks.rows import Figure

    assert Figure.of([5, 1, 2, 4, 3]) == Figure(3, 2, 4)
    assert Figure.of([7.0]) == Figure(7.0, 7.0, 7.0)
    assert Figure.of([1, math.inf, math.inf]).median == math.inf


def test_the_ratio_of_a_row_is_that_of_its_rounds_not_of_its_medians():
    """A round in which all was slow counts like any other."""
    from benchmarks.rows import beside

    row = beside("peer", "work", "ms", [1, 30, 2], [2, 60, 5], bound=0.5)

    assert row.ratio.median == 0.5
    assert (row.ours.median, row.theirs.median) == (2, 5)
    assert (row.met, row.target) == (True, "≤ 0.5 ×")


def test_a_target_is_missed_on_the_side_that_is_worse():
    from benchmarks.rows import alone

    assert alone("speed", "per s", [3.0], 4.0, "more").met is False
    assert alone("size", "B", [3.0], 4.0).met is True
    assert alone("size", "B", [3.0]).met is None


def test_every_contender_is_measured_in_each_round_and_the_first_round_is_left_out():
    from benchmarks.rounds import interleave

    turns = {"ours": iter(range(9)), "tqdm": iter(range(9))}

    found = interleave({name: turn.__next__ for name, turn in turns.items()}, rounds=3)

    assert found.samples == {"ours": [1, 2, 3], "tqdm": [1, 2, 3]}


def test_a_peer_that_crashes_is_out_and_the_others_go_on(capsys):
    from benchmarks.compare import whole
    from benchmarks.rounds import interleave

    def crash() -> float:
        raise OSError("/somewhere/private")

    found = interleave(
        {"ours": lambda: 1.0, "broken": crash, "tqdm": lambda: 2.0}, 2, {"rich": "not installed"}
    )
    rows = {row.peer: row for row in whole("work", "ms", found)}

    assert rows["tqdm"].ratio.median == 0.5
    assert (rows["broken"].note, rows["broken"].ours.median) == ("failed: OSError", 1.0)
    assert rows["rich"].note == "not installed"


def test_a_peer_that_is_not_installed_says_so():
    from benchmarks.loops.peers import Peer, ready

    def make():
        raise ZeroDivisionError

    wraps, absent = ready([Peer("none", ("no_such_package",), lambda: iter), Peer("bad", ("sys",), make)])

    assert wraps == {}
    assert absent == {"none": "not installed", "bad": "failed: ZeroDivisionError"}


def test_a_benchmark_that_crashes_keeps_its_rows_and_says_so(monkeypatch):
    from benchmarks import suite
    from benchmarks.progress import kept
    from benchmarks.rows import alone

    def measure(plan):
        yield alone("work", "ms", [1.0])
        raise LookupError("gone")

    monkeypatch.setattr(kept, "measure", measure)

    rows = suite.measured("progress.kept", quick=True).rows

    assert [row.note for row in rows] == ["", "failed: LookupError"]


def test_a_report_comes_back_from_its_json_as_it_was():
    """What is infinite is null there, for JSON knows no infinity."""
    from benchmarks.report import Report
    from benchmarks.rows import absent, alone, beside
    from benchmarks.suite import Result

    rows = (
        alone("speed", "per s", [3.0, 4.0], 4.0, "more"),
        beside("peer", "work", "ms", [1.0], [0.0]),
        absent("rich", "work", "ms", [1.0], "not installed"),
    )
    report = Report.of([Result("loops.items", "What.", 1.5, rows)])

    assert "Infinity" not in report.as_json()
    assert Report.from_json(report.as_json()) == report


def test_where_there_is_no_checkout_there_is_no_revision(monkeypatch, tmp_path):
    from benchmarks import versions

    monkeypatch.setattr(versions, "ROOT", tmp_path)

    assert versions.revision() is None


def test_a_partial_run_leaves_the_committed_results_alone(tmp_path):
    """From a folder of its own, which is no checkout; the exit status is 0 whatever is missed."""
    for part in ("benchmarks", "tests/kernel"):
        shutil.copytree(
            ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "results.*")
        )
    command = [sys.executable, str(tmp_path / "benchmarks" / "run.py"), "progress.kept", "--quick"]

    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)

    assert "a list of tuples" in done.stdout
    assert re.search(r"progress\.kept … [\d.]+ s, 3 rows", done.stderr)
    assert {path.name for path in (tmp_path / "build" / "benchmarks").iterdir()} == {
        "results.json",
        "results.md",
    }
    assert not list((tmp_path / "benchmarks").glob("results.*"))


def test_the_page_of_results_is_made_of_the_json():
    from benchmarks import tables

    assert (HERE / "results.md").read_text(encoding="utf-8") == tables.page(_committed())


def test_the_readmes_table_is_made_of_the_json():
    from benchmarks import readme

    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme.written(text, readme.table(_committed())) == text


def test_every_line_of_the_readmes_table_has_its_row():
    from benchmarks import readme

    report = _committed()

    assert [line for line in readme.LINES if report.row(line.benchmark, line.name, line.peer) is None] == []


def test_the_committed_results_are_of_a_full_run_and_name_no_machine():
    from benchmarks import suite

    report = _committed()

    assert tuple(one.name for one in report.benchmarks) == suite.BENCHMARKS
    assert set(report.platform) == {"python", "system", "cpus"}
    assert not re.search(r"/(home|root|tmp|work|Users)/", report.as_json())


def _committed():
    from benchmarks.report import Report

    return Report.from_json((HERE / "results.json").read_text(encoding="utf-8"))


def _written_benchmarks() -> list[str]:
    modules = [path for path in HERE.glob("*/*.py") if "\ndef measure(" in path.read_text(encoding="utf-8")]
    return sorted(".".join(path.relative_to(HERE).with_suffix("").parts) for path in modules)
