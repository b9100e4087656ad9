"""What this room needs from whoever sits at the notebook; the composition root provides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Visit:
    """An address that a person is to open in a browser, to sign in there."""

    server: str
    """the MCP server that asks for it: its address, fit to be shown"""
    host: str
    """where the address leads"""
    url: str = field(repr=False)
    paste: Callable[[str], str] = field(repr=False)
    """takes the address that the browser was sent to at last, from any thread; returns why it is not
    that, or nothing where it is taken"""


class Person(Protocol):
    """Somebody with a browser."""

    @property
    def present(self) -> bool:
        """Whether anybody can be asked here."""

    def ask(self, visit: Visit) -> Callable[[str], None]:
        """Ask for *visit*, without waiting; returns what takes the question back, and says how it ended.

        Called on the background loop.
        """


class Nobody:
    """The person of a script that runs alone."""

    present = False

    def ask(self, visit: Visit) -> Callable[[str], None]:
        """Refuse."""
        raise RuntimeError(f"nobody can be asked to visit {visit.host}")
