"""What tools return, in a notebook and in a terminal."""

from __future__ import annotations

import pytest

from mcp_notebook.results import Image, Table, ToolResult
from mcp_notebook.text import BLOCK_LIMIT

from .corpus import ALL, SHORT
from .making import PNG, content, holding, link, result, text
from .sinks import assert_bundle, assert_text

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_every_content_type_is_shown_as_text(evil):
    """All blocks and structured content of a failed tool at once, every field an attack."""
    shown = ToolResult(result(evil, is_error=True))

    plain, words = assert_bundle(shown, 9_000_000)
    assert len(plain) <= BLOCK_LIMIT
    assert "pwned" in words.replace("\u200d", "") or evil == SHORT["controls"]
    if "<" in evil and evil.isprintable():
        assert evil in words


@pytest.mark.parametrize("evil", SHORT.values(), ids=SHORT)
def test_every_block_alone_is_shown_as_text(evil):
    """No block relies on its neighbours to close a tag or a terminal's sequence."""
    for part in content(evil):
        assert_bundle(ToolResult(holding(part)))


@pytest.mark.parametrize("evil", SHORT.values(), ids=SHORT)
def test_every_format_is_shown_as_text(evil):
    """`-f raw` too: all that was sent, in a form that can be looked at."""
    sent = result(evil)
    for name in ("text", "json", "raw"):
        plain, _ = assert_bundle(ToolResult(sent, format=name))
        assert len(plain) <= BLOCK_LIMIT


def test_an_attack_that_swallows_what_follows_swallows_only_itself():
    """A sequence that never ends belongs to its own block: what comes after is seen."""
    shown = ToolResult(holding(text("\x1bPopen"), link("seen", "seen")))

    assert "seen" in repr(shown)
    assert "seen" in assert_bundle(shown)[1]


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_a_picture_and_its_type_are_shown_as_text(evil):
    """An image's type is a server's word."""
    for data in (PNG, evil.encode("utf-8", "replace")):
        image = Image(data, evil)
        assert_text(repr(image), 500, line=True)
        assert_bundle(image)


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_a_table_is_shown_as_text_and_bounded(evil):
    """Cells, columns, caption; more rows than anybody reads."""
    table = Table((evil, "b"), ((evil, evil),) * 3, caption=evil, code=frozenset({0}))
    plain, _ = assert_bundle(table)

    assert all(len(line) <= 210 for line in plain.splitlines())
    assert_bundle(Table(("a",), (), empty=evil))


def test_a_table_of_very_many_rows_ends_in_a_count():
    """A server may offer a million tools."""
    plain, words = assert_bundle(Table(("a", "b"), (("x", "y"),) * 100_000))

    assert "… 98,500 more rows" in plain
    assert "… 98,500 more rows" in words


def test_a_right_to_left_cell_leaves_its_neighbours_where_they_are():
    """In a terminal the columns of a table are one line."""
    plain = repr(Table(("a", "b"), (("\u05d0\u05d1\u05d2", "12 / 34"),)))

    assert plain.splitlines()[-1] == "\u2068\u05d0\u05d1\u05d2\u2069  12 / 34"
