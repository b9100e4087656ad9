"""A loop that is counted by hand: `with track(total=100, label="import") as bar`."""

from __future__ import annotations

import weakref
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


class Bar:
    """Progress that is told, not counted. Use it as a context manager, or close it."""

    __slots__ = ("__weakref__", "_good", "_loop", "_n", "_odd")

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._n: float = 0  # here, because `update` is called for every item
        self._good: float = 0
        self._odd: str | None = None
        """what the next `update` has to say; empty: that it is to stop"""
        loop.twin = _Told(self)
        if loop.stopping is not None:
            self._odd = ""

    def update(self, n: float = 1, message: object = None) -> None:
        """Add *n*; raises `LoopStopped` if the bar was asked to stop.

        A count that is no finite number any more is seen when it is shown:
        it goes back to what it was, and the next update raises `ArgumentError`.
        """
        try:
            self._n += n
        except TypeError:
            raise ArgumentError(f"update({n!r}): what is added must be a number") from None
        if message is not None or self._odd is not None:
            self._say(message)

    def set(self, progress: float, message: object = None) -> None:
        """Set the count to *progress*; raises `LoopStopped` if the bar was asked to stop."""
        if number(progress) is None:
            raise ArgumentError(f"set({progress!r}): the progress must be a finite number")
        self._n = progress
        self._say(message)

    def _say(self, message: object) -> None:
        if message is not None:
            self._loop.message = message
        odd, self._odd = self._odd, None
        if self._loop.stopping is not None:
            raise self._loop.stopped()
        if odd:
            raise ArgumentError(odd)

    def _count(self) -> float:
        """Return the count, as a number."""
        count = self._n
        if number(count) is None:
            self._n = self._good
            self._odd = f"an update made the count {line_of(count, 40)}: it was not counted"
        else:
            self._good = count
        return self._good

    @contextmanager
    def stage(self, label: str, start: float, end: float) -> Iterator[Self]:
        """Let the loops inside the block move the bar from *start* to *end*, in its unit."""
        loop = self._loop
        if number(start) is None or number(end) is None or not start <= end:
            raise ArgumentError(f"stage({label!r}, {start!r}, {end!r}): give two numbers, the smaller first")
        stage = Stage(line_of(label), start, end)
        stage.stopping = loop.stopping
        outer, loop.stage = loop.stage, stage
        self._n = max(self._count(), start)
        try:
            yield self
            self._n = max(self._count(), end)
        except BaseException:
            self._n = self._count() + stage.share(self._count())
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
        self._loop.n = self._count()
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
        if self._loop.running:
            self._loop.n = self._count()
            self.close("done" if self._loop.finished_by_count() else "abandoned")

    def __repr__(self) -> str:
        return f"<Bar {self._loop.label!r} {self._loop.progress():g}/{self._loop.total} {self._loop.status}>"


class _Told:
    """The loop's way to its bar, which it does not keep alive."""

    __slots__ = ("_bar",)

    def __init__(self, bar: Bar) -> None:
        self._bar = weakref.ref(bar)

    def look(self) -> None:
        """Tell the loop the count."""
        if (bar := self._bar()) is not None:
            bar._loop.n = bar._count()  # noqa: SLF001 - a part of the bar

    def stop(self) -> None:
        """Let the next update raise."""
        if (bar := self._bar()) is not None:
            bar._odd = ""  # noqa: SLF001
