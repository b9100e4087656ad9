"""Take what a function prints and displays, and only that.

Rules. What belongs to the function is known by its context, so the output of other
threads and of cells goes where it always went. The streams are replaced while at
least one function runs. In a kernel `display()` becomes its text; updates of older
displays pass. Only the last `KEPT` characters are kept. What a function leaves
running prints to the notebook again once it has ended.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How a function ended: its *value*, or its *error*; and what it *printed*."""

    value: T | None = None
    error: BaseException | None = None
    printed: str = ""


def captured(job: Callable[[], T]) -> Outcome[T]:
    """Run *job* and return how it ended; raises nothing."""
    with printing() as printed:
        try:
            value = job()
        except BaseException as error:
            return Outcome(error=error, printed=printed.text)
        return Outcome(value, printed=printed.text)


async def captured_async(job: Callable[[], Awaitable[T]]) -> Outcome[T]:
    """Await what *job* gives and return how it ended; only being cancelled is raised."""
    with printing() as printed:
        try:
            value = await job()
        except Exception as error:
            return Outcome(error=error, printed=printed.text)
        except (KeyboardInterrupt, SystemExit) as error:  # raised, they would end the event loop
            return Outcome(error=error, printed=printed.text)
        return Outcome(value, printed=printed.text)


class Printed:
    """What was written in one context."""

    def __init__(self) -> None:
        self.closed = False
        self._parts: list[str] = []
        self._size = 0
        self._lock = threading.Lock()

    def write(self, text: str) -> None:
        """Keep *text*, and forget the oldest where it is too much."""
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
            if self._size > 2 * KEPT:
                self._parts = ["".join(self._parts)[-KEPT:]]
                self._size = KEPT

    @property
    def text(self) -> str:
        """What was written, at most its last `KEPT` characters."""
        with self._lock:
            return "".join(self._parts)[-KEPT:]


@contextmanager
def printing() -> Iterator[Printed]:
    """Take what this context writes while the block runs."""
    printed = Printed()
    token = _printed.set(printed)
    _open.add(printed)
    _switch()
    try:
        with _displays():
            yield printed
    finally:
        printed.closed = True
        _open.discard(printed)
        _switch()
        _printed.reset(token)


class Stream:
    """A standard stream that lets each context's output go where it belongs."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write to what the context's function prints to, else to the stream itself."""
        printed = _taking()
        if printed is None:
            written: int = self._stream.write(text)
            return written
        printed.write(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each of *lines*."""
        for line in lines:
            self.write(line)

    def isatty(self) -> bool:
        """Whether it ends at a terminal, as seen from this context."""
        return _taking() is None and bool(self._stream.isatty())

    def __getattr__(self, name: str) -> Any:
        if name == "_stream":  # a copy that is still being made
            raise AttributeError(name)
        return getattr(self._stream, name)


_printed: ContextVar[Printed | None] = ContextVar("mcp_notebook_printed", default=None)
_open: WeakSet[Printed] = WeakSet()
"""those that take; weak, because an interrupt can come before one is taken out"""
_lock = threading.Lock()


def _taking() -> Printed | None:
    printed = _printed.get()
    return None if printed is None or printed.closed else printed


def _switch() -> None:
    """Have our streams in place while anything takes, and the old ones otherwise."""
    with _lock:
        taken = bool(_open)
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if taken and stream is not None and not isinstance(stream, Stream):
                setattr(sys, name, Stream(stream))
            elif not taken and isinstance(stream, Stream):
                setattr(sys, name, stream._stream)  # noqa: SLF001 - our own


@contextmanager
def _displays() -> Iterator[None]:
    """Take the displays of this thread, where there is a kernel; elsewhere they are printed."""
    module = sys.modules.get("IPython")
    publisher: Any = getattr(module and module.get_ipython(), "display_pub", None)
    if not hasattr(publisher, "register_hook"):
        yield
        return
    publisher.register_hook(_displayed)
    try:
        yield
    finally:
        publisher.unregister_hook(_displayed)


def _displayed(message: dict[str, Any]) -> dict[str, Any] | None:
    """Keep the text of what is displayed; pass on what changes an older display."""
    printed = _taking()
    if printed is None or message.get("msg_type") == "update_display_data":
        return message
    text = message.get("content", {}).get("data", {}).get("text/plain")
    if isinstance(text, str):
        printed.write(text + "\n")
    return None
