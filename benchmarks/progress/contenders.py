"""Who says how much time is left: the bars' estimator, a real tqdm bar, a real task of rich; each by a clock of the replay."""

from __future__ import annotations

from typing import Any


class Clock:
    """A clock that the replay moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return 1_000.0 + self.now


class Contender:
    """Who says how much time is left."""

    def tell(self, progress: float, total: float) -> None:
        """Take a notification, now."""

    def look(self) -> None:
        """Do what happens ten times a second."""

    def left(self) -> float | None:
        """Return the seconds left, as they would be shown now."""

    def span(self) -> tuple[float, float] | None:
        """Return the range that would be shown now, where there is one."""


class Ours(Contender):
    """The estimator of the bars, as the tracker uses it."""

    def __init__(self, clock: Clock, total: float) -> None:
        from mcp_notebook.progress.estimate import Estimator

        self._clock, self._total, self._estimator = clock, total, Estimator()
        self._estimator.note(clock(), 0.0)

    def tell(self, progress: float, total: float) -> None:
        self._total = total
        self._estimator.note(self._clock(), progress)

    def left(self) -> float | None:
        return self._estimator.eta(self._clock(), self._total)

    def span(self) -> tuple[float, float] | None:
        """Return the range that would be shown now."""
        return self._estimator.left(self._clock(), self._total)


class Nowhere:
    """A file that keeps nothing."""

    def write(self, text: str) -> None:
        """Forget *text*."""

    def flush(self) -> None:
        """Do nothing."""


class Tqdm(Contender):
    """A real `tqdm` bar, whose `_time` is the fake clock."""

    def __init__(self, clock: Clock, total: float) -> None:
        from tqdm import tqdm

        class Bar(tqdm):
            monitor_interval = 0  # its thread lives by the real clock: see `look`

        self._clock = clock
        self._bar = Bar(total=total, file=Nowhere())
        self._bar._time = clock
        self._bar.start_t = self._bar.last_print_t = clock()

    def tell(self, progress: float, total: float) -> None:
        self._bar.total = total
        self._bar.update(progress - self._bar.n)

    def look(self) -> None:
        if self._bar.miniters > 1 and self._clock() - self._bar.last_print_t >= self._bar.maxinterval:
            self._bar.miniters = 1  # what its monitor thread does

    def left(self) -> float | None:
        bar = self._bar
        meter: dict[str, Any] = {**bar.format_dict, "bar_format": "{remaining} {remaining_s}"}
        shown, seconds = bar.format_meter(**meter).rsplit(" ", 1)
        return None if shown == "?" else float(seconds)


class Rich(Contender):
    """A task of a real `rich.progress.Progress`, which takes a clock."""

    def __init__(self, clock: Clock, total: float) -> None:
        from rich.progress import Progress

        self._progress = Progress(get_time=clock, disable=True)
        self._task = self._progress.add_task("work", total=total)

    def tell(self, progress: float, total: float) -> None:
        self._progress.update(self._task, completed=progress, total=total)

    def left(self) -> float | None:
        return self._progress.tasks[0].time_remaining
