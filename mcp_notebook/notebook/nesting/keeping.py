"""Keep the kernel's event loop alive while a cell is blocked in one of our waits: the switch.

Rules: off at first, for it patches asyncio; patched when first needed; where a wait
can't do it, that is said once, and the wait is a plain one. Waits of other threads
are plain: they hold up no loop.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import MCPNotebookError
from . import nestable
from .messages import paused
from .turns import Poll, Wait, nested

DEPTH = 8


class LoopKeeper:
    """Whether the loop of *kernel* runs while a cell is blocked."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._on = False
        self._depth = 0
        self._told: set[str] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The kernel's loop while it is kept alive, else None."""
        return nestable.loop_of(self._kernel) if self._on else None

    def switch(self, *, on: bool) -> None:
        """Keep the loop alive from now on, or no more; raises `MCPNotebookError` with why it can't be."""
        if on and (why := nestable.refusal(self._kernel)) is not None:
            raise MCPNotebookError(f"the event loop cannot be kept alive: {why}")
        self._on = on
        self._told.clear()

    @contextmanager
    def around(self, wait: Wait, poll: Poll) -> Iterator[tuple[Wait, Poll]]:
        """Give *wait* and *poll*, or such as run the loop meanwhile."""
        loop = self.loop
        if loop is None or threading.current_thread() is not threading.main_thread() or not self._can():
            yield wait, poll
            return
        nestable.prepare(loop)
        with nested(loop, self._paused(), wait, poll) as running:
            yield running

    @contextmanager
    def _paused(self) -> Iterator[None]:
        self._depth += 1
        try:
            with paused(self._kernel):
                yield
        finally:
            self._depth -= 1

    def _can(self) -> bool:
        why = nestable.refusal_now(self._kernel)
        if why is None and self._depth >= DEPTH:
            why = f"{DEPTH} calls are waiting inside one another already"
        if why is not None and why not in self._told:
            self._told.add(why)
            warnings.warn(f"the event loop stands still during this call: {why}", stacklevel=2)
        return why is None
