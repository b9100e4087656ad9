"""The live view in a notebook: stock ipywidgets, replaced by a receipt when the work has ended.

Rules: up to `LIMIT` rows each has a bar of its own, beyond that one model
draws them all; only the background thread writes to a widget; every model is
closed at last, but late, so that a page that reloads still finds it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from .bars import STYLE, Bar, close, close_shared, layouts
from .board import Board
from .clicks import Clicks
from .questions.forms import Questions
from .receipts import Receipt
from .rows import LIMIT, View

KEPT_OPEN = 32
"""finished views whose models stay open for a page that reloads"""


class WidgetCanvas:
    """Draws one panel of one cell; every method runs in the background thread."""

    def __init__(self, clicks: Clicks | None, graveyard: Graveyard, handle: Any = None) -> None:
        self._clicks = clicks
        self._graveyard = graveyard
        self._handle = handle
        """the display that it writes to; None: a new one"""
        self._box: Any = None
        self._bars: dict[int, Bar] = {}
        self._board: Board | None = None
        self._css: Any = None
        self._questions = Questions(clicks)

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Draw *view* live; returns whether a part waits for the next draw."""
        unneeded = self._questions.update(view.asked)
        waits = False
        if self._box is None:
            self._build(view, cancel_all)
            self._display(self._box)
        elif self._board is not None:
            self._board.update(view)
        elif view.more or len(view.rows) > LIMIT:
            unneeded += self._rows()
            self._forget_bars()
            self._board = Board(view, cancel_all, self._clicks)
        else:
            unneeded += self._drop_bars(view)
            waits = self._update_bars(view)
        self._arrange(unneeded)
        return waits

    def _rows(self) -> list[Any]:
        if self._board is not None:
            return [self._board.box]
        return [self._css, *(bar.box for bar in self._bars.values())]

    def _arrange(self, unneeded: list[Any]) -> None:
        """Show the rows, and the open questions below them."""
        children = (*self._rows(), *self._questions.boxes)
        if self._box.children != children:
            self._box.children = children
        for box in unneeded:
            close(box)

    def settle(self, view: View) -> None:
        """Replace the live view by its receipt."""
        self._display(Receipt(view))
        if self._box is not None:
            for bar, row in ((self._bars.get(row.id), row) for row in view.rows):
                if bar is not None:
                    bar.finish(row)
            self._forget_bars()
            if self._board is not None:
                self._board.forget()
            self._questions.update(())
            self._graveyard.bury(self._box)
            self._box, self._board = None, None

    def _display(self, thing: Any) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(thing, display_id=True)
        else:
            self._handle.update(thing)

    def _build(self, view: View, cancel_all: Callable[[], None]) -> None:
        import ipywidgets

        if view.more or len(view.rows) > LIMIT:
            self._board = Board(view, cancel_all, self._clicks)
        else:
            self._css = ipywidgets.HTML(STYLE, layout=layouts()["hidden"])
            self._bars = {row.id: Bar(row, self._clicks) for row in view.rows}
        self._box = ipywidgets.VBox([*self._rows(), *self._questions.boxes])

    def _update_bars(self, view: View) -> bool:
        new = [row for row in view.rows if row.id not in self._bars]
        waiting = [self._bars[row.id].update(row) for row in view.rows if row.id in self._bars]
        if new:
            self._bars.update({row.id: Bar(row, self._clicks) for row in new})
            self._bars = {row.id: self._bars[row.id] for row in view.rows}
        return any(waiting)

    def _drop_bars(self, view: View) -> list[Any]:
        """Forget the bars of rows that are shown no more; returns their widgets."""
        shown = {row.id for row in view.rows}
        dropped = [self._bars.pop(number) for number in tuple(self._bars) if number not in shown]
        for bar in dropped:
            bar.forget()
        return [bar.box for bar in dropped]

    def _forget_bars(self) -> None:
        for bar in self._bars.values():
            bar.forget()
        self._bars = {}


class Graveyard:
    """Views that have ended: open for a while, so that a reloaded page finds them; then closed."""

    def __init__(self) -> None:
        self._boxes: deque[Any] = deque()

    def bury(self, box: Any) -> None:
        """Keep *box*, and close the oldest one beyond the limit."""
        self._boxes.append(box)
        while len(self._boxes) > KEPT_OPEN:
            close(self._boxes.popleft())

    def clear(self) -> None:
        """Close everything."""
        while self._boxes:
            close(self._boxes.popleft())
        close_shared()
