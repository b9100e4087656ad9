"""Tasks of `rich.progress` as loops: `track`, `Progress.track`, and those that are advanced by hand.

- Iterated over (`for x in track(xs)`): the count is exact, because rich is lent
  an iterator that counts itself in C; its own `completed` lags behind.
- By hand (`advance`, `update`, `open`, `wrap_file`): `task.completed` is read, which is exact.

A task has ended when rich calls it finished, when it is removed or stopped, and
when its `Progress` stops. To stop one, its `Task` is given a class whose
`completed` raises when it is set.

Not seen: a task that was added before the block, unless `Progress.track`
iterates over it; work that goes on with a task that has ended.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from ..progress.state import number
from . import capturing, closing, iterating
from .bar import ForeignBar, lend, scalar
from .patching import Patch, around, harmless

_tasks: weakref.WeakKeyDictionary[Any, dict[int, RichTask]] = weakref.WeakKeyDictionary()
_refusals: dict[type, type] = {}


class RichTask(ForeignBar):
    """A loop that stands for a task of a `Progress`."""

    def __init__(self, loop: Any, prefix: str, progress: Any, task: Any) -> None:
        self._progress = weakref.ref(progress)
        self._task = task
        self._described: tuple[object, str] = (None, "")
        self._shown = False
        super().__init__(loop, prefix)
        _tasks.setdefault(progress, {})[task.id] = self
        self.read()

    def read(self) -> None:
        task, loop = self._task, self.loop
        if self._described[0] != task.description:
            self._described = task.description, _plain(task.description)
        self.call_it(self._described[1])
        loop.total = scalar(task.total)
        if loop.by_hand:
            loop.n = scalar(task.completed)

    @harmless
    def look(self) -> None:
        self.read()
        loop, task = self.loop, self._task
        if not loop.by_hand or loop.twin is not self:
            return
        if task.finished_time is not None:
            loop.end("done")
            if task.start_time is not None:  # it was a moment ago
                loop.ended = loop.loops.clock() - (task.get_time() - task.start_time - task.finished_time)
        elif (progress := self._progress()) is None:
            loop.end(closing.freed(loop))
        elif self._shown and not progress.live.is_started:  # stopped after the block had ended
            loop.end(closing.by_count(loop))
        else:
            self._shown = progress.live.is_started

    def refuse(self) -> None:
        kind = type(self._task)
        if not issubclass(kind, _Refusing):
            self._task.__class__ = _refusing(kind)
        self._task.__dict__["loop"] = self.loop


class _Refusing:
    """What a task becomes when its loop is to stop."""

    @property
    def completed(self) -> Any:
        return self.__dict__["completed"]

    @completed.setter
    def completed(self, value: Any) -> None:
        self.__dict__["completed"] = value
        raise self.__dict__["loop"].stopped()


def _refusing(kind: type) -> type:
    return _refusals.setdefault(kind, type(kind.__name__, (_Refusing, kind), {}))


def patches(module: ModuleType) -> list[Patch]:
    """Patch the class that all tasks belong to."""
    kind = module.Progress
    return [
        around(kind, "add_task", _add_task),
        around(kind, "remove_task", _ending),
        around(kind, "stop_task", _ending),
        around(kind, "reset", _reset),
        around(kind, "stop", _stop),
        around(kind, "track", _track),
    ]


def _add_task(original: Callable[..., Any], progress: Any, *args: Any, **kwargs: Any) -> Any:
    task_id = original(*args, **kwargs)
    if not _for_tqdm(sys._getframe(2)):  # noqa: SLF001
        _begin(progress, task_id)
    return task_id


def _ending(original: Callable[..., Any], progress: Any, task_id: Any) -> Any:
    known = _known(progress, task_id)
    if known is not None:
        known.close(sys._getframe(2))  # noqa: SLF001
    return original(task_id)


def _reset(original: Callable[..., Any], progress: Any, task_id: Any, **kwargs: Any) -> Any:
    known = _known(progress, task_id)
    if known is None:
        return original(task_id, **kwargs)
    known.look()
    again = known.loop.by_hand and bool(known.loop.n)
    if again:
        known.close(sys._getframe(2))  # noqa: SLF001
    result = original(task_id, **kwargs)
    if again:
        _begin(progress, task_id)
    return result


def _stop(original: Callable[..., Any], progress: Any) -> Any:
    for known in tuple(_tasks.get(progress, {}).values()):
        known.close(sys._getframe(2))  # noqa: SLF001
    return original()


def _track(original: Callable[..., Any], progress: Any, sequence: Any, *args: Any, **kwargs: Any) -> Any:
    if iterating.iterable(sequence) and not iterating.tracked(sequence):
        sequence = lend(sequence, functools.partial(_iterated, progress))
    return original(sequence, *args, **kwargs)


@harmless
def _iterated(progress: Any, frame: FrameType) -> tuple[RichTask, int] | None:
    """Return the task that the library's own generator, in *frame*, iterates for."""
    task_id = frame.f_locals.get("task_id")
    known = _known(progress, task_id)
    if known is None or not known.loop.running:
        known = _begin(progress, task_id)
    if known is None:
        return None
    known.look()
    return known, int(number(known.loop.n) or 0)


@harmless
def _begin(progress: Any, task_id: Any) -> RichTask | None:
    task = next((t for t in reversed(progress.tasks) if t.id == task_id), None)
    if task is None:
        return None
    begun = capturing.begin(_plain(task.description), task.total, None, by_hand=True)
    return RichTask(*begun, progress, task) if begun is not None else None


def _known(progress: Any, task_id: Any) -> RichTask | None:
    return _tasks.get(progress, {}).get(task_id)


def _for_tqdm(frame: FrameType) -> bool:
    """Return whether *frame* is of `tqdm.rich`, whose bars are seen as tqdm's."""
    return str(frame.f_globals.get("__name__", "")).startswith("tqdm.")


def _plain(description: object) -> str:
    """Return *description* without its markup."""
    from rich.errors import MarkupError
    from rich.markup import render

    try:
        return render(str(description)).plain.strip()
    except MarkupError:
        return str(description)
