"""The progress bars that `track` is measured against: those that are installed (`pip install -e '.[bench]'`).

Each wraps an iterable the way its documentation does, with its default settings.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from ..rounds import out

Wrap = Callable[[Any], Any]
NOT_INSTALLED = "not installed"


def bare(source: Any) -> Any:
    """Return *source*: no bar at all."""
    return source


class NullTerminal(io.TextIOWrapper):
    """A terminal that shows nothing: bars are drawn in full, and thrown away."""

    def __init__(self) -> None:
        super().__init__(open(os.devnull, "wb"), encoding="utf-8")  # noqa: PTH123, SIM115 - the wrapper's, as long as the process lives

    def isatty(self) -> bool:
        """Return what makes every contender draw."""
        return True


@cache
def null() -> NullTerminal:
    """Return the one that is never closed: progressbar2 keeps the stderr that it has met first."""
    return NullTerminal()


@contextmanager
def terminal() -> Iterator[None]:
    """Let everybody draw on `null`, `track` with a runtime of its own."""
    from mcp_notebook.runtime import shutdown

    shutdown()
    with redirect_stderr(null()):
        try:
            yield
        finally:
            shutdown()


@dataclass(frozen=True)
class Peer:
    """A bar: its name, the packages it *needs*, and what makes its wrapper."""

    name: str
    needs: tuple[str, ...]
    make: Callable[[], Wrap]


def ready(peers: Iterable[Peer]) -> tuple[dict[str, Wrap], dict[str, str]]:
    """Return the wrappers of those that are there, and why the others are not."""
    wraps: dict[str, Wrap] = {}
    absent: dict[str, str] = {}
    for peer in peers:
        if not all(find_spec(name) for name in peer.needs):
            absent[peer.name] = NOT_INSTALLED
            continue
        try:
            wraps[peer.name] = peer.make()
        except Exception as error:
            absent[peer.name] = out(error)
    return wraps, absent


# on a terminal that shows nothing


def _progressbar2() -> Wrap:
    import progressbar

    return lambda source: progressbar.progressbar(source, fd=null())


def _tqdm() -> Wrap:
    from tqdm import tqdm

    return lambda source: tqdm(source, file=null())


def _tqdm_asyncio() -> Wrap:
    from tqdm.asyncio import tqdm

    return lambda source: tqdm(source, file=null())


def _rich() -> Wrap:
    from rich.console import Console
    from rich.progress import track

    console = Console(file=null())
    return lambda source: track(source, console=console)


NATIVE = (Peer("progressbar2[fast]", ("progressbar", "speedups"), _progressbar2),)
"""counts in C"""
PYTHON = (Peer("tqdm", ("tqdm",), _tqdm), Peer("rich", ("rich",), _rich))
"""count in Python"""
ASYNC = (Peer("tqdm.asyncio", ("tqdm",), _tqdm_asyncio),)


# in a kernel


def _switched_off(module: str) -> Wrap:
    from importlib import import_module

    tqdm = import_module(module).tqdm
    return lambda source: tqdm(source, disable=True)


def _named(module: str, name: str) -> Wrap:
    from importlib import import_module

    return getattr(import_module(module), name)


def _enlighten() -> Wrap:
    import enlighten

    manager = enlighten.get_manager()
    return lambda source: manager.counter(total=len(source))(source)


SWITCHED_OFF = (
    Peer("tqdm.notebook(disable=True)", ("tqdm",), lambda: _switched_off("tqdm.notebook")),
    Peer("tqdm(disable=True)", ("tqdm",), lambda: _switched_off("tqdm")),
)
"""show nothing, because they were told so"""
TQDM_NOTEBOOK = Peer("tqdm.notebook", ("tqdm",), lambda: _named("tqdm.notebook", "tqdm"))
IN_NOTEBOOK = (
    TQDM_NOTEBOOK,
    Peer("progressbar2", ("progressbar",), lambda: _named("progressbar", "progressbar")),
    Peer("enlighten", ("enlighten",), _enlighten),
    Peer("fastprogress", ("fastprogress",), lambda: _named("fastprogress", "progress_bar")),
    Peer("rich", ("rich",), lambda: _named("rich.progress", "track")),
    Peer("alive-progress", ("alive_progress",), lambda: _named("alive_progress", "alive_it")),
)
"""as a cell uses them: each shows every loop at once"""
