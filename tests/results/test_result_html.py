"""How HTML is written."""

import pytest

from mcp_notebook.results.html import Html, anchor, details, escape, host, join, root, tag
from mcp_notebook.results.words import counted, more, size


def test_what_is_not_html_is_escaped():
    """Quotes too, so that text can stand in attributes."""
    assert escape("<a & \"b\" 'c'>") == "&lt;a &amp; &quot;b&quot; &#x27;c&#x27;&gt;"
    assert escape("a\x00\u202eb") == "ab"


def test_html_stays_as_it_is():
    """Nothing is escaped twice."""
    assert tag("b", tag("i", "<")) == "<b><i>&lt;</i></b>"
    assert join(["<", tag("br")], between="&") == "&lt;&amp;<br>"


def test_html_that_was_joined_as_text_is_escaped_again():
    """A mistake shows; it never runs."""
    assert tag("p", f"{tag('b')}") == "<p>&lt;b&gt;&lt;/b&gt;</p>"
    assert not isinstance(tag("b") + "x", Html)


def test_attributes_are_escaped_and_empty_ones_left_out():
    """`class_` is `class`."""
    assert tag("a", "x", class_="c", href='"', title="") == '<a class="c" href="&quot;">x</a>'


def test_a_fold_may_be_open():
    """The attribute is there or it isn't."""
    assert 'open="open"' in details("s", "x", opened=True)
    assert "open" not in details("s", "x")


def test_an_anchor_without_a_host_is_text():
    """The address is told, not linked."""
    assert "<a " not in anchor("javascript:x", "click")
    assert "javascript:x" in anchor("javascript:x", "click")
    assert anchor("file:x", "file:x").count("file:x") == 1


@pytest.mark.parametrize(
    ("uri", "where"),
    [
        ("https://u@x.org:8/a", "x.org"),
        ("HTTP://X.org", "x.org"),
        ("https:x", ""),
        ("http://[", ""),
        ("mailto:a@b", ""),
        ("", ""),
    ],
)
def test_the_host_is_where_a_link_leads(uri, where):
    """Nothing where a link may not lead."""
    assert host(uri) == where


def test_the_root_is_not_typeset():
    """MathJax 3 and 2 skip what has these classes."""
    assert root("$x$").startswith('<div class="mathjax_ignore tex2jax_ignore"')


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (12_345, "12 kB"),
        (999_999, "1.0 MB"),
        (3_400_000, "3.4 MB"),
        (7 * 10**12, "7000 GB"),
    ],
)
def test_sizes_are_read_at_a_glance(count, words):
    """Two digits are enough."""
    assert size(count) == words


def test_counts_know_their_plural():
    """One row, two rows."""
    assert (counted(1, "row"), counted(1_234, "row"), more(1, "row"), more(2, "row")) == (
        "1 row",
        "1,234 rows",
        "… 1 more row",
        "… 2 more rows",
    )
