"""Messages that are no line of text, and floods of all kinds."""

from __future__ import annotations

from .grid import differences, grid


@grid("messages")
def test_a_message_is_a_clean_line_and_a_flood_ends_at_its_last_value(way, name, one):
    """Cleaned, cut and counted; nothing of a flood is lost that matters."""
    assert differences(way(name), one.name) == []
