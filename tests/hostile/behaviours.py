"""The table: what a tool does wrong, and what its user is to see, over each transport and in each era.

Rules: standard library alone; an expectation holds everywhere unless `over`
says otherwise for a way (`http`, `2025`, `http-2026`: any part of its name,
later entries win). `bugs` names the ways where it is not met yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .protocol import Play

WAYS = ("stdio-2025", "stdio-2026", "memory-2025", "memory-2026", "http-2025", "http-2026", "sse-2025")
"""transport and era; the older HTTP+SSE transport has no modern era"""


@dataclass(frozen=True)
class Seen:
    """What the user saw, or is to see: the end's words and the state are regular expressions then."""

    end: str = "ok"
    """the text of the result, or the error's class and words"""
    status: str = "done"
    progress: float = 0.0
    total: float | None = None
    message: str | None = None
    stage: int = 0
    repairs: tuple[tuple[str, int], ...] = ()
    strays: int = 0
    state: str = "open"
    after: str = "good"
    """what the next good call says"""
    problems: tuple[str, ...] = ()
    """what nobody wants to see: control characters, a bar that goes back"""


@dataclass(frozen=True)
class Misbehaviour:
    """A tool, and what it is to look like."""

    name: str
    play: Play
    wanted: Seen
    over: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bugs: Mapping[str, str] = field(default_factory=dict)
    ways: str = ""
    """part of the names of the ways it is for"""
    silent: tuple[str, ...] = ()
    """transports over which no answer is expected: there it is called beside others, with a short timeout"""
    pair: bool = False
    """it needs two calls at once"""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""

    @property
    def says(self) -> str:
        """What it does wrong, in one line."""
        return (self.play.__doc__ or self.name).strip().splitlines()[0].removesuffix(".")

    def wanted_by(self, way: str) -> Seen:
        """Return what a user of *way* is to see."""
        wanted = self.wanted
        for part, fields in self.over.items():
            if part in way:
                wanted = replace(wanted, **fields)
        return wanted

    def bug_of(self, way: str) -> str | None:
        """Return why *way* does not show that yet."""
        return next((why for part, why in self.bugs.items() if part in way), None)

    def is_silent(self, way: str) -> bool:
        """Return whether no answer is expected by *way*."""
        return way.startswith(self.silent) if self.silent else False

    def goes(self, way: str) -> bool:
        """Return whether *way* is one of its own."""
        return self.ways in way


MISBEHAVIOURS: dict[str, Misbehaviour] = {}
EVERYWHERE = ("stdio", "memory", "http", "sse")
BUT_HTTP = ("stdio", "memory", "sse")
TIMED_OUT = {"end": "CallTimeoutError: .*was silent for", "status": "timed out"}


def misbehaves(
    play: Play | None = None,
    *,
    name: str | None = None,
    over: Mapping[str, Mapping[str, Any]] | None = None,
    bugs: Mapping[str, str] | None = None,
    ways: str = "",
    silent: tuple[str, ...] = (),
    pair: bool = False,
    arguments: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Callable[[Play], Play]:
    """Register a tool; *wanted* are the fields of `Seen` that differ from a good call's."""

    def register(play: Play) -> Play:
        group = play.__module__.rpartition(".")[2].removeprefix("tools_")
        made = Misbehaviour(
            name or play.__name__,
            play,
            Seen(**wanted),
            over or {},
            bugs or {},
            ways,
            silent,
            pair,
            arguments or {},
            group,
        )
        MISBEHAVIOURS[made.name] = made
        return play

    return register if play is None else register(play)
