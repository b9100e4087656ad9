"""Nested loops as one number and one line.

An outer step counts as much as its inner loops have done of it: `3` of 10
epochs and `120/400` batches of the fourth are 3.3 of 10. How many inner loops
a step has is learned from the steps before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..progress.state import number, quotient
from ..progress.words import quantity
from ..text import cut, line_of

if TYPE_CHECKING:
    from .loop import Loop

DEPTH = 20
LABEL = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """What a loop, or several, have done: in the unit of the outermost."""

    progress: float
    total: float | None
    where: tuple[str, ...] = ()
    """the way to the innermost loop: `("training 3/10", "batch 120/400")`"""
    message: str | None = None

    @property
    def fraction(self) -> float | None:
        """Return progress / total, or None where the total is unknown."""
        return quotient(self.progress, self.total)


def read(loop: Loop, depth: int = 0) -> Reading:
    """Return what *loop* has done, with the share of the step in work; without words."""
    done = loop.progress()
    return Reading(done + inner(loop, depth), total(loop))


def total(loop: Loop) -> float | None:
    """Return the loop's total where it is a positive finite number."""
    size = number(loop.total)
    return size if size is not None and size > 0 else None


def inner(loop: Loop, depth: int = 0) -> float:
    """Return how much of the step in work the loops inside it have done: from 0 to the step's size."""
    if not loop.running or depth > DEPTH:
        return 0.0
    if loop.stage is not None:
        return loop.stage.share(loop.progress())
    children = loop.children
    if not children or loop.by_hand or loop.children_at != loop.fetched():
        return 0.0
    done = loop.children_done + sum(_share(child, depth + 1) for child in tuple(children))
    known = max(loop.children_usual, loop.children_done + len(children))
    return min(1.0, done / known)


def path(loop: Loop) -> tuple[tuple[str, ...], str | None]:
    """Return the words for *loop* and for the newest loop inside it, and so on; and the innermost message."""
    words: list[str] = []
    message = None
    for _ in range(DEPTH):
        words.append(_words(loop))
        message = said(loop) or message
        inside = _newest(loop)
        if loop.stage is not None and loop.stage.label:
            words.append(cut(loop.stage.label, LABEL))
        if inside is None:
            break
        loop = inside
    return tuple(words), message


def said(loop: Loop) -> str | None:
    """Return the loop's message as one line."""
    return None if loop.message is None else line_of(loop.message) or None


def _newest(loop: Loop) -> Loop | None:
    inside = loop.stage.running() if loop.stage is not None else tuple(loop.children or ())
    return next((one for one in reversed(inside) if one.running), None)


def _words(loop: Loop) -> str:
    label, size = cut(loop.label, LABEL), total(loop)
    done = quantity(loop.progress())
    return f"{label} {done}/{quantity(size)}" if size is not None else f"{label} {done}"


def _share(loop: Loop, depth: int) -> float:
    if not loop.running:
        return 1.0
    fraction = read(loop, depth).fraction
    return min(1.0, fraction) if fraction is not None else 0.0
