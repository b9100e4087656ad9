"""Of a flood of progress lines, report only those that the end depends on.

A flood costs what is reported, not what is sent. Rules:

- Where lines come faster than `RATE` for longer than `DEPTH` lines, a line may go
  unreported if the next one of its token, read at the same time, has a greater
  `progress` and the same `total`, and a `message` where it had one; and only
  after one that was reported and taken as it was. The operation's state is then
  exactly what it would have been, counts and repairs included; of its events,
  which are thinned anyway, fewer are kept.
- Only lines written as the SDKs write them, with a plain message, are weighed
  like that. Every other progress line is decoded and reported by itself.
- Nothing waits: whoever reads the wire flushes before what is no progress, and
  when there is no more to read.
- In a flood beside a cell that computes, `pause` says how long not to read: the
  pipe holds the server back, and the cell keeps its processor.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from ...text import HISTORY_LIMIT
from .neighbours import Neighbours
from .tap import PROGRESS, Routes

MARK = PROGRESS.encode()
RATE = 2_000
"""lines per s that are no flood"""
DEPTH = 256
"""lines that may come at once, and are no flood: as many as a call remembers"""
PAUSE_S = 0.01
# Numbers that a float holds exactly as written; above 0 for a total.
_NUMBER = rb"(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?"
_TOTAL = rb"[1-9]\d{0,14}(?:\.\d{1,17})?"
# Words of printable ASCII with single spaces between: nothing to unescape, nothing to clean.
_WORDS = rb"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*"
_PLAIN = re.compile(
    rb'[ \t\r\n]*\{"jsonrpc": ?"2\.0", ?"method": ?"notifications/progress", ?"params": ?\{'
    rb'"progressToken": ?"([\w.-]{1,100})", ?"progress": ?(%b)'
    rb'(?:, ?"total": ?(%b))?(?:, ?"message": ?"(%b)")?\}\}[ \t\r\n]*' % (_NUMBER, _TOTAL, _WORDS)
)


class _Line(NamedTuple):
    """The newest line of a token, and how many it stands for: 0 where it is reported."""

    progress: float
    total: bytes | None
    message: bytes | None
    stands_for: int


class Burst:
    """Takes progress lines, and reports to *routes* what matters of them."""

    def __init__(self, routes: Routes, neighbours: Neighbours | None = None) -> None:
        self._routes = routes
        self._neighbours = neighbours or Neighbours()
        self._newest: dict[bytes, _Line] = {}
        self._level = 0.0
        self._at = 0.0

    def takes(self, line: bytes) -> bool:
        """Take *line* if it is a progress notification, and say so."""
        if MARK not in line:
            return False
        self._level += 1
        plain = _PLAIN.fullmatch(line) if len(line) < HISTORY_LIMIT else None
        if plain is None:
            return self._takes_by_itself(line)
        token, written, total, message = plain.groups()
        progress = float(written)
        before = self._newest.get(token)
        if (
            before is not None
            and self._level > DEPTH
            and progress > before.progress
            and total == before.total
            and (message is not None or before.message is None)
        ):
            self._newest[token] = _Line(progress, total, message, before.stands_for + 1)
            return True
        if before is not None:
            self._report(token, before)
        if self._report(token, _Line(progress, total, message, 1)):
            self._newest[token] = _Line(progress, total, message, 0)
        else:
            self._newest.pop(token, None)
        return True

    def flush(self) -> None:
        """Report what waits: the burst is over."""
        if self._newest:
            for token, line in self._newest.items():
                self._report(token, line)
            self._newest.clear()

    def pause(self, now: float) -> float:
        """Return the s to wait before more is read, at *now* s of a clock."""
        self._level = min(max(0.0, self._level - (now - self._at) * RATE), 2.0 * DEPTH)
        self._at = now
        return PAUSE_S if self._level > DEPTH and self._neighbours.busy() else 0.0

    def _report(self, token: bytes, line: _Line) -> bool:
        return line.stands_for > 0 and self._routes.report(
            token.decode(),
            line.progress,
            None if line.total is None else float(line.total),
            None if line.message is None else line.message.decode(),
            line.stands_for,
        )

    def _takes_by_itself(self, line: bytes) -> bool:
        self.flush()
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):  # the usual way says what is wrong with it
            return False
        if not isinstance(message, dict) or message.get("method") != PROGRESS or "id" in message:
            return False
        self._routes.take(message.get("params"))
        return True
