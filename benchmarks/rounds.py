"""Interleaved rounds: every contender once in each round, each round in an order of its own.

Rules: neighbours on the machine slow a whole round, not one contender, so whatever is
compared is compared within a round. The first round of several does not count. A peer
that raises is out, and the others go on; where the bare work or ours raises, all is over.
"""

from __future__ import annotations

import math
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

OURS, BARE = "ours", "bare"


@dataclass(frozen=True)
class Rounds:
    """What each contender returned, round by round, and why others returned nothing."""

    samples: dict[str, list[float]]
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def peers(self) -> list[str]:
        """Return who was there besides the bare work and us."""
        return [name for name in self.samples if name not in (OURS, BARE)]

    def of(self, name: str) -> list[float]:
        """Return *name*'s samples."""
        return self.samples[name]

    def ratios(self, name: str, to: str) -> list[float]:
        """Return each round's ratio of *name* to *to*."""
        return [a / b for a, b in zip(self.of(name), self.of(to), strict=True)]

    def over(self, name: str, base: str = BARE) -> list[float]:
        """Return what *name* took more than *base*, in each round."""
        return [a - b for a, b in zip(self.of(name), self.of(base), strict=True)]

    def overhead_ratios(self, name: str, to: str) -> list[float]:
        """Return each round's ratio of two overheads over bare; infinite where *to* had none."""
        return [a / b if b > 0 else math.inf for a, b in zip(self.over(name), self.over(to), strict=True)]


def interleave(
    contenders: Mapping[str, Callable[[], float]], rounds: int, absent: Mapping[str, str] | None = None
) -> Rounds:
    """Return what each contender returned in each of *rounds*; *absent* are peers that are out already."""
    order = list(contenders)
    shuffle = random.Random(rounds).shuffle
    found = Rounds({name: [] for name in order}, dict(absent or {}))
    for _ in range(rounds + (rounds > 1)):
        shuffle(order)
        for name in tuple(order):
            try:
                found.samples[name].append(contenders[name]())
            except Exception as error:
                if name in (OURS, BARE):
                    raise
                order.remove(name)
                del found.samples[name]
                found.absent[name] = out(error)
    return Rounds({name: figures[-rounds:] for name, figures in found.samples.items()}, found.absent)


def out(error: BaseException) -> str:
    """Return in a few words that *error* ended something; all of it goes to stderr."""
    traceback.print_exception(error, file=sys.__stderr__)
    return f"failed: {type(error).__name__}"


def apart(function: Any) -> Any:
    """Return a copy of *function* with bytecode of its own: the interpreter specialises it for one contender."""
    code = function.__code__.replace()
    return FunctionType(code, function.__globals__, function.__name__, function.__defaults__)
