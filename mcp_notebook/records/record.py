"""`Record`: one call or loop of this kernel as it stood when somebody looked back. It draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..progress import Event, Kind, LogEntry, Repairs, Status
from ..progress.state import RUNNING

if TYPE_CHECKING:
    from ..results import Table


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one call, loop, or total of a `map`. `None` means: not known, or there is none.

    Times within it are s since `started`, on a clock that never jumps; `progress` and `total` are in
    the sender's unit, `rate` in units per s: lately while it runs, on the mean once it has ended.
    """

    id: int
    """what `%mcp_jobs` and `%mcp_cancel` call it"""
    kind: Kind
    """`call`, `loop`, or `batch`: the total of a `map`, whose calls have it as `parent`"""
    label: str
    server: str | None
    tool: str | None
    arguments: Mapping[str, Any] | None
    """a copy, of at most 4,000 characters as JSON; secrets are `•••`"""
    shortened: bool
    """whether something of the arguments was left out, for its length"""
    token: str | None
    """the progress token"""
    cell: int | None
    """the number of its cell: `In [7]` is 7"""
    parent: int | None
    """the id of the loop or the batch that it ran in"""
    started: datetime
    """with the zone that held here then"""
    ended: datetime | None
    duration: float
    """s; so far, while it runs"""
    status: Status
    note: str | None
    """why it ended so, in one line"""
    progress: float
    total: float | None
    unit: str | None
    message: str | None
    """the last one"""
    fraction: float | None
    """progress / total; over 1 where the sender passed its total"""
    rate: float | None
    updates: int
    """notifications taken, or values seen of a loop, since the last restart"""
    stage: int
    """restarts: rounds of a request, or a rescaled count"""
    waited: float | None
    """s until the first event"""
    repairs: Repairs
    """what of the progress could not be taken as it was sent"""
    events: tuple[Event, ...]
    """first and last exact, the middle thinned where there were many"""
    stalls: tuple[tuple[float, float], ...]
    """from when to when, in s, there was no news for several times the usual gap"""
    earlier: tuple[tuple[float, float], ...]
    """from when to when (s, negative) loops of the same name ran before it in the same place: it is the last of them"""
    logs: tuple[LogEntry, ...]
    """what the server logged meanwhile, the newest that are kept"""

    @property
    def running(self) -> bool:
        """Return whether it had not ended."""
        return self.status == RUNNING

    @property
    def failed(self) -> bool:
        """Return whether it ended by itself, and not well: `failed` or `timed out`."""
        return self.status in ("failed", "timed out")

    @property
    def what(self) -> str:
        """Return its name for people: `server.tool`, the tool with its number in a `map`, or the loop's label."""
        return f"{self.server}.{self.label}" if self.server else self.label

    @property
    def messages(self) -> tuple[Event, ...]:
        """Return the events at which the message changed."""
        said: list[Event] = []
        last = None
        for event in self.events:
            if event.message is not None and event.message != last:
                said.append(event)
            last = event.message
        return tuple(said)

    @property
    def mended(self) -> int:
        """Return how many values of its progress could not be taken as they were sent."""
        repairs = self.repairs
        return repairs.rejected + repairs.held + repairs.totals + repairs.messages + repairs.late

    def log(self) -> Table:
        """Return what the server logged meanwhile, as a table."""
        from .showing import log_table

        return log_table(self)

    def __repr__(self) -> str:
        from .words import line

        return f"<Record {self.id} {line(self)}>"
