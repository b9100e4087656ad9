"""Where the words of a magic's line end, and what quotes hide."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_notebook.arguments import split_words, unquote
from mcp_notebook.errors import ArgumentError


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  a   b\t\nc ", ["a", "b", "c"]),
        ('items=["a", "b"] n=1', ['items=["a", "b"]', "n=1"]),
        ("k={x + 1} j=2", ["k={x + 1}", "j=2"]),
        ('k:={"a": 1, "b": [1, 2]}', ['k:={"a": 1, "b": [1, 2]}']),
        ('msg="hello world" x', ['msg="hello world"', "x"]),
        ("msg='it is' x", ["msg='it is'", "x"]),
        ("a\\ b c", ["a\\ b", "c"]),
        ('k={d["}"]} j', ['k={d["}"]}', "j"]),
        ('k=["a]b", "c\\"]"] j', ['k=["a]b", "c\\"]"]', "j"]),
        ("k={{a b}}", ["k={{a", "b}}"]),
        ('"" a', ['""', "a"]),
        ("url=http://[::1]:80/x", ["url=http://[::1]:80/x"]),
    ],
)
def test_whitespace_ends_a_word_outside_quotes_and_brackets(line, words):
    """DESIGN 1.2: quotes work as in a shell, and JSON or an expression is one word."""
    assert split_words(line) == words


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("name=don't", r"the quote ' at column 9 .* write \\' for the character"),
        ('a "b', r'the quote " at column 3'),
        ("k={x", r"the \{ at column 3 .* write \{\{ for the character"),
        ("k=[1, 2", r"the \[ at column 3"),
        ("k=[1}", r"the \[ at column 3"),
        ("k=1]", r"nothing opens the \] at column 4"),
        ("k=\\", r"backslash at column 3"),
    ],
)
def test_what_is_opened_and_never_closed_is_named_with_its_column_and_a_cure(line, part):
    """An unbalanced line is refused as a whole: guessing would send something else."""
    with pytest.raises(ArgumentError, match=part):
        split_words(line)


def test_unquote_removes_quotes_and_expands_nothing():
    """Target and option words are plain shell words."""
    assert unquote("'Authorization: $x'") == "Authorization: $x"
    assert unquote('a"b c"\\ d') == "ab c d"
    assert unquote('["a", {x}]') == "[a, {x}]"
    assert unquote('"a\\"b\\\\ \\n"') == 'a"b\\ \\n'


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_every_text_survives_quoting_splitting_and_unquoting(texts):
    """Property: what `shlex.quote` writes is one word, whatever is in it."""
    line = " ".join(shlex.quote(text) for text in texts)
    assert [unquote(word) for word in split_words(line)] == texts


@settings(deadline=None)
@given(st.text("ab =\"'\\[]{}$:,\n"))
def test_any_line_splits_or_is_an_argument_error(line):
    """Property: no other error, and no character outside whitespace is lost."""
    try:
        words = split_words(line)
    except ArgumentError:
        return
    assert "".join("".join(words).split()) == "".join(line.split())
