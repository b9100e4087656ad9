"""Loops that were written for somebody else's progress bar, or for none: seen without an edit."""

from .capturing import Capture, capture
from .cells import WatchedCells, run_watched

__all__ = ["Capture", "WatchedCells", "capture", "run_watched"]
