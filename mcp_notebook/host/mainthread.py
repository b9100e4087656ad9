"""Run jobs in the main thread, one at a time and in order, where no cell is running.

Rules. A job starts between cells, or while the main thread is blocked in one of our
own waits (`run_pending`); never in the middle of a cell's code. A job that blocks
so may be interrupted by further ones, `NESTED` deep at most: one more would have to
wait for those below it, which may wait for it, so it is refused. An interrupt ends
the running job; where a cell was blocked below it, that cell as well.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import MCPNotebookError
from ..progress.words import duration
from .cells import Cells
from .interrupts import Interrupt, interruptible, tamed
from .turns import turns

T = TypeVar("T")

NESTED = 8


@dataclass(eq=False, slots=True)
class _Job:
    """Work that waits for its turn."""

    work: Callable[[], Any]
    context: contextvars.Context
    name: str
    future: concurrent.futures.Future[Any] = field(default_factory=concurrent.futures.Future)
    since: float = 0.0


class MainThread:
    """The main thread of *shell* (IPython's, or None for a script), for work of other threads.

    *on_submit* is called after each `submit`, in its thread: whoever blocks the main
    thread can wake up and call `run_pending`.
    """

    def __init__(
        self,
        shell: Any,
        *,
        on_submit: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on_submit = on_submit
        self._shell = shell
        self._clock = clock
        self._queue: deque[_Job] = deque()
        self._running: list[_Job] = []
        self._closed = False
        self._cells = Cells(shell, self._begin_of_cell, self._end_of_cell, clock)
        self._turns = turns(shell, self._ask)

    def submit(
        self, job: Callable[[], T], *, context: contextvars.Context | None = None, name: str = ""
    ) -> concurrent.futures.Future[T]:
        """Have *job* run in a copy of *context* (the caller's unless given); from any thread.

        The future can be cancelled until the job starts. It ends in the job's own
        error, or `InterruptedFunctionError` in place of what would end an event loop.
        """
        if self._closed:
            raise MCPNotebookError("the notebook runs no functions any more: it is being unloaded")
        copied = contextvars.copy_context() if context is None else context.copy()
        waiting = _Job(job, copied, name)
        waiting.future.add_done_callback(lambda _: self._forget(waiting))
        self._queue.append(waiting)
        if self._closed:  # meanwhile
            waiting.future.cancel()
        self._ask()
        if self.on_submit is not None:
            self.on_submit()
        return waiting.future

    def run_pending(self) -> None:
        """Run what waits, here and now: for the main thread while it is blocked in our own wait.

        A no-op in other threads. Raises `KeyboardInterrupt` after a job was interrupted.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        for _ in range(len(self._queue)):  # what comes meanwhile may wait for the next look
            if self._run_next():
                raise KeyboardInterrupt

    @property
    def busy(self) -> str | None:
        """Why a job has to wait, in words; None where the main thread is free."""
        who = _name(self._shell)
        if running := self._running[-1:]:
            job = running[0]
            return f"{who} is running {job.name or 'another function'} for {self._for(job.since)}"
        if (cell := self._cells.running) is not None:
            number = "" if cell.number is None else f" (In [{cell.number}])"
            return f"{who} is running a cell{number} for {self._for(cell.since)}"
        return f"{who} is running" if self._shell is None else None

    @property
    def in_cell(self) -> bool:
        """Whether a cell is running, which may be waiting for us."""
        return self._cells.running is not None

    def close(self) -> None:
        """Cancel what waits, and leave the shell as it was."""
        self._closed = True
        self._cells.close()
        self._turns.close()
        for job in tuple(self._queue):
            job.future.cancel()

    def _ask(self) -> None:
        """Ask for a turn, where something waits and no cell runs; the end of a cell asks again."""
        if self._queue and self._cells.running is None:
            self._turns.ask(self._turn)

    def _begin_of_cell(self) -> None:
        """Run what waits: ipykernel 6 can run queued cells one after another without a turn of its loop."""
        for _ in range(len(self._queue)):
            self._turn()

    def _end_of_cell(self) -> None:
        if self._queue:
            self._turns.at_end_of_cell(self._turn)

    def _turn(self) -> bool:
        """Run one job between cells and ask for another turn: a cell that waits may come in between."""
        if self._cells.running is not None or self._running:
            return False
        self._run_next()
        self._ask()
        return bool(self._queue)

    def _run_next(self) -> bool:
        """Run the oldest job; return whether it was interrupted."""
        try:
            job = self._queue.popleft()
        except IndexError:
            return False
        if not job.future.set_running_or_notify_cancel():
            return False
        if len(self._running) >= NESTED:
            job.future.set_exception(_too_deep(job, len(self._running)))
            return False
        job.since = self._clock()
        self._running.append(job)
        value, error, interrupted = _run(job)
        self._running.remove(job)
        if error is None:
            job.future.set_result(value)
        else:
            job.future.set_exception(tamed(error))
        return interrupted

    def _forget(self, job: _Job) -> None:
        with suppress(ValueError):  # it had its turn
            self._queue.remove(job)

    def _for(self, since: float) -> str:
        return duration(max(0.0, self._clock() - since))


def _run(job: _Job) -> tuple[Any, BaseException | None, bool]:
    """Run *job*; return its value, its error, and whether the interrupt came meanwhile."""
    interrupt = Interrupt()
    try:
        with interruptible() as interrupt:
            return job.context.run(job.work), None, interrupt.came
    except BaseException as error:
        return None, error, interrupt.came or isinstance(error, KeyboardInterrupt)


def _name(shell: Any) -> str:
    if shell is None:
        return "the script"
    return "IPython" if getattr(shell, "kernel", None) is None else "the kernel"


def _too_deep(job: _Job, depth: int) -> MCPNotebookError:
    return MCPNotebookError(
        f"{job.name or 'a function'} cannot run: {depth} functions of this notebook are waiting inside one "
        "another already; let one of them end, or make it @tool(thread=True)"
    )
