"""Run a function of the notebook where it belongs, and turn what it did into its answer.

The answer is made where the function ran: making it may run the value's own
code (`repr`, a figure's rendering).
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tracking import scope
from .capture import Outcome, captured, captured_async
from .functions import Function
from .mainthread import MainThread
from .on_loop import run_on_loop
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
    """Starts functions: in the main thread, or in a worker; async ones on *loop()*, where there is one."""

    def __init__(
        self, main: MainThread, loop: Callable[[], asyncio.AbstractEventLoop | None] = lambda: None
    ) -> None:
        self._main = main
        self._loop = loop

    def start(self, function: Function, arguments: dict[str, Any], context: contextvars.Context) -> Run:
        """Begin to run *function* in a copy of *context*, or put it in line."""
        run = Run(function, self._main)

        def work() -> CallToolResult:
            self._begin(run)
            return _answer(function, captured(lambda: function.fn(**arguments)))

        async def work_async() -> CallToolResult:
            self._begin(run)
            return _answer(function, await captured_async(lambda: function.fn(**arguments)))

        if function.is_async and not function.thread and (loop := self._loop()) is not None:
            run.future = run_on_loop(loop, work_async, context)
        elif function.is_async:
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
    """Return the answer for *outcome*; what making it prints goes nowhere."""

    def make() -> CallToolResult:
        if outcome.error is not None:
            return function.failure(outcome.error, outcome.printed)
        return function.answer(outcome.value, outcome.printed)

    made = captured(make)
    if made.value is None:
        raise made.error or RuntimeError("no answer")
    return made.value
