"""The calls of one session that wait for their responses, and what is said while they do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from ..progress import Operation

_current: ContextVar[Operation | None] = ContextVar("mcp_notebook_call", default=None)

LOG_BYTES = 8_000


class InFlight:
    """Lives on the background loop."""

    def __init__(self) -> None:
        self._calls: dict[asyncio.Task[Any] | None, Operation] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    @contextmanager
    def call(self, operation: Operation) -> Iterator[None]:
        """Count the caller's task as a call for *operation*."""
        caller = asyncio.current_task()
        self._calls[caller] = operation
        token = _current.set(operation)
        try:
            yield
        finally:
            _current.reset(token)
            self._calls.pop(caller, None)

    @property
    def asking(self) -> Operation | None:
        """Return the call that a request of the server belongs to: the caller's own, else the newest.

        In the older revisions a server's request does not say which call it is about.
        """
        operation = _current.get()
        if operation is not None and operation.running:
            return operation
        return next(reversed(self._calls.values()), None)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let all of them wait for the person here: no silence counts meanwhile."""
        with ExitStack() as stack:
            for operation in tuple(self._calls.values()):
                stack.enter_context(operation.waiting())
            yield

    def release(self) -> tuple[asyncio.Task[Any], ...]:
        """Cancel them all, and return their tasks."""
        calls = tuple(call for call in self._calls if call is not None)
        for call in calls:
            call.cancel()
        return calls

    def log(self, level: str, logger: str | None, data: object) -> None:
        """Keep a line with every call that runs: a log message names no request."""
        operations = tuple(self._calls.values())
        if not operations:
            return
        text = data if isinstance(data, str) else _json(data)
        for operation in operations:
            operation.log(level, logger, text)

    def stderr(self, line: str) -> None:
        """Keep a line of the server's stderr."""
        self.log("stderr", None, line)


def _json(data: object) -> str:
    try:
        return json.dumps(data, ensure_ascii=False, default=str)[:LOG_BYTES]
    except (TypeError, ValueError, RecursionError):
        return f"({type(data).__name__} that cannot be shown)"
