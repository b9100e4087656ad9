"""The progress bars that `track` is measured against: those that are installed (`pip install -e '.[bench]'`).

Each wraps an iterable the way its documentation does, with its default settings.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from functools import cache
from importlib.util import find_spec
from typing import Any

Wrap = Callable[[Any], Any]
TQDM, RICH, PROGRESSBAR2 = "tqdm", "rich", "progressbar2[fast]"


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
def _null() -> NullTerminal:
    """Return the one that is never closed: progressbar2 keeps the stderr that it has met first."""
    return NullTerminal()


@contextmanager
def terminal() -> Iterator[NullTerminal]:
    """Yield a terminal that everybody draws on, `track` with a runtime of its own."""
    from mcp_notebook.runtime import shutdown

    shutdown()
    null = _null()
    with redirect_stderr(null):
        try:
            yield null
        finally:
            shutdown()


def on_terminal(null: NullTerminal) -> dict[str, Wrap]:
    """Return the peers that count quickly, drawing on *null*."""
    peers: dict[str, Wrap] = {}
    if find_spec("speedups") and find_spec("progressbar"):
        import progressbar

        peers[PROGRESSBAR2] = lambda source: progressbar.progressbar(source, fd=null)
    if find_spec("tqdm"):
        from tqdm import tqdm

        peers[TQDM] = lambda source: tqdm(source, file=null)
    if find_spec("rich"):
        from rich.console import Console
        from rich.progress import track

        console = Console(file=null)
        peers[RICH] = lambda source: track(source, console=console)
    return peers


def switched_off() -> dict[str, Wrap]:
    """Return the peers that show nothing because they were told so."""
    if not find_spec("tqdm"):
        return {}
    from tqdm import tqdm
    from tqdm.notebook import tqdm as notebook

    return {
        "tqdm.notebook(disable=True)": lambda source: notebook(source, disable=True),
        "tqdm(disable=True)": lambda source: tqdm(source, disable=True),
    }


def in_notebook() -> dict[str, Wrap]:
    """Return the peers as a cell uses them; each shows every loop at once. In a kernel only."""
    peers: dict[str, Wrap] = {}
    if find_spec("tqdm"):
        from tqdm.notebook import tqdm

        peers["tqdm.notebook"] = tqdm
    if find_spec("progressbar"):
        import progressbar

        peers["progressbar2"] = progressbar.progressbar
    if find_spec("enlighten"):
        import enlighten

        manager = enlighten.get_manager()
        peers["enlighten"] = lambda source: manager.counter(total=len(source))(source)
    if find_spec("fastprogress"):
        import fastprogress

        peers["fastprogress"] = fastprogress.progress_bar
    if find_spec("rich"):
        from rich.progress import track

        peers[RICH] = track
    if find_spec("alive_progress"):
        import alive_progress

        peers["alive-progress"] = alive_progress.alive_it
    return peers
