"""Rubbish, floods and ends on the pipes of a child process."""

from __future__ import annotations

from .grid import differences, grid


@grid("pipe")
def test_a_child_process_may_print_and_end_as_it_likes(way, name, one):
    """Rubbish is passed over; an end is a clear error, and the next call starts it again."""
    assert differences(way(name), one.name) == []
