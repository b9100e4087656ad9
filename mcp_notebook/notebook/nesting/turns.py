"""Run the kernel's event loop inside a blocked wait, so that the user's tasks and timers go on.

Rules. A handle whose context is entered already (the blocked cell's own: ipykernel
runs every message in one context) would be destroyed, so it is held until the wait
is over; order is kept. What the caller's turn of the loop still counts on is
replaced, so that it never finds the queue shorter than it was. An interrupt is raised
where the wait is, not in a task that happens to run; pressed again, in what runs.
A task's own `SystemExit` or `KeyboardInterrupt` is that task's end, nobody else's.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self

logger = logging.getLogger(__name__)

LOOK_S = 0.1

Wait = Callable[[float], bool]
"""waits so many seconds, at most; returns whether what it waits for has come"""
Poll = Callable[[], None]
"""what is done between two waits, in the notebook's name"""


@contextmanager
def nested(
    loop: Any, paused: AbstractContextManager[None], wait: Wait, poll: Poll
) -> Iterator[tuple[Wait, Poll]]:
    """Give a *wait* that runs *loop* meanwhile, and the *poll* that goes with it.

    For the thread of *loop*, from within one of its callbacks. *loop* is an asyncio
    loop whose turns may be nested (nest-asyncio); *paused* keeps the kernel from
    taking messages.
    """
    if wait(0):
        yield wait, poll
        return
    with Interrupts(loop) as interrupts, paused, Turns(loop) as turns, _watched(loop, wait) as ended:

        def run(seconds: float) -> bool:
            over: list[bool] = []
            timer = loop.call_later(seconds, over.append, True, context=contextvars.Context())
            try:
                while True:
                    interrupts.deliver()
                    if ended.is_set() or over:
                        return ended.is_set()
                    if loop._stopping:  # noqa: SLF001 - the kernel is shutting down: leave that to its own turn
                        return wait(seconds)
                    turns.hold()
                    interrupts.around(loop._run_once)  # noqa: SLF001 - what nest-asyncio lets be nested
            finally:
                timer.cancel()

        yield run, lambda: interrupts.outside(poll)


class Turns:
    """The queue of *loop*, kept in order while turns run inside one of its callbacks."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._held: list[asyncio.Handle] = []
        self._blank = asyncio.Handle(_nothing, (), loop, contextvars.Context())
        self._blank.cancel()

    def __enter__(self) -> Self:
        self._owed = len(self._loop._ready)  # noqa: SLF001 - as in nest-asyncio
        return self

    def hold(self) -> None:
        """Put aside what can't run now; before each turn."""
        ready = self._loop._ready  # noqa: SLF001
        # Other threads only append, so a place in the queue stays what it is.
        for place, handle in enumerate(tuple(ready)):
            if _is_entered(handle._context):  # noqa: SLF001
                self._held.append(handle)
                ready[place] = self._blank

    def __exit__(self, *_: object) -> None:
        ready = self._loop._ready  # noqa: SLF001
        ready.extendleft(reversed(self._held))
        # The turn that was interrupted still takes as many as it counted: none of those that came since.
        ready.extendleft([self._blank] * self._owed)


class Interrupts:
    """The interrupt while a loop runs inside a wait. For the main thread."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._came = False
        self._inside = False
        self._outside = False
        self._before: Any = None
        self._around: Interrupts | None = None

    def __enter__(self) -> Self:
        before = signal.getsignal(signal.SIGINT)
        if callable(before):
            self._before = before
            around = getattr(before, "__self__", None)
            if isinstance(around, Interrupts):  # a wait that can't end before this one
                self._around, self._came = around, around._came  # noqa: SLF001 - its own class
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if kind is None:
            self.deliver()

    def deliver(self) -> None:
        """Do what the interrupt does outside (raise `KeyboardInterrupt`), if it came."""
        if not self._came:
            return
        self._came = False
        self._before(signal.SIGINT, None)
        if self._around is not None:
            raise KeyboardInterrupt  # that one has only taken note of it

    def around(self, turn: Callable[[], None]) -> None:
        """Call *turn*; an interrupt is only noted, a second one ends it."""
        try:
            self._inside = True
            turn()
        except (KeyboardInterrupt, SystemExit) as end:
            if not self._came:
                logger.warning("a task of the notebook ended in %s", type(end).__name__)
        finally:
            self._inside = False

    def outside(self, poll: Poll) -> None:
        """Call *poll*; an interrupt does there what it does outside."""
        try:
            self._outside = True
            poll()
        finally:
            self._outside = False

    def _note(self, *_: object) -> None:
        if self._outside:
            self._outside = False
            self._came = True
            self.deliver()
            return
        if self._came and self._inside:
            self._inside = False
            raise KeyboardInterrupt
        self._came = True
        self._loop.call_soon_threadsafe(_nothing, context=contextvars.Context())  # wakes it up


@contextmanager
def _watched(loop: Any, wait: Wait) -> Iterator[threading.Event]:
    """Give what is set, and wakes *loop*, once *wait* has ended: a loop can't wait for a lock."""
    ended, left = threading.Event(), threading.Event()

    def look() -> None:
        while not left.is_set():
            if wait(LOOK_S):
                ended.set()
                loop.call_soon_threadsafe(_nothing, context=contextvars.Context())
                return

    looking = threading.Thread(target=look, name="mcp_notebook-wait", daemon=True)
    looking.start()
    try:
        yield ended
    finally:
        left.set()
        looking.join(2 * LOOK_S)


def _is_entered(context: contextvars.Context) -> bool:
    """Return whether something runs in *context*, which lets nothing else in then."""
    try:
        context.run(_nothing)
    except RuntimeError:
        return True
    return False


def _nothing() -> None:
    """Do nothing."""
