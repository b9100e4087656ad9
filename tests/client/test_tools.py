"""Tools by name: as attributes whatever they are called, with a signature, documented in safe words."""

from __future__ import annotations

import inspect

import pytest
from mcp_types import Tool as Declaration

from mcp_notebook.client.tools import Tools
from mcp_notebook.errors import UnknownToolError
from mcp_notebook.results import ToolResult


def tools(*names, **options):
    """Return tools of these names that tell how they were called."""
    schema = options.pop("input_schema", {"type": "object"})
    declared = {name: Declaration(name=name, input_schema=schema, **options) for name in names}
    return Tools(declared, lambda name, arguments=None, **keywords: (name, arguments, keywords), "here")


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("my-tool", "my_tool"),
        ("files/read", "files_read"),
        ("a.b c", "a_b_c"),
        ("größe", "größe"),
        pytest.param("2fast", "_2fast"),
        pytest.param("_private", "_private"),
        ("class", "class"),
    ],
)
def test_a_name_that_is_no_identifier_has_an_attribute_all_the_same(name, attribute):
    """What `dir()` lists can be had."""
    here = tools(name)

    assert attribute in dir(here)
    assert getattr(here, attribute)(x=1) == (name, None, {"x": 1})
    assert here[name]({"x": 1}) == (name, {"x": 1}, {})


def test_of_two_tools_with_one_attribute_the_first_is_meant():
    """The other is had by its name."""
    here = tools("a-b", "a_b", "a.b")

    assert here.a_b.name == "a-b"
    assert here["a_b"].name == "a_b"
    assert dir(here).count("a_b") == 1


def test_a_tool_never_hides_what_tools_can_do():
    """`names` and `table` stay methods; the tools are items."""
    here = tools("names", "table")

    assert here.names() == ["names", "table"]
    assert here["names"]() == ("names", None, {})


def test_protocol_names_are_never_tools():
    """Copying, pickling and IPython's display ask for such names."""
    here = tools("add")

    for name in ("__deepcopy__", "_repr_html_", "_ipython_display_", "__wrapped__"):
        assert not hasattr(here, name)


def test_no_tools_is_a_table_that_says_so():
    """And an error that does."""
    here = tools()

    assert "has no tools" in here._repr_mimebundle_()["text/plain"]
    assert "matches 'x'" in repr(tools("add").table("x"))
    with pytest.raises(UnknownToolError, match="there are none"):
        here["add"]


def test_the_signature_has_what_can_be_a_keyword():
    """Required first or not: all are keyword only; what is no identifier goes into a mapping."""
    schema = {
        "type": "object",
        "properties": {"b": {"default": 5}, "a": {}, "my-key": {}, "class": {}, "c": {"type": "string"}},
        "required": ["a"],
    }
    signature = inspect.signature(tools("t", input_schema=schema).t)

    assert {name: p.default for name, p in signature.parameters.items()} == {
        "a": inspect.Parameter.empty,
        "b": 5,
        "c": None,
    }
    assert {p.kind for p in signature.parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert signature.return_annotation is ToolResult


@pytest.mark.parametrize("schema", [{}, {"type": "object", "properties": None}, {"properties": {"a": True}}])
def test_an_odd_schema_is_no_reason_to_fail(schema):
    """Servers send what they like."""
    here = tools("t", input_schema=schema)

    assert repr(here.t).startswith("<Tool t(")
    assert here.table()._repr_mimebundle_()["text/html"]


def test_hostile_words_are_cleaned():
    """In docstring, table and repr."""
    here = tools("evil\x1b[31m\n", description="<script>\x1b[2J\u202e\ngone")

    tool = next(iter(here))
    bundle = here._repr_mimebundle_()
    assert "\x1b" not in tool.__doc__ + repr(tool) + bundle["text/plain"] + bundle["text/html"]
    assert "<script>" not in bundle["text/html"]


def test_a_long_description_is_one_line_in_the_table_and_whole_in_the_docstring():
    """Megabytes are cut."""
    here = tools("t", description="word " * 1_000 + "\n" * 3 + "end")

    assert "end" in here.t.__doc__
    assert max(map(len, here._repr_mimebundle_()["text/plain"].splitlines())) < 400
    assert len(tools("t", description="x" * 5_000_000).t.__doc__) < 25_000
