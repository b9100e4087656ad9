"""The one place where a stranger's text is cleaned."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcp_notebook.text import BLOCK_LIMIT, block, cut, fitted, isolated, line_of, one_line

from .corpus import ALL, SHORT
from .sinks import assert_text

ANY = st.text(st.characters(codec=None))


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_a_line_is_text_of_one_line_whatever_is_said(evil):
    """No control, nothing that cannot be seen, and never longer than asked for."""
    for limit in (10, 200, 2_000):
        assert_text(one_line(evil, limit), limit, line=True)
        assert_text(line_of(evil, limit), limit, line=True)


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_a_block_is_text_whatever_is_said(evil):
    """Lines and tabs stay."""
    assert_text(block(evil), BLOCK_LIMIT)
    assert_text(block(evil, 100), 100)


@given(ANY, st.integers(1, 300))
@example("\x1b]\ud800", 1)
@example("\u05d0" * 9, 5)
def test_no_text_at_all_gets_through_uncleaned(text, limit):
    """Surrogates included."""
    assert_text(one_line(text, limit), limit, line=True)
    assert_text(block(text, limit), limit)


@given(ANY)
def test_cleaning_twice_changes_nothing(text):
    """What was cleaned on its way in may be cleaned again where it is shown."""
    once = one_line(text)
    assert one_line(once) == once
    assert block(block(text)) == block(text)


@pytest.mark.parametrize(("name", "evil"), SHORT.items(), ids=SHORT)
def test_what_can_be_read_is_kept(name, evil):
    """An attack is shown, not swallowed: whoever reads it sees that there was one."""
    seen = one_line(evil, 2_000)

    assert "pwned" in seen.replace("\u200d", "") or name in ("title", "bare", "controls"), ascii(seen)


def test_words_do_not_run_together_where_something_was_removed():
    """Line breaks of every kind are a space in a line and a break in a block."""
    for char in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
        assert one_line(f"a{char}b") == "a b"
        assert block(f"a{char}b") == "a\nb"


def test_languages_that_need_joiners_and_marks_keep_them():
    """Persian, Hindi, Hebrew with points, Vietnamese, a family, a heart."""
    for words in (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u05e9\u05bc\u05c1\u05b8\u05dc",
        "vie\u0302\u0323t",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f",
    ):
        assert one_line(words) == words
        assert block(words) == words


def test_a_letter_carries_a_few_marks_at_most():
    """A stack of them would be drawn over the lines above and below."""
    assert one_line("a" + "\u0301" * 100 + "b") == "a" + "\u0301" * 4 + "b"


def test_bars_and_dots_are_no_stacks():
    """Runs of signs that are not marks stay whole."""
    assert one_line("━" * 40 + "…" * 9 + "\U0001f600" * 9) == "━" * 40 + "…" * 9 + "\U0001f600" * 9


def test_what_is_cut_says_so_even_where_nothing_of_the_rest_is_shown():
    """A megabyte that begins with a screenful of nothing."""
    assert one_line("x" + "\x00" * 10_000 + "y", 20) == "x …"
    assert block("x" + "\x00" * 10_000 + "y", 20) == "x …"


def test_right_to_left_letters_are_isolated_from_what_stands_beside_them():
    """Digits after Hebrew would be drawn before it."""
    assert isolated("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069"
    assert isolated("plain") == "plain"
    assert isolated("grün 正") == "grün 正"


@given(st.text(st.sampled_from("ab \u05d0\u05d1"), max_size=30), st.integers(3, 40))
def test_a_cut_never_leaves_an_isolate_open(words, limit):
    """Else all that follows in the line would be isolated with it."""
    line = cut(f"ab {isolated(one_line(words))} cd", limit)

    assert len(line) <= limit
    assert_text(line)


@example("0正", 2)
@given(ANY, st.integers(2, 60))
def test_a_fitted_line_is_no_wider_than_the_terminal(text, columns):
    """A line that wraps cannot be redrawn in place; a wide character takes two columns."""
    wcwidth = pytest.importorskip("wcwidth")
    line = fitted(one_line(text), columns)

    assert sum(max(0, wcwidth.wcwidth(char)) for char in line) <= columns
