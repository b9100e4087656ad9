"""The words that bars, receipts and clients show."""

from __future__ import annotations

import pytest

from mcp_notebook.progress import Progress, words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0012, "1 ms"), (0.4, "400 ms"), (2.24, "2.2 s"), (42, "42 s"), (72, "1 min 12 s"), (60, "1 min")]
    + [(3_600, "1 h"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h"), (9.99, "10.0 s")],
)
def test_durations_read_like_a_person_says_them(seconds, said):
    """Two units at the most."""
    assert words.duration(seconds) == said


def test_a_running_line_says_count_percent_rate_and_time_left():
    """The contract's example, word for word."""
    state = Progress(620, 2000, "b.txt", rate=889.4, eta=1.55, updates=620, elapsed=0.7)

    assert words.line("process_items", state) == "process_items  620/2000 · 31 % · 889/s · 1.6 s left · b.txt"


def test_a_receipt_says_count_time_rate_and_status():
    """The contract's example, word for word."""
    state = Progress(2000, 2000, status="done", elapsed=2.25, updates=2000)

    assert words.line("process_items", state) == "process_items  2000/2000 in 2.2 s · 889/s · done"


def test_no_percentage_without_a_total():
    """An indeterminate count is only a count."""
    state = Progress(12, None, updates=12, rate=3.0, elapsed=4)

    assert words.live(state) == "12 · 3/s"


def test_a_percentage_scale_is_said_as_a_percentage():
    """0 to 100, and 0 to 1, count nothing."""
    assert words.live(Progress(31, 100, updates=3, rate=10, eta=7.0)) == "31 % · 7.0 s left"
    assert words.live(Progress(0.5, 1, updates=3, rate=10, eta=7.0)) == "50 % · 7.0 s left"


def test_a_hundred_percent_is_said_only_when_it_is_reached():
    """1999 of 2000 is 99 %."""
    assert "99 %" in words.live(Progress(1999, 2000, updates=1))
    assert "100 %" in words.live(Progress(2000, 2000, updates=1))
    assert "150 %" in words.live(Progress(30, 20, updates=1))


def test_a_stalled_line_says_how_long_it_was_silent():
    """Instead of a rate that is no longer true."""
    assert (
        words.live(Progress(3, 10, updates=3, gap=0.1, silent=12, rate=5)) == "3/10 · 30 % · silent for 12 s"
    )


def test_a_call_without_progress_says_how_long_it_took():
    """Nothing is invented."""
    assert words.line("add", Progress(status="done", elapsed=0.002)) == "add  in 2 ms · done"


def test_an_incomplete_end_says_where_it_stood_and_why():
    """Cancelled, failed, timed out: the true position stays."""
    state = Progress(620, 2000, status="cancelled", elapsed=0.7, updates=620)

    assert words.receipt(state) == "620/2000 in 700 ms · 31 % · 886/s · cancelled"
    assert words.receipt(Progress(status="failed", elapsed=2), "disk full") == "in 2.0 s · failed: disk full"


def test_a_line_is_never_longer_than_two_hundred_characters():
    """A client shows it on one line."""
    state = Progress(1, 2, "x" * 500, updates=1)

    assert len(words.line("label", state)) == 200


@pytest.mark.parametrize(
    ("rate", "said"), [(None, ""), (0, ""), (2, "2/s"), (0.5, "30/min"), (0.001, "3.6/h")]
)
def test_slow_rates_have_a_slower_unit(rate, said):
    """0.5/s is hard to picture."""
    assert words.per_second(rate) == said
