"""Get a turn in the main thread where no cell runs: the one place that knows kernels and prompts.

- ipykernel: its asyncio loop runs in the main thread, and is free between cells;
- IPython at a terminal: the prompt's loop runs there, or nothing does between two prompts;
- elsewhere there are no turns: only who blocks lets others run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol


class Turns(Protocol):
    """How to be called in the main thread."""

    def ask(self, work: Callable[[], object]) -> None:
        """Have *work* called in the main thread soon, where that can be arranged; from any thread."""

    def at_end_of_cell(self, work: Callable[[], bool]) -> None:
        """Have *work* called now or soon, as long as it says that more waits; from the main thread."""

    def close(self) -> None:
        """Leave shell and kernel as they were."""


def turns(shell: Any, waiting: Callable[[], None]) -> Turns:
    """Return the turns of *shell*'s main thread; *waiting* is called where a prompt appears."""
    if shell is None:
        return NoTurns()
    if getattr(shell, "kernel", None) is not None:
        return KernelTurns(shell.kernel)
    return PromptTurns(shell, waiting)


class NoTurns:
    """A script: its main thread is never free."""

    def ask(self, work: Callable[[], object]) -> None:
        """Do nothing."""

    def at_end_of_cell(self, work: Callable[[], bool]) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class KernelTurns:
    """Turns of the event loop of an ipykernel (`io_loop`: 6.30 to 7.4)."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel

    def ask(self, work: Callable[[], object]) -> None:
        """Call *work* in the next turn of the loop, before any message that arrives later."""
        loop = getattr(getattr(self._kernel, "io_loop", None), "asyncio_loop", None)
        if loop is not None:
            _call_soon(loop, work)

    def at_end_of_cell(self, work: Callable[[], bool]) -> None:
        """Likewise: the cell's reply goes out first, then *work* is called, then the next cell runs."""
        self.ask(work)

    def close(self) -> None:
        """Nothing was changed."""


class PromptTurns:
    """Turns of IPython's prompt, which is put aside meanwhile; and between two prompts."""

    def __init__(self, shell: Any, waiting: Callable[[], None]) -> None:
        self._app: Any = getattr(getattr(shell, "pt_app", None), "app", None)
        self._waiting = waiting
        self._tasks: set[Any] = set()
        if self._app is not None:
            self._app.before_render += self._rendered

    def ask(self, work: Callable[[], object]) -> None:
        """Call *work* above the prompt, where one is waiting; the next prompt asks again."""
        loop = getattr(self._app, "loop", None)
        if loop is not None:
            _call_soon(loop, lambda: self._above(work))

    def at_end_of_cell(self, work: Callable[[], bool]) -> None:
        """Call *work* now: nothing else runs until the next prompt."""
        while work():
            pass

    def close(self) -> None:
        """Hear of no prompt any more."""
        if self._app is not None:
            self._app.before_render -= self._rendered

    def _rendered(self, _: object) -> None:
        self._waiting()

    def _above(self, work: Callable[[], object]) -> None:
        """Call *work* with the terminal as it is outside a prompt, so that Ctrl-C is the interrupt."""
        from prompt_toolkit.application import run_in_terminal

        task = asyncio.ensure_future(run_in_terminal(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _call_soon(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # the loop is closed: the process is ending
        loop.call_soon_threadsafe(work)
