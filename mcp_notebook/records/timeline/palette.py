"""Colours that mean what they mean in bars and receipts, and can be told apart by who sees red and green alike.

From Okabe and Ito's palette ("Color Universal Design", 2008); none is alone: each status has its mark, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...progress import Status

OVER = "#888888"
STATUS: dict[Status, str] = {
    "running": "#2b8cc4",
    "done": "#009e73",
    "failed": "#d55e00",
    "timed out": "#e69f00",
    "cancelled": OVER,
    "interrupted": OVER,
    "stopped": OVER,
    "abandoned": OVER,
}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of letters and lines; the background is transparent."""

    text: str
    muted: str
    silent: str


MIDDLE = Palette(text="#7a7a7a", muted="#8a8a8a", silent="#8a8a8a")
LIGHT = Palette(text="#222222", muted="#666666", silent="#777777")
DARK = Palette(text="#e8e8e8", muted="#a8a8a8", silent="#a0a0a0")


def palette(*, dark: bool | None) -> Palette:
    """Return the colours for a dark page, a light one, or (None) for either."""
    return MIDDLE if dark is None else DARK if dark else LIGHT
