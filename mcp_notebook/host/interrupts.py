"""Let the Stop button end a function, and nothing but the function.

Rules: between cells a kernel ignores the interrupt, so while a function runs there
the signal raises `KeyboardInterrupt` again. A bare `KeyboardInterrupt` never becomes the end
of a future: whoever awaited it would see its whole event loop end.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import MCPNotebookError


class InterruptedFunctionError(MCPNotebookError):
    """A function was ended by an interrupt or by leaving Python; `__cause__` is what ended it."""


def tamed(error: BaseException) -> Exception:
    """Return *error*, or an ordinary error in its place where it would end an event loop."""
    if isinstance(error, Exception):
        return error
    words = "cancelled" if isinstance(error, asyncio.CancelledError) else "interrupted"
    mild = InterruptedFunctionError(f"{words} ({type(error).__name__})")
    mild.__cause__ = error
    return mild


class Interrupt:
    """Whether the interrupt *came*, whatever the function made of it."""

    came = False


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Let an interrupt raise `KeyboardInterrupt` here; for the main thread, elsewhere nothing changes."""
    interrupt = Interrupt()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield interrupt
        return

    def raise_it(*_: object) -> None:
        interrupt.came = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, raise_it)
    try:
        yield interrupt
    finally:
        try:
            signal.signal(signal.SIGINT, before)
        except KeyboardInterrupt:  # pressed in the very last moment
            signal.signal(signal.SIGINT, before)
            raise
