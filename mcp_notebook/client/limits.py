"""How long a call may be silent, and how long it may take: per call, per connection, per process.

What is not said in one place is taken from the next; None is said, and means no limit.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import MCPNotebookError
from ..progress.state import number
from ..text import cut


class Unset:
    """Stands for "as set elsewhere"."""

    def __repr__(self) -> str:
        return "as set"


UNSET = Unset()
Seconds = float | None | Unset


@dataclass(frozen=True)
class Limits:
    """Seconds of silence, and seconds altogether; None is no limit."""

    timeout: float | None = 300.0
    max_timeout: float | None = 3600.0

    def __post_init__(self) -> None:
        for name in ("timeout", "max_timeout"):
            value = getattr(self, name)
            if value is not None and not (number(value) or 0) > 0:
                shown = cut(repr(value), 40)
                raise MCPNotebookError(
                    f"{name}={shown} is not a number of seconds above 0 (None is no limit)"
                )

    @property
    def patience(self) -> float | None:
        """Seconds of silence after which a person should be told: well before the end."""
        return None if self.timeout is None else self.timeout / 2

    def but(self, timeout: Seconds = UNSET, max_timeout: Seconds = UNSET) -> Limits:
        """Return these limits with what is said replaced."""
        return Limits(
            self.timeout if isinstance(timeout, Unset) else timeout,
            self.max_timeout if isinstance(max_timeout, Unset) else max_timeout,
        )
