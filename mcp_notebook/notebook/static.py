"""The live view where no front end listens (nbclient, papermill): a static output, redrawn rarely."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

from .receipts import Receipt
from .rows import View


class StaticCanvas:
    """Draws one panel of one cell as a display that is updated in place."""

    def __init__(self, handle: Any = None) -> None:
        self._handle = handle

    def show(self, view: View, cancel_all: Callable[[], None]) -> bool:
        """Draw *view* as it stands."""
        del cancel_all
        self.settle(view)
        return False

    def settle(self, view: View) -> None:
        """Draw *view* for good."""
        from IPython.display import display

        if self._handle is None:
            self._handle = display(Receipt(view), display_id=True)
        else:
            # nbclient hears only the cell that runs: outside its own context an update belongs to that one.
            contextvars.Context().run(self._handle.update, Receipt(view))
