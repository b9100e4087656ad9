"""Requests, notifications and rounds that nobody asked for."""

from __future__ import annotations

from .grid import differences, grid


@grid("unasked")
def test_what_nobody_asked_for_disturbs_no_call(way, name, one):
    """Refused or ignored; the call beside it is answered."""
    assert differences(way(name), one.name) == []
