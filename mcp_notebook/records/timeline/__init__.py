"""A timeline of records: where the time went, and how the progress and its messages behaved.

Drawn with matplotlib, because a notebook's figures are: it is there already for who wants a picture at
all, its picture survives saving, GitHub and export without a kernel or a script, and it goes into
anybody's own figure through `ax`. What a still picture cannot do, telling all messages, the table does.

lanes      which records, in what order, how deep    scale    time → place; long pauses cut; ticks
painting   lanes → matplotlib's artists              figure   the picture, which shows itself
lettering  text that a font can draw                 palette  colours
"""

from __future__ import annotations

from .drawing import draw

__all__ = ["draw"]
