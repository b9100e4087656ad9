"""What tests of tracked loops share: loops without a notebook, and a clock that is moved by hand."""

from __future__ import annotations

import itertools

from mcp_notebook.progress import Tracker
from mcp_notebook.tracking import UNSET, Loops, scope, track
from mcp_notebook.tracking.loop import current


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """Loops that no runtime, panel or thread looks at; whatever ran before counts for nothing."""

    def __init__(self) -> None:
        current.set(None)
        scope.set(None)
        self.clock = Clock()
        self.tracker = Tracker(self.clock)
        self.group = "cell"
        self.cell = 7
        self.wakes = 0
        self.loops = Loops(self.tracker, here=lambda: (self.group, self.cell), wake=self._wake)
        self.ended = []
        """the loops in the order of their ends"""
        self._retire, self.loops.retire = self.loops.retire, self._note

    def _wake(self) -> None:
        self.wakes += 1

    def _note(self, loop) -> None:
        self.ended.append(loop)
        self._retire(loop)

    def track(self, source=None, label="work", *, total=UNSET, unit=None, message=None):
        """Do what `mcp_notebook.track` does."""
        return track(self.loops, source, label, total=total, unit=unit, message=message)

    def sample(self, after=0.0):
        """Move the clock by *after* seconds and look."""
        self.clock.now += after
        return self.loops.sample()

    @property
    def last(self):
        """The loop that ended last."""
        return self.ended[-1]

    @property
    def ends(self):
        """How the loops ended: label, status and count of each."""
        return [(one.label, one.status, one.progress()) for one in self.ended]


def numbers(count):
    """Return a generator."""
    yield from range(count)


class Indexed:
    """Has `__getitem__`, and nothing else."""

    def __init__(self, count) -> None:
        self.count = count

    def __getitem__(self, index):
        if index >= self.count:
            raise IndexError(index)
        return index


class Sized:
    """An iterable whose `__len__` returns what it is given; of None it raises."""

    def __init__(self, count, length) -> None:
        self.count, self.length = count, length

    def __iter__(self):
        return iter(numbers(self.count))

    def __len__(self):
        if self.length is None:
            raise ValueError("no length")
        return self.length


class Raising:
    """An iterator that gives *count* items and then raises *error*."""

    def __init__(self, count, error) -> None:
        self.left, self.error = iter(range(count)), error

    def __iter__(self):
        return self

    def __next__(self):
        for item in self.left:
            return item
        raise self.error


def taken(source, count):
    """Return the iterator of *source* after *count* items."""
    iterator = iter(source)
    for _ in itertools.islice(iterator, count):
        pass
    return iterator
