"""A schema becomes the fields that one would draw by hand."""

import json

import pytest

from mcp_notebook.forms import Form


def field(part, **more):
    """Return the spec of a property `x` of that schema."""
    return Form({"type": "object", "properties": {"x": part}, **more}).spec["fields"][0]


@pytest.mark.parametrize(
    ("part", "drawn"),
    [
        ({"type": "string"}, {"kind": "text", "format": "", "long": False}),
        ({"type": "string", "format": "date-time"}, {"kind": "text", "format": "date-time"}),
        ({"type": "string", "format": "uuid"}, {"kind": "text", "format": ""}),
        ({"type": "string", "format": "textarea"}, {"kind": "text", "format": "", "long": True}),
        ({"type": "string", "maxLength": 201}, {"long": True, "max_length": 201}),
        ({"type": "string", "maxLength": 80}, {"long": False, "max_length": 80}),
        ({"type": "string", "contentMediaType": "text/html"}, {"long": True}),
        ({"type": "string", "format": "password"}, {"format": "password", "secret": True, "long": False}),
        ({"type": "string", "writeOnly": True}, {"format": "password", "secret": True}),
        ({"type": "string", "minLength": 2, "pattern": "^a"}, {"min_length": 2, "pattern": "^a"}),
        (
            {"type": "integer", "minimum": 1, "maximum": 16, "multipleOf": 5},
            {"kind": "integer", "minimum": "1", "maximum": "16", "step": "5"},
        ),
        (
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
            {"kind": "number", "exclusive_minimum": "0", "exclusive_maximum": "0.5"},
        ),
        ({"type": "boolean"}, {"kind": "boolean"}),
        ({"type": "null"}, {"kind": "null"}),
        ({}, {"kind": "json"}),
        (True, {"kind": "json"}),
        ({"$ref": "https://example.invalid/a.json"}, {"kind": "json"}),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 3}, {"kind": "list", "max_items": 3}),
        ({"type": "array"}, {"kind": "list"}),
        ({"type": ["string", "null"]}, {"kind": "text", "nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"kind": "integer", "nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, {"kind": "number"}),
        (
            {"anyOf": [{"type": "string", "format": "uri"}, {"type": "string"}]},
            {"kind": "text", "format": ""},
        ),
        ({"enum": ["a", None]}, {"kind": "choice", "nullable": True}),
        (
            {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1},
            {"kind": "choices", "min_items": 1},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1, "maxItems": 1},
            {"kind": "tuple"},
        ),
        ({"type": "array", "items": [{"type": "string"}], "additionalItems": False}, {"kind": "tuple"}),
        ({"type": "array", "prefixItems": [{}], "items": {}}, {"kind": "json"}),
        ({"properties": {"a": {}}}, {"kind": "object", "extra": None}),
        ({"allOf": [{"type": "integer"}, {"maximum": 5}]}, {"kind": "integer", "maximum": "5"}),
    ],
)
def test_each_idiom_is_drawn_as_the_field_it_means(part, drawn):
    """The kinds and hints of the contract, for what servers write."""
    found = field(part)
    assert found.items() >= drawn.items()


@pytest.mark.parametrize(
    ("part", "labels"),
    [
        ({"enum": ["a", 3, True]}, ["a", "3", "true"]),
        ({"enum": ["a", "b"], "enumNames": ["Ay", "Bee"]}, ["Ay", "Bee"]),
        ({"oneOf": [{"const": "r", "title": "Red"}, {"const": "g"}]}, ["Red", "g"]),
        ({"anyOf": [{"const": 1, "title": "One"}, {"enum": [2, 3]}]}, ["One", "2", "3"]),
        ({"type": "array", "items": {"anyOf": [{"const": "r", "title": "Red"}]}}, ["Red"]),
        ({"const": "only"}, ["only"]),
    ],
)
def test_listed_values_are_options_by_their_names(part, labels):
    """`enum`, `enumNames`, `const`, and constants with titles."""
    assert [option["label"] for option in field(part)["options"]] == labels


def test_alternatives_are_variants_called_by_what_tells_them_apart():
    """Title, the constant that marks one, the name of its definition, its kind."""
    part = {
        "anyOf": [
            {"title": "Circle", "type": "object", "properties": {"r": {"type": "number"}}},
            {"type": "object", "properties": {"kind": {"const": "square"}}},
            {"$ref": "#/$defs/Line"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "string", "format": "date"},
        ]
    }
    found = field(part, **{"$defs": {"Line": {"type": "object"}}})
    assert found["kind"] == "variants"
    labels = [option["label"] for option in found["options"]]
    assert labels == ["Circle", "square", "Line", "list of text", "date"]
    assert [option["field"]["kind"] for option in found["options"]] == ["object"] * 3 + ["list", "text"]


def test_alternatives_that_only_say_what_goes_together_are_left_to_the_judge():
    """`anyOf: [{required: [a]}, {required: [b]}]` is one object, not two forms."""
    part = {
        "type": "object",
        "properties": {"a": {}, "b": {}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    assert [inner["name"] for inner in field(part)["fields"]] == ["a", "b"]


def test_the_alternatives_of_a_whole_tool_are_one_form_with_all_their_names():
    """The root is an object whatever its schema; what differs may be either."""
    ways = [
        {"properties": {"kind": {"const": "a"}, "x": {"type": "string"}}},
        {"properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}},
    ]
    spec = Form({"type": "object", "oneOf": ways}).spec
    assert [(one["name"], one["kind"]) for one in spec["fields"]] == [
        ("kind", "choice"),
        ("x", "text"),
        ("y", "integer"),
    ]
    assert [option["label"] for option in spec["fields"][0]["options"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("part", "extra"),
    [
        ({"type": "object", "properties": {"a": {}}}, None),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": False}, None),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": True}, "json"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "integer"),
        ({"type": "object", "patternProperties": {"^x": {"type": "string"}}}, "text"),
        ({"type": "object"}, "json"),
    ],
)
def test_names_of_ones_own_are_offered_where_the_schema_takes_them(part, extra):
    """`additionalProperties`, and an object of which nothing is said."""
    found = field(part)["extra"]
    assert (found and found["kind"]) == extra


def test_required_and_defaults_and_unset_are_told_apart():
    """A default is the entry one begins with; a default of null for an optional value is no entry."""
    schema = {
        "properties": {
            "a": {"type": "integer", "default": 4},
            "b": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "c": {"type": "string"},
            "d": {"enum": ["x", "y"], "default": "y"},
            "e": {"const": 5},
            "w": {"$ref": "#/$defs/W", "default": {"start": 8}},
        },
        "required": ["c", "e"],
        "$defs": {"W": {"type": "object", "properties": {"start": {"type": "integer"}}}},
    }
    found = {one["name"]: (one["required"], one.get("entry")) for one in Form(schema).spec["fields"]}
    assert found == {
        "a": (False, {"text": "4"}),
        "b": (False, None),
        "c": (True, None),
        "d": (False, {"option": 1}),
        "e": (True, {"option": 0}),
        "w": (False, {"fields": {"start": {"text": "8"}}, "extra": []}),
    }


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "default": None},
        {"type": "integer", "default": "five"},
        {"type": "integer", "maximum": 10, "default": 20},
        {"enum": ["a"], "default": "b"},
        {"type": "array", "items": {"type": "integer"}, "default": ["x"]},
        {"type": "string", "default": "x" * 10_000},
    ],
)
def test_a_default_that_lies_or_floods_is_not_filled_in(part):
    """The schema itself refuses it, or nobody would read it."""
    assert "entry" not in field(part)


def test_a_prefilled_value_is_shown_even_where_its_field_cannot_hold_it():
    """What the person wrote is theirs to correct: as JSON, with the fault beside it."""
    schema = {"properties": {"n": {"type": "integer", "default": 4}, "s": {"type": "string"}}}
    form = Form(schema, prefill={"n": "five", "typo": [1], "s": "a\nb"})
    drawn = {one["name"]: one for one in form.spec["fields"]}
    assert (drawn["n"]["kind"], drawn["n"]["entry"]) == ("json", {"text": '"five"'})
    assert (drawn["typo"]["kind"], json.loads(drawn["typo"]["entry"]["text"])) == ("json", [1])
    assert drawn["s"]["long"]
    entry = {"fields": {name: one["entry"] for name, one in drawn.items()}}
    assert [(fault.path, fault.message) for fault in form.read(entry).faults] == [
        (("n",), "must be a whole number")
    ]
    del entry["fields"]["n"]
    assert "no parameter 'typo'" in form.read(entry).faults[0].message


def test_a_tree_unfolds_once_and_a_deep_schema_to_a_depth():
    """What holds itself is JSON where it comes again; nothing is drawn deeper than six."""
    node = {
        "type": "object",
        "properties": {"v": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/N"}}},
    }
    found = field({"$ref": "#/$defs/N"}, **{"$defs": {"N": node}})
    assert found["fields"][1]["item"]["kind"] == "json"
    deep = {"type": "string"}
    for _ in range(8):
        deep = {"type": "object", "properties": {"a": deep}}
    depth, here = 0, field(deep)
    while here["kind"] == "object":
        depth, here = depth + 1, here["fields"][0]
    assert (depth, here["kind"]) == (6, "json")


def test_read_only_values_are_not_asked_for():
    """What only the server writes is drawn only where the schema requires it."""
    schema = {"properties": {"id": {"readOnly": True}, "rev": {"readOnly": True}}, "required": ["rev"]}
    assert [one["name"] for one in Form(schema).spec["fields"]] == ["rev"]


def test_a_long_list_of_names_is_a_text_that_the_judge_compares():
    """Nobody picks one of a thousand time zones from a menu."""
    form = Form({"properties": {"zone": {"enum": [f"Zone/{n}" for n in range(1_000)]}}})
    assert form.spec["fields"][0]["kind"] == "text"
    assert form.read({"fields": {"zone": {"text": "Zone/7"}}}).arguments == {"zone": "Zone/7"}
    assert (
        form.read({"fields": {"zone": {"text": "Mars"}}})
        .faults[0]
        .message.startswith("must be one of Zone/0, ")
    )
