"""The same words where there are no widgets: one line on a terminal, a few lines elsewhere.

Rules: on a terminal the line is redrawn in place, and each operation leaves
its receipt. Where output is not a terminal (a log, a pipe) a line is written
when something has run for a while, then ever more rarely, and at the end.
What ended before a person could see it, or was asked about it, leaves no line.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TextIO

from ..progress import words
from ..text import fitted, isolated
from .questions.asked import plain
from .rows import Row, View

BAR = 24
FIRST_LINE_S = 5.0
WORTH_A_LINE_S = 0.5


class TerminalCanvas:
    """Redraws one line of *stream*; leaves receipts behind."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._ended: set[int] = set()
        self._told: set[int] = set()
        self._seen: set[int] = set()
        """rows whose line gave way to a prompt"""
        self._drawn = False

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Draw the line, and the receipts of what has ended."""
        del cancel_all
        self._leave_receipts(view)
        running = [row for row in view.rows if row.state.running]
        if any(asked.open for asked in view.asked):
            self._clear()  # the line belongs to the prompt
            self._seen.update(row.id for row in running)
        elif running:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r\x1b[2K" + fitted(_line(running), width))
            self._drawn = True
        return False

    def settle(self, view: View) -> None:
        """Replace the line by the last receipts."""
        self._leave_receipts(view)
        self._clear()

    def _clear(self) -> None:
        if self._drawn:
            self._write("\r\x1b[2K")
            self._drawn = False

    def _leave_receipts(self, view: View) -> None:
        for row in view.rows:
            if row.state.running or row.id in self._ended:
                continue
            self._ended.add(row.id)
            if self._drawn or row.id in self._seen or row.state.elapsed >= WORTH_A_LINE_S:
                self._write(f"\r\x1b[2K{_receipt(row)}\n")
                self._drawn = False
        for line in _outcomes(view, self._told):
            self._write(f"\r\x1b[2K{line}\n")
            self._drawn = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class LineCanvas:
    """Writes lines to *stream*, at sensible intervals."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next: dict[int, float] = {}
        self._ended: set[int] = set()
        self._told: set[int] = set()

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Write what is due."""
        del cancel_all
        for row in view.rows:
            if row.state.running and row.state.elapsed >= self._next.get(row.id, FIRST_LINE_S):
                self._next[row.id] = row.state.elapsed * 2
                self._line(_receipt(row))
        self.settle(view)
        return False

    def settle(self, view: View) -> None:
        """Write the receipts of what has ended."""
        for row in view.rows:
            if not row.state.running and row.id not in self._ended:
                self._ended.add(row.id)
                if row.state.elapsed >= WORTH_A_LINE_S:
                    self._line(_receipt(row))
        for line in _outcomes(view, self._told):
            self._line(line)

    def _line(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


def _outcomes(view: View, told: set[int]) -> list[str]:
    """Return a line for each question that has ended since; *told* remembers them."""
    ended = [asked for asked in view.asked if not asked.open and asked.id not in told]
    told.update(asked.id for asked in ended)
    return [plain(asked) for asked in ended]


def _receipt(row: Row) -> str:
    return "  " * row.depth + words.line(row.label, row.state, row.note)


def _line(running: list[Row]) -> str:
    row = running[0]
    others = f"   (+{len(running) - 1} running)" if len(running) > 1 else ""
    fraction = row.state.fraction
    if fraction is None or not row.state.updates:
        at = int(row.state.elapsed * 10) % (2 * BAR - 6)
        at = min(at, 2 * BAR - 6 - at)
        bar = " " * at + "━━━" + " " * (BAR - 3 - at)
    else:
        filled = round(min(1.0, fraction) * BAR)
        bar = "━" * filled + "─" * (BAR - filled)
    message = f" · {isolated(row.state.message)}" if row.state.message else ""
    return f"{isolated(row.label)}  {bar}  {row.text}{others}{message}"
