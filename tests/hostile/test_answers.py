"""Answers under a wrong id, in a wrong envelope, or as an error."""

from __future__ import annotations

from .grid import differences, grid


@grid("answers")
def test_an_answer_that_is_none_is_a_clear_error_or_a_timeout(way, name, one):
    """Its own call says so; the next one is as good as ever."""
    assert differences(way(name), one.name) == []
