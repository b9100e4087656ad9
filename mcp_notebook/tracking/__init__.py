"""Loops that count themselves: `track` and what it needs. Nothing here draws, or knows a notebook."""

from .bar import Bar
from .loop import Loop
from .registry import Loops, leave
from .scope import Scope, scope
from .track import UNSET, Track, track
from .view import LoopView, LoopViews, view

__all__ = [
    "UNSET",
    "Bar",
    "Loop",
    "LoopView",
    "LoopViews",
    "Loops",
    "Scope",
    "Track",
    "leave",
    "scope",
    "track",
    "view",
]
