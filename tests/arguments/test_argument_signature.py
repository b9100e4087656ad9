"""A schema as one line, and as parameters for completion and forms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_notebook.arguments import Parameter, check, from_words, parameters, row, signature
from mcp_notebook.errors import ArgumentError

SCHEMA = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "string"}},
        "delay": {"type": "number", "minimum": 0, "maximum": 10, "default": 0.1},
        "mode": {"enum": ["fast", "safe"], "default": "fast", "description": "how\nto  run"},
        "note": {"type": "string"},
    },
    "required": ["items"],
}


def test_a_schema_reads_as_a_signature():
    """DESIGN 1.2: argument signatures in tables and messages."""
    assert signature(SCHEMA) == (
        'items: array[string], delay: number (0 to 10) = 0.1, mode: "fast" | "safe" = "fast", note?: string'
    )


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, "p: any"),
        (True, "p: any"),
        ({"type": "integer", "minimum": 1}, "p: integer (at least 1)"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "p: number (at most 1, above 0)"),
        ({"type": "string", "format": "date"}, "p: string (date)"),
        ({"type": "string", "minLength": 1, "maxLength": 5}, "p: string (1 to 5 characters)"),
        (
            {"type": "array", "minItems": 1, "items": {"type": "integer"}},
            "p: array[integer] (at least 1 items)",
        ),
        ({"prefixItems": [{"type": "integer"}, {"type": "string"}]}, "p: array[integer, string]"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}, "p: integer | null = null"),
        ({"type": ["integer", "string"]}, "p: integer | string"),
        ({"const": "k"}, 'p: "k"'),
        ({"$ref": "#/$defs/Point"}, "p: {x: number, y?: number}"),
        (
            {"allOf": [{"$ref": "#/$defs/Point"}], "default": {"x": 1}},
            'p: {x: number, y?: number} = {"x": 1}',
        ),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "p: object[integer]"),
        ({"type": "object"}, "p: object"),
        ({"enum": list(range(20))}, "p: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | …"),
    ],
)
def test_a_row_shows_type_bounds_and_default(schema, text):
    """One parameter on one line, references resolved."""
    point = {"properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x"]}
    assert row("p", schema, {"$defs": {"Point": point}}, required=True) == text


def test_server_text_is_made_safe():
    """No newline, escape sequence or megabyte passes."""
    nasty = "\x1b[31mred\x1b[0m\n" + "x" * 10_000
    schema = {"properties": {nasty: {"enum": [nasty], "default": nasty}}, "required": [nasty]}
    text = signature(schema)
    assert "\x1b" not in text
    assert "\n" not in text
    assert len(text) <= 1_000


def test_parameters_carry_what_completion_and_forms_need():
    """Names, what is required, choices, and the description on one line."""
    found = parameters(SCHEMA | {"required": ["items", "extra"]})
    assert list(found) == ["items", "delay", "mode", "note", "extra"]
    assert found["mode"] == Parameter(
        "mode", False, SCHEMA["properties"]["mode"], ("fast", "safe"), "how to run"
    )
    assert [p.required for p in found.values()] == [True, False, False, False, True]


def test_choices_are_what_may_be_written():
    """Booleans, enums, constants and their unions; a text that cannot be shown is not offered."""
    schema = {
        "properties": {
            "flag": {"type": "boolean"},
            "some": {"anyOf": [{"$ref": "#/$defs/E"}, {"const": None}, {"type": "integer"}]},
        },
        "$defs": {"E": {"enum": ["a", 2, "b\n"]}},
    }
    assert [p.choices for p in parameters(schema).values()] == [("true", "false"), ("a", "2", "null")]


recursive = {
    "properties": {"x": {"$ref": "#/$defs/T"}, "y": {"$ref": "#"}, "z": {"$ref": "#/properties/z"}},
    "$defs": {
        "T": {
            "anyOf": [{"$ref": "#/$defs/T"}] * 8 + [{"properties": {c: {"$ref": "#/$defs/T"} for c in "ab"}}]
        }
    },
}
looped = {"allOf": [{"$ref": "#"}, {"$ref": "#"}], "anyOf": [{"$ref": "#"}] * 9, "properties": {"x": {}}}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("schema", [recursive, looped, {"$ref": "#"}])
def test_a_schema_that_holds_itself_is_still_shown(schema):
    """Every walk has a budget of steps."""
    assert len(signature(schema)) <= 1_000
    parameters(schema)
    assert row("x", schema, schema, required=False).startswith("x?: ")


keywords = st.sampled_from(
    [
        "type",
        "properties",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "enum",
        "const",
        "required",
        "x",
        "default",
        "additionalProperties",
        "prefixItems",
        "minimum",
        "pattern",
        "$defs",
        "$schema",
        "description",
        "then",
    ]
)
scraps = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["string", "integer", "array", "#", "#/$defs/x", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keywords, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None)
@given(scraps, scraps)
def test_no_schema_raises_anything_but_argument_errors(schema, value):
    """Property: schemas are data from a stranger."""
    signature(schema)
    parameters(schema)
    row("x", value, schema, required=True)
    for words in (["x=5"], ["x.x=a,b"], ["x=[1]"]):
        try:
            check(from_words(words, schema, lambda source: source) | {"type": value}, schema, "demo")
        except ArgumentError:
            pass
