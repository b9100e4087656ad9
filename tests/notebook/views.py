"""What tests of the notebook room share: a clock that is moved by hand, and canvases that remember."""

from __future__ import annotations

from html.parser import HTMLParser

from mcp_notebook.notebook.rows import View, select
from mcp_notebook.progress import Tracker


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Canvas:
    """Remembers what it was asked to draw."""

    def __init__(self) -> None:
        self.shown: list[View] = []
        self.settled: list[View] = []
        self.waits = False

    @property
    def draws(self) -> int:
        """How often it was drawn on, either way."""
        return len(self.shown) + len(self.settled)

    def show(self, view, cancel_all):
        """Remember *view*."""
        self.shown.append(view)
        self.cancel_all = cancel_all
        return self.waits

    def settle(self, view):
        """Remember *view*."""
        self.settled.append(view)


class BrokenCanvas(Canvas):
    """Cannot draw."""

    def show(self, view, cancel_all):
        """Fail."""
        super().show(view, cancel_all)
        raise OSError("the stream is closed")

    def settle(self, view):
        """Fail."""
        super().settle(view)
        raise OSError("the stream is closed")


def view_of(*operations, **options) -> View:
    """Return the operations as they stand, as a panel would draw them."""
    return select(operations, **options)


def opened(label="work", *reports, clock=None, parent=None, end=None, note=None):
    """Return an operation of a tracker of its own, or of its parent's."""
    tracker = parent._tracker if parent is not None else Tracker(clock or Clock())
    operation = tracker.open(label, parent=parent)
    for report in reports:
        operation.report(*report)
    if end is not None:
        operation.finish(end, note)
    return operation


class Elements(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.words = ""
        self.odd: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Remember."""
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        """An end must belong to the newest beginning."""
        if not self.open or self.open.pop() != tag:
            self.odd.append(f"</{tag}>")

    def handle_data(self, data):
        """Remember."""
        self.words += data

    def handle_comment(self, data):
        """There is none of ours."""
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment
