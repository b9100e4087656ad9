"""A stranger's text, made safe to show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.text import block, cut, one_line


def test_a_line_is_one_line():
    """Newlines, tabs and unicode separators become single spaces."""
    assert one_line("a\n b\t\tc\u2028d\r\ne") == "a b c d e"


def test_terminal_sequences_are_gone():
    """Colours, cursor moves, titles, links."""
    assert one_line(
        "\x1b[31mred\x1b[0m \x1b]0;title\x07x \x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\ \x9b31m"
    ) == ("red x link 31m")


def test_bidi_controls_are_gone():
    """Text cannot show itself backwards."""
    assert one_line("\u202eevil\u2066x") == "evilx"


def test_a_block_keeps_lines_and_tabs():
    """Results keep their shape."""
    assert block("a\r\n\tb\rc\x00\x1b[2J") == "a\n\tb\nc"


def test_what_is_cut_says_so():
    """An ellipsis within the limit."""
    assert cut("abcdef", 4) == "abc…"


@given(st.text(), st.integers(1, 300))
def test_a_line_is_bounded_and_printable(text, limit):
    """Whatever comes."""
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert "\x1b" not in line
    assert line == line.strip()
