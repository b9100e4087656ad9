"""Progress, totals and tokens that are none: the bar stands, the call and the connection go on."""

from __future__ import annotations

from .grid import differences, grid


@grid("numbers")
def test_what_is_no_number_never_becomes_progress(way, name, one):
    """Repaired and counted as the table says; never raised, never shown."""
    assert differences(way(name), one.name) == []
