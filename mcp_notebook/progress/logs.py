"""What was said beside a call: the server's log messages and its stderr, in bounded memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ..text import HISTORY_LIMIT, one_line

KEPT = 200
KEPT_BYTES = 64 * 1024
ENTRY = 200
SHOWN = 5


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line: *at* s after the start of the call that it is kept with."""

    at: float
    level: str
    """as RFC 5424 names it, such as `info` or `error`; `stderr` for the server's standard error"""
    logger: str | None
    text: str

    def __str__(self) -> str:
        name = f"{self.logger}: " if self.logger else ""
        return f"{self.level}: {name}{self.text}"


class Logs:
    """The newest lines of one call; how many older ones went is counted."""

    __slots__ = ("_bytes", "_entries", "dropped")

    def __init__(self) -> None:
        self.dropped = 0
        self._entries: deque[LogEntry] = deque()
        self._bytes = 0

    def append(self, at: float, level: str, logger: str | None, text: str) -> None:
        """Remember a line, cleaned and cut; the oldest goes where there are too many."""
        entry = LogEntry(
            at, one_line(level, 20), one_line(logger, 60) if logger else None, one_line(text, HISTORY_LIMIT)
        )
        self._entries.append(entry)
        self._bytes += len(entry.text)
        while len(self._entries) > KEPT or self._bytes > KEPT_BYTES:
            self._bytes -= len(self._entries.popleft().text)
            self.dropped += 1

    @property
    def size(self) -> int:
        """Return the bytes that it holds, roughly."""
        return self._bytes + len(self._entries) * ENTRY

    def entries(self) -> tuple[LogEntry, ...]:
        """Return what is kept, oldest first."""
        return tuple(self._entries)


def tail(entries: tuple[LogEntry, ...], limit: int = SHOWN) -> str:
    """Return the last lines for an error's note, or nothing."""
    if not entries:
        return ""
    more = f" (the last {limit} of {len(entries)} lines)" if len(entries) > limit else ""
    return "\n".join([f"the server's log{more}:", *(f"  {entry}" for entry in entries[-limit:])])
