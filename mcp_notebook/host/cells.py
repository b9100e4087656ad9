"""Know whether a cell is running in the main thread: also one that awaits, also one inside another.

Rules: a cell that ends without having begun (an empty one) ends nothing; one that
was cancelled ends everything, for it is always the outermost. Cells of other
threads (subshells) don't count; the cell in which this is made does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """A running cell: what IPython calls it (None where it began before us), and since when it runs."""

    info: Any
    number: int | None
    since: float


class Cells:
    """The running cells of *shell*, outermost first.

    *on_begin* is called before the first begins, *on_end* when none is left.
    """

    def __init__(
        self,
        shell: Any,
        on_begin: Callable[[], None],
        on_end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shell = shell
        self._on_begin = on_begin
        self._on_end = on_end
        self._clock = clock
        self._running: list[Cell] = []
        if shell is not None:
            if _is_inside_a_cell(shell):
                self._note(None, _inputs(shell) - 1)
            shell.events.register("pre_run_cell", self._began)
            shell.events.register("post_run_cell", self._ended)

    @property
    def running(self) -> Cell | None:
        """The outermost running cell."""
        outermost = self._running[:1]
        return outermost[0] if outermost else None

    def close(self) -> None:
        """Hear of no cell any more."""
        if self._shell is not None:
            self._shell.events.unregister("pre_run_cell", self._began)
            self._shell.events.unregister("post_run_cell", self._ended)
            self._shell = None

    def _note(self, info: Any, number: int) -> None:
        self._running.append(Cell(info, number if number > 0 else None, self._clock()))

    def _began(self, info: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        if not self._running:
            self._on_begin()
        self._note(info, _inputs(self._shell) if getattr(info, "store_history", True) else 0)

    def _ended(self, result: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        if result is None or [cell.info for cell in self._running] == [None]:
            self._running.clear()
        known = [i for i, cell in enumerate(self._running) if cell.info is result.info]
        if known:
            del self._running[known[-1] :]
        if not self._running:
            self._on_end()


def _is_inside_a_cell(shell: Any) -> bool:
    """Return whether the main thread is running a cell's code at this moment."""
    code = getattr(getattr(type(shell), "run_code", None), "__code__", None)
    frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001 - documented
    while frame is not None and frame.f_code is not code:
        frame = frame.f_back
    return frame is not None


def _inputs(shell: Any) -> int:
    """Return the number that the next input will have.

    `shell.execution_count` doesn't tell: newer IPythons have counted on before the cell begins.
    """
    return len(getattr(getattr(shell, "history_manager", None), "input_hist_raw", ()))
