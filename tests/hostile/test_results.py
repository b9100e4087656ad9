"""Results of a wrong shape, hostile contents, output schemas."""

from __future__ import annotations

from .grid import differences, grid


@grid("results")
def test_a_result_is_shown_safely_or_refused_in_words(way, name, one):
    """What can be read is a result; what cannot is an error of ours."""
    assert differences(way(name), one.name) == []
