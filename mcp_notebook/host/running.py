"""Run a function of the notebook where it belongs, and turn what it did into its answer.

The answer is made where the function ran: making it may run the value's own
code (`repr`, a figure's rendering).
"""

from __future__ import annotations

import concurrent.futures
import contextvars
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tracking import scope
from .capture import printing
from .functions import Function
from .mainthread import MainThread
from .workers import run_in_thread

if TYPE_CHECKING:
    from mcp_types import CallToolResult


@dataclass
class Run:
    """A function that runs, or waits for its turn."""

    function: Function
    main: MainThread
    begun: bool = False
    future: concurrent.futures.Future[CallToolResult] = field(default_factory=concurrent.futures.Future)

    @property
    def waits_for(self) -> str | None:
        """Why it has not begun, if it has not."""
        return None if self.begun else self.main.busy

    def answer(self) -> CallToolResult:
        """Return the answer, once the future is done."""
        error = self.future.exception()
        return self.future.result() if error is None else self.function.failure(error)


class Runner:
    """Starts functions: in the main thread, or in a worker."""

    def __init__(self, main: MainThread) -> None:
        self._main = main

    def start(self, function: Function, arguments: dict[str, Any], context: contextvars.Context) -> Run:
        """Begin to run *function* in a copy of *context*, or put it in line."""
        run = Run(function, self._main)

        def work() -> CallToolResult:
            self._begin(run)
            return _answer(function, arguments)

        async def work_async() -> CallToolResult:
            self._begin(run)
            return await _answer_async(function, arguments)

        if function.is_async:
            run.future = run_in_thread(work_async, context, name=function.name)
        elif function.thread:
            run.future = run_in_thread(work, context, name=function.name)
        else:
            run.future = self._main.submit(work, context=context, name=function.name)
        return run

    def _begin(self, run: Run) -> None:
        run.begun = True
        if (request := scope.get()) is not None:
            request.shown = self._main.in_cell


def _answer(function: Function, arguments: dict[str, Any]) -> CallToolResult:
    with printing() as printed:
        try:
            value = function.fn(**arguments)
        except BaseException as error:
            return function.failure(error, printed.text)
        return function.answer(value, printed.text)


async def _answer_async(function: Function, arguments: dict[str, Any]) -> CallToolResult:
    with printing() as printed:
        try:
            value = await function.fn(**arguments)
        except (Exception, KeyboardInterrupt, SystemExit) as error:  # the last two would end the event loop
            return function.failure(error, printed.text)
        return function.answer(value, printed.text)
