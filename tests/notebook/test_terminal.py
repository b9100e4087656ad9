"""The same words without widgets: one line redrawn on a terminal, a few lines in a log."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace

import pytest

from mcp_notebook.notebook.terminal import LineCanvas, TerminalCanvas
from mcp_notebook.progress import Tracker

from .views import Clock, opened, view_of

CLEAR = "\r\x1b[2K"


@pytest.fixture
def clock():
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def stream():
    """Where it is written."""
    return io.StringIO()


@pytest.fixture
def narrow(monkeypatch):
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


def show(canvas, *operations):
    """Draw the operations live."""
    return canvas.show(view_of(*operations), lambda: None)


def settle(canvas, *operations):
    """Draw the operations for good."""
    canvas.settle(view_of(*operations))


def visible(text):
    """Return the lines that a terminal shows in the end."""
    lines = [""]
    for part in text.replace("\n", "\0\n\0").split("\0"):
        if part == "\n":
            lines.append("")
        elif CLEAR in part:
            lines[-1] = part.rpartition(CLEAR)[2]
        else:
            lines[-1] += part
    return lines


def test_the_line_is_redrawn_in_place_and_replaced_by_its_receipt(clock, stream, narrow):
    """One line while it runs, one line afterwards."""
    canvas = TerminalCanvas(stream)
    operation = opened("import", (3, 10, "step 3"), clock=clock)
    show(canvas, operation)
    assert visible(stream.getvalue()) == ["import  ━━━━━━━─────────────────  3/10 · 30 % · step 3"]
    clock.now += 1
    operation.report(7, 10)
    show(canvas, operation)
    assert len(visible(stream.getvalue())) == 1
    clock.now += 1
    operation.report(10, 10)
    operation.finish("done")
    settle(canvas, operation)

    assert visible(stream.getvalue()) == ["import  10/10 in 2.0 s · 5/s · done", ""]


def test_a_line_is_never_longer_than_the_terminal(clock, stream, narrow):
    """A line that wraps cannot be redrawn in place."""
    canvas = TerminalCanvas(stream)
    show(canvas, opened("label " * 20, (3, 10, "message " * 200), clock=clock))

    assert len(visible(stream.getvalue())[0]) <= 79


def test_a_message_cannot_steer_the_terminal(clock, stream, narrow):
    """Neither escape sequences nor control characters nor newlines of a server arrive."""
    canvas = TerminalCanvas(stream)
    evil = "\x1b]0;owned\x07\x1b[2J\r\n\x9b31m\u202e"
    operation = opened(f"la{evil}bel", (3, 10, f"mes{evil}sage"), clock=clock)
    show(canvas, operation)
    clock.now += 9
    operation.finish("failed", "why")
    settle(canvas, operation)

    rest = stream.getvalue().replace(CLEAR, "")
    assert rest.count("\n") == 1
    assert not set(rest) & set("\x1b\r\x07\x9b\u202e")


def test_what_ended_before_it_was_seen_leaves_no_line(clock, stream):
    """A call of a few milliseconds is not worth a line."""
    canvas = TerminalCanvas(stream)
    settle(canvas, opened("add", clock=clock, end="done"))

    assert stream.getvalue() == ""


def test_what_was_asked_about_leaves_a_receipt_however_short_it_was(clock, stream, narrow):
    """The prompt took its line away; the person has seen it begin."""
    canvas = TerminalCanvas(stream)
    operation = opened("train", clock=clock)
    show(canvas, operation)
    canvas.show(replace(view_of(operation), asked=(SimpleNamespace(open=True, id=1),)), lambda: None)
    assert visible(stream.getvalue()) == [""]
    operation.finish("done")
    settle(canvas, operation)

    assert visible(stream.getvalue()) == ["train  in <1 ms · done", ""]


def test_a_receipt_is_left_once_however_often_it_is_drawn(clock, stream, narrow):
    """Those that ended stay above the line of those that run."""
    tracker = Tracker(clock)
    canvas = TerminalCanvas(stream)
    one, two = tracker.open("one"), tracker.open("two")
    one.report(1, 2)
    show(canvas, one, two)
    assert "(+1 running)" in visible(stream.getvalue())[0]
    clock.now += 1
    one.finish("cancelled")
    for _ in range(3):
        show(canvas, one, two)
    clock.now += 1
    two.finish("done")
    settle(canvas, one, two)
    settle(canvas, one, two)

    assert visible(stream.getvalue()) == [
        "one  1/2 in 1.0 s · 50 % · 1/s · cancelled",
        "two  in 2.0 s · done",
        "",
    ]


def test_an_unknown_total_moves_and_says_no_percentage(clock, stream, narrow):
    """The block stays within its bar for as long as it runs."""
    canvas = TerminalCanvas(stream)
    operation = opened("scan", (1,), clock=clock)
    bars = set()
    for _ in range(200):
        clock.now += 0.1
        show(canvas, operation)
        line = visible(stream.getvalue())[0]
        assert "%" not in line
        bars.add(line[len("scan  ") : len("scan  ") + 24])

    assert {len(bar) for bar in bars} == {24}
    assert {bar.count("━") for bar in bars} == {3}
    assert len(bars) > 10


def test_overshoot_fills_the_bar_and_says_so(clock, stream, narrow):
    """Over 100 % is shown as what it is."""
    show(TerminalCanvas(stream), opened("work", (15, 10), clock=clock))

    assert visible(stream.getvalue()) == ["work  " + "━" * 24 + "  15/10 · 150 %"]


def test_a_log_gets_a_line_after_a_while_then_ever_more_rarely(clock, stream):
    """At 5, 10, 20, 40 s, and at the end; never a control character."""
    canvas = LineCanvas(stream)
    operation = opened("train", (0, 1000), clock=clock)
    written_at = []
    for second in range(1, 61):
        clock.now += 1
        operation.report(second, 1000)
        before = len(stream.getvalue())
        show(canvas, operation)
        if len(stream.getvalue()) > before:
            written_at.append(second)
    operation.finish("done")
    settle(canvas, operation)
    settle(canvas, operation)

    lines = stream.getvalue().splitlines()
    assert written_at == [5, 10, 20, 40]
    assert lines[0].startswith("train  5/1000 · 0 %")
    assert lines[4:] == ["train  60/1000 in 1 min · 1/s · done"]
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def test_a_log_gets_no_line_of_what_was_short(clock, stream):
    """Half a second is the least."""
    canvas = LineCanvas(stream)
    short = opened("short", clock=clock, end="done")
    long = short._tracker.open("long")
    clock.now += 0.5
    long.finish("failed", "why")
    settle(canvas, short)
    settle(canvas, long)

    assert stream.getvalue() == "long  in 500 ms · failed: why\n"


def test_parts_are_indented(clock, stream):
    """As everywhere."""
    total = opened("total", (0, 2), clock=clock)
    part = opened("part", parent=total)
    clock.now += 6
    show(LineCanvas(stream), total, part)

    assert [line[:6] for line in stream.getvalue().splitlines()] == ["total ", "  part"]
