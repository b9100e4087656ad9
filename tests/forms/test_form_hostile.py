"""A stranger's schema: no error, no hang, no flood."""

import json

import pytest

from mcp_notebook.forms import Form


def tower(depth):
    """Return objects in objects."""
    part = {"type": "string"}
    for _ in range(depth):
        part = {"type": "object", "properties": {"a": part}}
    return part


CYCLE = {"type": "object", "properties": {}}
CYCLE["properties"]["me"] = CYCLE
WIDE = "\U0001f600"

SCHEMAS = {
    "no object": ["properties"],
    "a text": {"type": "string"},
    "lying types": {"type": 5, "properties": [1], "required": "abc"},
    "lying parts": {"properties": {"a": 5, "b": None, "c": [1], "d": False}, "required": [1, None, "x", ["y"]]},
    "lying words": {
        "properties": {
            "a": {"type": "integer", "minimum": 10**4_000, "maximum": float("inf"), "default": float("nan")},
            "b": {"type": "number", "minimum": "x", "multipleOf": 0, "default": True},
            "c": {"type": "array", "minItems": -1, "maxItems": 1e9, "items": [], "default": "no"},
            "d": {"type": "string", "minLength": True, "format": 5, "pattern": 7, "title": ["x"], "description": {}},
            "e": {"anyOf": "x", "oneOf": [], "allOf": 5},
            "f": {"anyOf": [True, False, None, 5]},
            "g": {"enum": 5, "const": None},
            "h": {"type": ["string", "null", "bogus", ["x"]]},
            "i": {"type": "object", "properties": 5, "required": 5, "additionalProperties": 5},
        }
    },
    "10,000 properties": {
        "properties": {f"p{n}": {"type": "string", "description": "x" * 3_000} for n in range(10_000)},
        "required": [f"p{n}" for n in range(10_000)],
    },
    "wide objects": {
        "properties": {
            f"p{n}": {"type": "object", "properties": {f"q{m}": {"type": "integer"} for m in range(110)}}
            for n in range(100)
        }
    },
    "megabytes": {
        "properties": {
            "a": {"type": "string", "description": "\u202e" * 10**6, "title": "t" * 10**6},
            "x" * 10**6: {"type": "string"},
        }
    },
    "patterns of megabytes": {
        "properties": {f"p{n}": {"type": "string", "pattern": str(n) + "p" * 10**6} for n in range(30)}
    },
    "wide letters": {
        "properties": {
            f"{WIDE * 40}{n}": {"type": "string", "title": WIDE * 99, "description": WIDE * 2_000, "default": WIDE * 300}
            for n in range(310)
        }
    },
    "many options": {"properties": {f"e{n}": {"enum": [WIDE * 99 + str(m) for m in range(300)]} for n in range(40)}},
    "100,000 options": {"properties": {"e": {"enum": list(range(100_000)), "default": 99_999}}},
    "references in a ring": {"properties": {"x": {"$ref": "#/properties/y"}, "y": {"$ref": "#/properties/x"}}},
    "the root again": {"properties": {"me": {"$ref": "#"}, "all": {"allOf": [{"$ref": "#"}] * 50}}},
    "nothing but itself": {"$ref": "#"},
    "a tower": tower(3_000),
    "a cycle": CYCLE,
    "growth": {
        "properties": {f"x{n}": {"$ref": "#/$defs/A0", "default": [1] * 500} for n in range(20)},
        "$defs": {
            f"A{n}": {"type": "array", "items": {"anyOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 3 + [{"type": "integer"}]}}
            for n in range(30)
        },
    },
    "a pattern that never ends": {
        "properties": {"x": {"type": "string", "pattern": "(a+)+$", "default": "a" * 60 + "b"}},
        "patternProperties": {"(a+)+$": {"type": "integer"}},
    },
    "an address": {"properties": {"x": {"$ref": "http://127.0.0.1:9/x.json"}}},
    "names": {"properties": {"": {}, "\n": {}, "\ud800": {"type": "string", "title": "\ud800", "default": "\ud800"}}},
    "a deep default": {"properties": {"a": {"default": json.loads("[" * 900 + "]" * 900)}}},
}  # fmt: skip


def count(field):
    """Return how many fields a spec draws."""
    inner = [*field.get("fields", ()), *(field[key] for key in ("item", "extra") if field.get(key))]
    inner += [option["field"] for option in field.get("options", ()) if "field" in option]
    return 1 + sum(count(one) for one in inner)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", SCHEMAS)
def test_no_schema_breaks_a_form_or_makes_it_endless(name):
    """At most 300 fields and 512 kB; what is entered is read or refused, secrets are masked."""
    form = Form(SCHEMAS[name])
    assert count(form.spec) <= 300
    assert len(json.dumps(form.spec)) <= 512_000
    long = "a" * 40 + "b"
    fields = {one["name"]: one.get("entry", {"text": long}) for one in form.spec["fields"]}
    reading = form.read({"fields": fields, "extra": [[long, {"json": "1"}]]})
    assert (reading.arguments is None) == bool(reading.faults)
    assert form.masked({"a": [1, {"b": 2}]}).keys() == {"a"}
    assert form.read(form.entry({"me": {"me": {}}})) is not None


def test_what_has_no_field_can_still_be_entered():
    """Of 10,000 properties some hundreds are drawn; the others take their name and JSON."""
    form = Form({"properties": {f"p{n}": {"type": "string"} for n in range(10_000)}})
    assert [one["kind"] for one in form.spec["fields"]] == ["text"] * 298
    assert form.spec["extra"]["kind"] == "json"
    assert form.read({"extra": [["p9999", {"text": '"x"'}]]}).arguments == {"p9999": "x"}


def test_what_is_shown_is_clean_and_what_is_sent_is_exact():
    """Labels and help are cleaned; names are the server's own."""
    name = "a\x1b[31m\u202eb\nc"
    form = Form({"properties": {name: {"type": "string", "description": "x\x1b]0;t\x07\ry"}}})
    drawn = form.spec["fields"][0]
    assert (drawn["name"], drawn["label"], drawn["help"]) == (name, "ab c", "x\ny")
    assert form.read({"fields": {name: {"text": "v"}}}).arguments == {name: "v"}
    fault = form.read({"fields": {}, "extra": [["\x1b[31mz\n", {"json": "1"}]]}).faults[0]
    assert fault.message.isprintable()
