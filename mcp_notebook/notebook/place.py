"""Where are we: a kernel with a front end, a kernel without one, a terminal, a pipe.

One panel for each cell; outside IPython, one for the whole process.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

from .clicks import Clicks
from .live import Graveyard, WidgetCanvas
from .panels import Panel
from .static import StaticCanvas
from .terminal import LineCanvas, TerminalCanvas

LIVE_S = 0.1
HEADLESS_S = 0.5


class Place:
    """The surroundings of this process, and the panel of the running cell."""

    def __init__(self, *, alone: bool = False) -> None:
        self.shell = None if alone else _shell()
        self.kernel: Any = getattr(self.shell, "kernel", None)
        self.clicks: Clicks | None = None
        self._graveyard = Graveyard()
        self._panel: Panel | None = None
        self._here: tuple[Panel, int | None] | None = None
        if self.shell is not None:
            self.shell.events.register("pre_run_cell", self._new_cell)

    def panel(self, *, shown_at_once: bool) -> Panel:
        """Return the panel of the running cell."""
        panel = self._panel
        if panel is None:
            panel = self._panel = self._make()
            panel.cell = _cell_number(self.shell)
        panel.shown_at_once = panel.shown_at_once or shown_at_once
        return panel

    def apart(self, handle: Any = None) -> Panel:
        """Return a new panel that no cell's other work joins; it draws into the display of *handle*."""
        panel = self._make(handle)
        panel.shown_at_once = True
        return panel

    def here(self) -> tuple[Panel, int | None]:
        """Return the panel and the number of the running cell; quick, because every loop asks."""
        if self._here is None:
            self._here = self.panel(shown_at_once=False), _cell_number(self.shell)
        return self._here

    @property
    def answers(self) -> Literal["form", "prompt", "nobody"]:
        """How somebody here can answer a question."""
        if self.kernel is not None:
            return "form" if _front_end(self.kernel) else "nobody"
        return "prompt" if _is_terminal(sys.stdin) and _is_terminal(sys.stderr) else "nobody"

    def listener(self) -> Clicks:
        """Return what hears this kernel's widgets early; made when the first one is."""
        if self.clicks is None:
            self.clicks = Clicks(self.kernel)
        return self.clicks

    def poll(self) -> None:
        """Look for clicks from a blocked main thread."""
        if self.clicks is not None:
            self.clicks.poll()

    def leave(self) -> None:
        """Take back what was put into the shell and the kernel."""
        if self.shell is not None:
            self.shell.events.unregister("pre_run_cell", self._new_cell)
        if self.clicks is not None:
            self.clicks.remove()
        self._graveyard.clear()

    def _new_cell(self, *_: object) -> None:
        self._panel = self._here = None

    def _make(self, handle: Any = None) -> Panel:
        if self.kernel is None:
            stream = sys.stderr
            if stream.isatty():
                return Panel(TerminalCanvas(stream), LIVE_S)
            return Panel(LineCanvas(stream), HEADLESS_S)
        if not _front_end(self.kernel):
            return Panel(StaticCanvas(handle), HEADLESS_S)
        return Panel(WidgetCanvas(self.listener(), self._graveyard, handle), LIVE_S)


def _shell() -> Any:
    """Return the running IPython shell, or None; never imports IPython."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def _cell_number(shell: Any) -> int | None:
    """Return the number of the running cell: newer IPythons count on before it begins, its input tells."""
    inputs = getattr(getattr(shell, "history_manager", None), "input_hist_raw", ())
    return len(inputs) - 1 if len(inputs) > 1 else None


def _is_terminal(stream: Any) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _front_end(kernel: Any) -> bool:
    """Return whether somebody may be watching: nbclient and papermill allow no stdin."""
    return bool(getattr(kernel, "_allow_stdin", True))
