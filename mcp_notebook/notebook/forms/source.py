"""What a form needs of a server: its tools, and a way to begin a call. Knows no client."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Offer(Protocol):
    """One tool of a server."""

    @property
    def name(self) -> str:
        """The server's own name of it."""

    @property
    def declaration(self) -> Any:
        """The server's own words: `title`, `annotations`."""

    @property
    def description(self) -> str:
        """What the server says of it, as clean text."""

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""


class Offers(Protocol):
    """The tools of a server."""

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the offers."""

    def __getitem__(self, name: str) -> Any:
        """Return the offer called *name*; raises `UnknownToolError`."""


class Running(Protocol):
    """A call under way."""

    def cancel(self) -> bool:
        """Ask it to end; from any thread."""

    def when_done(self, callback: Callable[[], None]) -> None:
        """Call *callback* when it has ended, in the background thread."""

    def result(self, timeout: float | None = None) -> Any:
        """Return its result, or raise its error."""


@dataclass(frozen=True)
class Source:
    """A server: its *name*, its *tools*, and *start(tool, arguments, panel)*.

    `start` checks the arguments first; both may block for a moment, and raise `MCPNotebookError`.
    """

    name: str
    tools: Callable[[], Offers]
    start: Callable[[str, Mapping[str, object], Hashable], Running]


@dataclass
class Last:
    """What a form has done last, for whoever holds it."""

    arguments: dict[str, object] | None = None
    result: Any = None
    call: Any = None
