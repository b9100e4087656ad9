"""A server's tools: tables, names, signatures, docstrings, help, and what is said of wrong arguments."""

from __future__ import annotations

import inspect
import pydoc

import pytest

from mcp_notebook.arguments import check, parameters, row, signature
from mcp_notebook.client.tools import Tool, Tools
from mcp_notebook.errors import ArgumentError, UnknownToolError

from .corpus import ALL, SENT
from .making import declaration, schema
from .sinks import assert_bundle, assert_text

EVERY = pytest.mark.parametrize("evil", SENT.values(), ids=SENT)
SOME = ("closing", "colour", "8-bit", "lines", "override", "stack", "tags", "word")


def tools(evil):
    """Return the tools of a server: one named *evil*, one whose name can be typed."""
    return Tools({evil: declaration(evil), "plain": declaration(evil, "plain")}, None, "server")


@EVERY
def test_the_table_of_tools_is_text(evil):
    """`demo.tools` and `%mcp_tools`: name, arguments, description."""
    assert_bundle(tools(evil))
    assert_bundle(tools(evil).table("pwned"))
    assert_text(repr(tools(evil)), 12_000, line=True)
    assert all(assert_text(repr(tool), 1_200, line=True) is None for tool in tools(evil))


@EVERY
def test_a_tools_docstring_and_signature_are_text(evil):
    """`demo.tools.x?` and `help(demo.tools.x)` show them."""
    for tool in tools(evil):
        assert_text(tool.__doc__, 60_000)
        assert_text(tool.description, 20_000)
        assert_text(tool.__name__, 80, line=True)
        assert_text(str(inspect.signature(tool)), 12_000, line=True)
        assert_text(pydoc.plain(pydoc.render_doc(tool)), 100_000)


@EVERY
def test_a_schema_on_one_line_is_text(evil):
    """Names, enums, constants, defaults, patterns, formats."""
    hostile = schema(evil)
    assert_text(signature(hostile), 1_000, line=True)
    for name, parameter in parameters(hostile).items():
        assert_text(row(name, parameter.schema, hostile, required=True), 300, line=True)
        assert_text(parameter.description, 500, line=True)
        assert all(assert_text(choice, 100, line=True) is None for choice in parameter.choices)


@pytest.mark.parametrize("evil", SOME, ids=SOME)
@pytest.mark.parametrize(
    "arguments", [{}, {"number": "x"}, {"number": 1, "nope": 1}, {"number": 99}, {"number": 1, "choice": "x"}]
)
def test_a_refused_argument_is_told_in_text(evil, arguments):
    """Missing, of the wrong type, unknown, out of bounds, not among the choices."""
    evil = SENT[evil]
    readable = schema(evil)
    for name in ("words", "referred"):  # a pattern or reference that is none: such a schema is not judged
        del readable["properties"][name]

    with pytest.raises(ArgumentError) as refused:
        check(arguments, readable, evil)

    assert_text(str(refused.value), 8_000, line=True)


@pytest.mark.parametrize("evil", ALL.values(), ids=ALL)
def test_an_unknown_tool_is_told_in_text(evil):
    """What was asked for, and what there is."""
    some = tools(evil if evil in SENT.values() else "x")
    for asked in ("pwnd", evil + "x"):
        with pytest.raises(UnknownToolError) as unknown:
            some[asked]
        assert_text(str(unknown.value), 4_000, line=True)
        with pytest.raises(AttributeError) as missing:
            some.pwnd
        assert_text(str(missing.value), 4_000, line=True)


@EVERY
def test_the_names_that_tab_offers_in_python_are_names(evil):
    """`demo.tools.<Tab>`: identifiers of a bounded length."""
    offered = [name for name in dir(tools(evil)) if name not in dir(Tools)]

    assert all(name.isidentifier() and len(name) <= 81 for name in offered if "pwned" in name), offered
    assert all(assert_text(name, 81, line=True) is None for name in offered)


def test_a_tool_of_very_many_parameters_has_a_bounded_signature():
    """So has its docstring."""
    many = {
        "type": "object",
        "properties": {f"p{n}": {"default": "x" * 9_000, "description": "d" * 900} for n in range(5_000)},
    }
    tool = Tool(declaration("x", "x").model_copy(update={"input_schema": many}), None, "server")

    assert len(str(inspect.signature(tool))) < 12_000
    assert len(tool.__doc__) < 60_000
    assert len(repr(tool)) < 1_200


@pytest.mark.parametrize(
    "value",
    [10**5_000, "\u202e" * 60, "x" * 90, [[[[]]]] * 60, None, 1, "\u3164"],
    ids=["digits", "controls", "long", "nested", "none", "one", "filler"],
)
def test_a_default_in_a_signature_is_short_and_text(value):
    """A default may be of any size and shape."""
    declared = declaration("x", "x").model_copy(
        update={"input_schema": {"type": "object", "properties": {"a": {"default": value}}}}
    )

    assert_text(str(inspect.signature(Tool(declared, None, "server"))), 200, line=True)
