"""Labels, messages and notes of what is under way: bars, receipts, panels, lines of a terminal."""

from __future__ import annotations

import io
import re

import pytest
from ipywidgets import Widget

from mcp_notebook.magics.showing import Request
from mcp_notebook.notebook import terminal
from mcp_notebook.notebook.bars import STYLE, Bar, close
from mcp_notebook.notebook.board import Board
from mcp_notebook.notebook.receipts import Receipt
from mcp_notebook.notebook.rows import select
from mcp_notebook.progress import Tracker, words
from mcp_notebook.progress.words import line

from .corpus import ALL
from .sinks import Page, assert_bundle, assert_text

EVERY = pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
REDRAW = "\r\x1b[2K"
EMPTY = "\u200b"
"""the placeholder that ipywidgets gives to every empty text"""


def operations(evil, end=None):
    """Return two operations, one inside the other, that say *evil* in every way."""
    tracker = Tracker(iter(range(10_000)).__next__)
    outer = tracker.open(evil)
    inner = tracker.open(evil, parent=outer)
    for operation in (outer, inner):
        operation.cancel = lambda: None
        operation.report(1, 3, evil)
        if end is not None:
            operation.finish(end, evil)
    return outer, inner


@EVERY
def test_a_receipt_is_text(evil):
    """As it runs, failed, and as it is cancelled."""
    for end in (None, "failed", "cancelled"):
        assert_bundle(Receipt(select(operations(evil, end))), 6_000)
        for operation in operations(evil, end):
            assert_text(line(operation.label, operation.snapshot(), operation.note), 200, line=True)


@EVERY
def test_what_is_remembered_of_progress_is_text(evil):
    """`call.progress.message` and `call.events` print as they are."""
    for operation in operations(evil):
        assert_text(operation.snapshot().message or "", 2_000, line=True)
        assert all(assert_text(event.message or "", 2_000, line=True) is None for event in operation.events)
        assert_text(repr(operation.snapshot()), 3_000, line=True)


@EVERY
def test_every_trait_of_a_live_bar_is_text(evil):
    """What goes over the comm: the value of an HTML widget, descriptions, tooltips, styles."""
    for end in (None, "failed"):
        row = select(operations(evil)).rows[0]
        bar = Bar(row, None)
        bar.update(select(operations(evil, end)).rows[0])
        bar.finish(select(operations(evil, end)).rows[0])
        for widget in (bar.box, *bar.box.children):
            assert_widget(widget)
        close(bar.box)


@EVERY
def test_a_panel_of_many_bars_is_text(evil):
    """One model draws them all."""
    many = [operation for _ in range(20) for operation in operations(evil)]
    board = Board(select(many), lambda: None, None)
    for widget in (board.box, *board.box.children):
        assert_widget(widget)
    close(board.box)


@EVERY
@pytest.mark.parametrize("canvas", [terminal.TerminalCanvas, terminal.LineCanvas])
def test_a_terminal_hears_only_our_own_sequences(evil, canvas):
    """One line is redrawn in place; nothing else moves the cursor."""
    stream = io.StringIO()
    drawn = canvas(stream)
    running, ended = operations(evil), operations(evil, "failed")
    drawn.show(select(running), lambda: None)
    drawn.show(select([*running, *ended]), lambda: None)
    drawn.settle(select(ended))

    said = stream.getvalue()
    assert said
    assert_text(said.replace(REDRAW, ""), 4_000)
    assert "\n\n" not in said.replace(REDRAW, "")


def test_a_redrawn_line_fits_the_terminal_whatever_its_characters(monkeypatch):
    """A wide character takes two columns; a line that wraps would be drawn anew below itself."""
    monkeypatch.setenv("COLUMNS", "60")
    stream = io.StringIO()
    terminal.TerminalCanvas(stream).show(select(operations("\u6b63\u5728" * 40)), lambda: None)
    drawn = stream.getvalue().removeprefix(REDRAW)

    assert len(drawn) + len(re.findall("[\u4e00-\u9fff]", drawn)) <= 59


def test_a_right_to_left_label_leaves_the_numbers_where_they_are():
    """In a bar, in a receipt, in a line: it is isolated from them."""
    hebrew = "\u05d0\u05d1\u05d2"
    operation = operations(hebrew)[0]
    view = select([operation])

    assert f"\u2068{hebrew}\u2069  1/3" in line(hebrew, operation.snapshot())
    assert f"\u2068{hebrew}\u2069  |" in repr(Receipt(view))
    assert f"<bdi>{hebrew}</bdi></b> 1/3" in Receipt(view)._repr_mimebundle_()["text/html"]


@EVERY
def test_a_request_that_is_not_sent_is_shown_as_text(evil):
    """`--dry-run` shows names of the server and arguments of the user."""
    shown = Request({"method": "tools/call", "params": {"name": evil, "arguments": {evil: evil}}})

    plain, page = assert_bundle(shown)
    assert "pwned" in plain.replace("\u200d", "") or "pwned" not in evil
    assert page
    assert "mathjax_ignore" in shown._repr_html_()


def assert_widget(widget: Widget) -> None:
    """Check every string that a front end is sent of *widget*."""
    for name, value in widget.get_state().items():
        if name == "value" and isinstance(value, str):
            Page(value.replace(STYLE, ""), 60_000)
        elif isinstance(value, str) and value != EMPTY and not name.startswith("_"):
            assert_text(value, 400, line=True)


def test_the_words_of_a_receipt_bound_its_note():
    """An error of a page is one line beside the bar."""
    operation = operations("x", "failed")[0]

    assert len(words.receipt(operation.snapshot(), "why " * 10_000)) < 300
