"""The comparison with peers is what its stored results say, and each of its cells has evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def results():
    return json.loads((DOCS / "peers" / "results.json").read_text())


@pytest.fixture
def made(monkeypatch):
    """The module that makes the page."""
    monkeypatch.syspath_prepend(str(DOCS / "peers"))
    import page

    return page


def test_the_page_is_made_of_the_stored_results(made, results):
    """`python docs/peers/run.py --page` writes it anew."""
    assert (DOCS / "comparison.md").read_text() == made.page(results)


def test_every_cell_has_one_verdict_with_evidence(made, results):
    """A row that a peer's script says nothing about would be an empty cell."""
    for _, rows, peers in made.TABLES:
        for peer in peers:
            found = results["peers"][peer]["findings"]
            for row in [*rows, *made.BOTH]:
                (one,) = [finding for finding in found if finding["row"] == row]
                assert one["verdict"] in made.WORDS
                assert one["evidence"]


def test_every_script_that_the_evidence_names_is_there(made):
    """A reader can run it."""
    for script in made.SCRIPTS.values():
        assert (DOCS / "peers" / script).is_file()
