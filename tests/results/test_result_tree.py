"""JSON as a tree that stays small."""

from mcp_notebook.results.records import ROWS
from mcp_notebook.results.tree import CHILDREN, DEPTH, NODES, tree
from mcp_notebook.text import BLOCK_LIMIT

from .result_making import Page


def shown(value):
    return Page(tree(value))


def test_what_is_short_and_flat_stands_on_one_line():
    """Three numbers are read, not unfolded."""
    page = shown({"point": {"x": 1, "y": 2}, "tags": ["a"], "none": None, "yes": True, "empty": {}})

    assert page.words == 'point: {"x": 1, "y": 2}tags: ["a"]none: nullyes: trueempty: {}'
    assert "details" not in page.tags


def test_what_is_deeper_folds_and_says_how_much_it_holds():
    """A closed node still informs."""
    assert "a: 2 fields" in shown({"a": {"b": {"c": {}}, "d": [[1]]}}).words


def test_a_small_first_level_is_open_and_the_deeper_ones_are_closed():
    """The shape shows at a glance."""
    page = shown({"a": {"b": {"c": {"d": [[1]]}}}})

    assert page.values("details", "open") == ["open"]
    assert page.tags.count("details") == 4


def test_a_long_list_is_cut_and_counted():
    """Width is bounded."""
    page = shown([[i, [i]] for i in range(1_284)])

    assert f"… {1_284 - CHILDREN:,} more items" in page.words


def test_a_deep_value_is_cut_and_says_where_it_is():
    """Depth is bounded, and a value deeper than Python's stack is no trouble."""
    value = []
    for _ in range(100_000):
        value = [value]

    page = shown(value)

    assert page.tags.count("details") < DEPTH
    assert "1 item, not shown: result.data" in page.words


def test_a_bushy_value_is_cut_at_its_number_of_lines():
    """The whole is bounded, not each part alone."""
    page = shown({str(i): {str(j): {"x": [[i]]} for j in range(40)} for i in range(40)})

    assert page.tags.count("li") <= NODES + 2 * CHILDREN
    assert "more fields" in page.words


def test_long_strings_share_one_limit():
    """Fifty texts of a megabyte are not fifty megabytes."""
    assert len(tree(["x" * 1_000_000] * 60)) < 2 * BLOCK_LIMIT


def test_text_of_several_lines_keeps_them():
    """A log inside a structured value is read as a log."""
    page = shown({"log": "one\ntwo"})

    assert page.tags.count("pre") == 1
    assert "one\ntwo" in page.words


def test_a_list_of_flat_objects_is_a_table():
    """Columns in the order of their appearance, missing cells empty, null said."""
    page = shown([{"a": 1, "b": "x"}, {"a": 2.5, "c": None}])

    assert page.words == "abc1x2.5null"
    assert page.tags.count("td") == 6


def test_a_long_table_is_cut_and_counted():
    """Rows are bounded."""
    page = shown([{"a": i} for i in range(ROWS + 1_000)])

    assert page.tags.count("tr") == ROWS + 1
    assert "… 1,000 more rows" in page.words


def test_objects_that_hold_more_than_scalars_are_no_table():
    """Nor are empty ones, or very wide ones."""
    for value in ([{"a": [1]}, {"a": 2}], [{}, {}], [dict.fromkeys(range(30), 0)] * 3, [{"a": 1}, 2]):
        assert "table" not in shown(value).tags


def test_numbers_that_python_will_not_write_do_no_harm():
    """Python refuses to print an integer of more than 4,300 digits."""
    assert "too large to write" in shown({"n": 10**5_000}).words
    assert "NaN" in shown([float("nan")]).words
