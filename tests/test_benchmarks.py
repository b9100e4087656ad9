"""The benchmarks still run: with tiny sizes, for their rows and not for their figures."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "benchmarks"
NAMES = (
    "loop_overhead",
    "loop_setup",
    "loop_bars",
    "loop_exact",
    "watchers",
    "flood",
    "kept_history",
    "time_left",
)


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_its_rows_make_a_table(name):
    """Whoever is installed takes part; no figure is judged here."""
    import rows
    import run

    found = run.measured(importlib.import_module(name), quick=True)

    assert found
    assert len({row.name for row in found}) == len(found)
    assert rows.markdown(found).count("\n") == len(found) + 1


def test_make_bench_runs_them_all():
    """A benchmark that is in the folder is in the list."""
    import run

    modules = {path.stem for path in HERE.glob("*.py") if "\ndef measure(" in path.read_text()}
    assert set(run.BENCHMARKS) == modules
