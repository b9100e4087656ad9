"""A table in a terminal and in a notebook."""

from mcp_notebook.results import Table
from mcp_notebook.results.table import WIDTH

from .result_making import Page, html, plain

TOOLS = Table(
    ("tool", "about"), (("add", "Add two numbers"), ("process", "x" * 300)), caption="demo · 2 tools"
)


def test_columns_are_aligned():
    """Cells stand under their heads."""
    table = Table(("a", "n"), (("long", "1"), ("b", "12")), right=frozenset({1}))

    assert plain(table) == "a      n\n────  ──\nlong   1\nb     12"


def test_the_last_column_gives_way_to_the_width_of_a_terminal():
    """And ends in an ellipsis."""
    lines = plain(TOOLS).splitlines()

    assert lines[0] == "demo · 2 tools"
    assert max(map(len, lines)) == WIDTH
    assert lines[-1].endswith("x…")


def test_a_cell_is_one_line():
    """A description with line breaks doesn't break the table."""
    table = Table(("a", "b"), (("x\ny\x1b[31m", "z"),))

    assert plain(table).splitlines()[-1] == "x y  z"
    assert "x y" in Page(html(table)).words


def test_a_table_without_rows_says_so():
    """In the words of whoever made it."""
    table = Table(("a",), (), caption="jobs", empty="no calls in flight")

    assert plain(table) == "jobs\nno calls in flight"
    assert "table" not in Page(html(table)).tags


def test_a_short_row_ends_in_empty_cells_and_a_long_one_is_cut():
    """The table stays a rectangle."""
    page = Page(html(Table(("a", "b"), (("1",), ("1", "2", "3")))))

    assert page.tags.count("td") == 4
    assert plain(Table(("a", "b"), (("1",),))).splitlines()[-1] == "1"


def test_code_columns_are_set_in_code():
    """Names and signatures are code, descriptions are not."""
    page = Page(html(Table(("a", "b"), (("x", "y"), ("", "z")), code=frozenset({0}))))

    assert page.tags.count("code") == 1


def test_the_html_keeps_its_facts_without_styles():
    """GitHub drops every style."""
    page = Page(html(TOOLS))

    assert page.words.startswith("demo · 2 toolstoolabout")
    assert page.tags.count("th") == 2


def test_a_page_has_room_for_what_a_terminal_cuts():
    """A tool's whole signature can be read in the notebook."""
    signature = ", ".join(f"argument_{n}: integer (1 to {n}00)" for n in range(1, 16))
    shown = Table(("tool", "arguments", "description"), (("work", signature, "Works."),), code=frozenset({1}))

    assert signature in shown._repr_mimebundle_()["text/html"]
    assert max(map(len, repr(shown).splitlines())) <= 100
