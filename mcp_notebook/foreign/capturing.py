"""`capture()`: while it lasts, the bars of tqdm and rich are loops that clients can see.

What becomes visible: bars of `tqdm` (all its modules, and classes derived from
it) and tasks of `rich.progress`, imported before the block or inside it. They
draw themselves as ever; we draw nothing for them. Nothing runs for an item.

Rules: a bar belongs to the captures of its own thread or task; where there is
none (a worker thread), to every capture that is active, since nobody can tell
whose it is. A bar that outlives the block is reported until it ends.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Self, overload

from ..tracking import Loops, LoopView, LoopViews, view
from ..tracking.loop import Loop
from .imports import Imports
from .patching import Patch

KEPT = 1_000
UNNAMED = "loop"

_lock = threading.RLock()
_active: tuple[Capture, ...] = ()
_here: ContextVar[tuple[Capture, ...]] = ContextVar("mcp_notebook_captures", default=())
_patches: list[Patch] = []


class Capture:
    """The loops that were captured: a sequence of what they are now, and a context manager."""

    def __init__(self, loops: Loops, label: str | None = None, *, plain: bool = False) -> None:
        self.loops = loops
        self.label = label or ""
        self.plain = plain
        """whether the `for` loops of a watched cell count, too"""
        self._captured: deque[Loop] = deque(maxlen=KEPT)

    def __enter__(self) -> Self:
        global _active  # noqa: PLW0603 - the patches are one for the process, too
        with _lock:
            if not _active:
                _install()
            _active = (*_active, self)
        _here.set((*_here.get(), self))
        return self

    def __exit__(self, *_: object) -> None:
        global _active
        _here.set(tuple(c for c in _here.get() if c is not self))
        with _lock:
            before, _active = _active, tuple(c for c in _active if c is not self)
            if before and not _active:
                _uninstall()

    def add(self, loop: Loop) -> None:
        """Remember *loop*."""
        self._captured.append(loop)

    def views(self) -> LoopViews:
        """Return the loops as they stand now, oldest first."""
        return LoopViews(view(one, self.loops.clock()) for one in tuple(self._captured))

    def stop(self) -> None:
        """Ask every loop that runs to end at its next step; from any thread."""
        for one in tuple(self._captured):
            if one.running:
                one.stop()

    def __iter__(self) -> Iterator[LoopView]:
        return iter(self.views())

    def __len__(self) -> int:
        return len(self._captured)

    @overload
    def __getitem__(self, index: int) -> LoopView: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[LoopView, ...]: ...

    def __getitem__(self, index: int | slice) -> LoopView | tuple[LoopView, ...]:
        return self.views()[index]

    def __repr__(self) -> str:
        return repr(self.views())

    def _repr_html_(self) -> Any:
        return self.views()._repr_html_()


def capture(loops: Loops, label: str | None = None) -> Capture:
    """Return a context manager that makes the bars of tqdm and rich visible to *loops*.

    *label* stands before the names of the outermost ones.
    """
    return Capture(loops, label)


def captures() -> tuple[Capture, ...]:
    """Return the captures that a bar of this thread or task belongs to, innermost last."""
    active = _active
    return tuple(c for c in _here.get() if c in active) or active


def begin(label: str, total: object, unit: str | None, *, by_hand: bool) -> tuple[Loop, str] | None:
    """Begin the loop of a bar, and return it with what stands before its name; None: nobody captures."""
    those = captures()
    if not those:
        return None
    loop = those[-1].loops.begin(label, total, unit, by_hand=by_hand, shown=False)
    return loop, take(those, loop)


def take(those: tuple[Capture, ...], loop: Loop) -> str:
    """Add *loop* to *those* captures; return what stands before its name."""
    for one in those:
        one.add(loop)
    prefix = those[-1].label if loop.parent is None else ""
    loop.label = named(prefix, loop.label)
    return prefix


def named(prefix: str, label: str) -> str:
    """Return the name of a loop."""
    return f"{prefix}: {label}" if prefix and label else prefix or label or UNNAMED


def _adapters() -> dict[str, Callable[[ModuleType], list[Patch]]]:
    from . import rich_bars, tqdm_bars

    return {
        "tqdm.std": tqdm_bars.patches,
        "tqdm.asyncio": tqdm_bars.async_patches,
        "rich.progress": rich_bars.patches,
    }


def _adapt(module: ModuleType) -> None:
    with _lock:
        if _active or _imports in sys.meta_path:
            _patches.extend(_adapters()[module.__name__](module))


def _install() -> None:
    _imports.watch()
    for name in _adapters():
        module = sys.modules.get(name)
        if module is not None and not getattr(module.__spec__, "_initializing", False):
            _adapt(module)


def _uninstall() -> None:
    _imports.leave()
    while _patches:
        _patches.pop().remove()


_imports = Imports(("tqdm.std", "tqdm.asyncio", "rich.progress"), _adapt)
