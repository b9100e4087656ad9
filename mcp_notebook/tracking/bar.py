"""A loop that is counted by hand: `with track(total=100, label="import") as bar`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from ..errors import ArgumentError
from ..progress import Status
from ..progress.state import number
from ..text import line_of
from . import endings
from .loop import Loop
from .scope import Stage

MOST = sys.float_info.max


class Bar:
    """Progress that is told, not counted. Use it as a context manager, or close it."""

    __slots__ = ("_loop",)

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def update(self, n: float = 1, message: object = None) -> None:
        """Add *n*; raises `LoopStopped` if the bar was asked to stop."""
        loop = self._loop
        count = loop.n
        try:
            count += n
            finite = -MOST <= count <= MOST
        except TypeError:
            finite = False
        if not finite:
            raise ArgumentError(f"update({n!r}): what is added must be a finite number")
        loop.n = count
        if message is not None:
            loop.message = message
        if loop.stopping is not None:
            raise loop.stopped()

    def set(self, progress: float, message: object = None) -> None:
        """Set the count to *progress*; raises `LoopStopped` if the bar was asked to stop."""
        if number(progress) is None:
            raise ArgumentError(f"set({progress!r}): the progress must be a finite number")
        loop = self._loop
        loop.n = progress
        if message is not None:
            loop.message = message
        if loop.stopping is not None:
            raise loop.stopped()

    @contextmanager
    def stage(self, label: str, start: float, end: float) -> Iterator[Self]:
        """Let the loops inside the block move the bar from *start* to *end*, in its unit."""
        loop = self._loop
        if number(start) is None or number(end) is None or not start <= end:
            raise ArgumentError(f"stage({label!r}, {start!r}, {end!r}): give two numbers, the smaller first")
        stage = Stage(line_of(label), start, end)
        stage.stopping = loop.stopping
        outer, loop.stage = loop.stage, stage
        loop.n = max(number(loop.n) or 0.0, start)
        try:
            yield self
            loop.n = max(number(loop.n) or 0.0, end)
        except BaseException:
            loop.n = (number(loop.n) or 0.0) + loop.stage.share(number(loop.n) or 0.0)
            raise
        finally:
            loop.stage = outer

    @property
    def progress(self) -> float:
        """What was counted so far."""
        return self._loop.progress()

    @property
    def total(self) -> object:
        """How much there is to do; None while that is not known."""
        return self._loop.total

    @total.setter
    def total(self, total: object) -> None:
        self._loop.total = total

    @property
    def message(self) -> object:
        """What is being done, in one line."""
        return self._loop.message

    @message.setter
    def message(self, message: object) -> None:
        self._loop.message = message

    @property
    def label(self) -> str:
        """What it is called."""
        return self._loop.label

    @label.setter
    def label(self, label: object) -> None:
        self._loop.label = line_of(label)

    @property
    def status(self) -> Status:
        """`running`, or how it ended."""
        return self._loop.status

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop; the next `update` or `set` then raises `LoopStopped`."""
        return self._loop.stopping is not None

    def close(self, status: Status = "done") -> None:
        """End it; only the first end counts."""
        self._loop.end(status)

    def stop(self) -> None:
        """Ask it to stop; from any thread."""
        self._loop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, trace
        self.close("done" if error is None else endings.of(error))

    def __del__(self) -> None:
        loop = self._loop
        if loop.running:
            self.close("done" if loop.finished_by_count() else "abandoned")

    def __repr__(self) -> str:
        return f"<Bar {self._loop.label!r} {self._loop.progress():g}/{self._loop.total} {self._loop.status}>"
