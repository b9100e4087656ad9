"""What a loop may ask of the bar that it stands for: ours that is told, or somebody else's."""

from __future__ import annotations

from typing import Protocol


class Twin(Protocol):
    """The way to the other bar; asked from any thread while its loop runs."""

    def look(self) -> None:
        """Bring the loop's `n`, `label`, `total` and `message` up to date."""

    def stop(self) -> None:
        """Let the bar raise what `Loop.stopped` returns, the next time it is told something."""
