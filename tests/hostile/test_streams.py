"""Event streams cut, mixed and broken in every way."""

from __future__ import annotations

from .grid import differences, grid


@grid("stream")
def test_an_event_stream_is_read_as_the_web_reads_it(way, name, one):
    """Odd lines and fields are read; what is broken is an error of its own call."""
    assert differences(way(name), one.name) == []
