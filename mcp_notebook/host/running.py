"""Run a function of the notebook where it belongs, and turn what it did into its answer.

The answer is made where the function ran: making it may run the value's own
code (`repr`, a figure's rendering).
"""

from __future__ import annotations

import concurrent.futures
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tracking import scope
from .capture import Outcome, captured, captured_async
from .functions import Function
from .interrupts import InterruptedFunctionError
from .mainthread import MainThread
from .workers import run_in_thread

if TYPE_CHECKING:
    from mcp_types import CallToolResult


@dataclass
class Run:
    """A function that runs, or waits for its turn."""

    function: Function
    why: Callable[[], str | None]
    """what it waits for"""
    begun: bool = False
    future: concurrent.futures.Future[CallToolResult] = field(default_factory=concurrent.futures.Future)

    def outcome(self) -> CallToolResult:
        """Return the answer, once the future is done."""
        try:
            return self.future.result()
        except InterruptedFunctionError:
            return self.function.failure(KeyboardInterrupt())


class Runner:
    """Starts functions: in the main thread, or in a worker."""

    def __init__(self, main: MainThread) -> None:
        self._main = main

    def start(self, function: Function, arguments: dict[str, Any], context: contextvars.Context) -> Run:
        """Begin to run *function* in a copy of *context*, or put it in line."""
        run = Run(function, lambda: self._main.busy)

        def work() -> CallToolResult:
            self._begin(run)
            outcome = captured(lambda: function.fn(**arguments))
            if isinstance(outcome.error, KeyboardInterrupt):
                raise outcome.error  # a cell that waits below is interrupted, too
            return _answer(function, outcome)

        async def work_async() -> CallToolResult:
            self._begin(run)
            return _answer(function, await captured_async(lambda: function.fn(**arguments)))

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


def _answer(function: Function, outcome: Outcome[Any]) -> CallToolResult:
    if outcome.error is not None:
        return function.failure(outcome.error, outcome.printed)
    return function.answer(outcome.value, outcome.printed)
