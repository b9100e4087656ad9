"""What was entered is read exactly, or refused in words that help."""

import datetime as dt

import pytest

from mcp_notebook.errors import ArgumentError
from mcp_notebook.forms import Fault, Form

BERLIN = dt.timezone(dt.timedelta(hours=2))


def read(part, entry, *, required=True, **more):
    """Read one property `x`; return its value, or the message of its fault."""
    schema = {"type": "object", "properties": {"x": part}, "required": ["x"] if required else [], **more}
    reading = Form(schema, zone=BERLIN).read({"fields": {"x": entry} if entry is not None else {}})
    if reading.arguments is None:
        return reading.faults[0].message
    return reading.arguments.get("x", "unset")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "12", 12),
        ("integer", " +7 ", 7),
        ("integer", "1e3", 1000),
        ("integer", "4.0", 4),
        ("integer", "9" * 1_200, int("9" * 1_200)),
        ("integer", "1" + "0" * 40 + "1", 10**41 + 1),
        ("integer", "-0", 0),
        ("number", "1", 1),
        ("number", "1.0", 1.0),
        ("number", "-.5e-3", -0.0005),
        ("number", "\N{MINUS SIGN}2", -2),
        ("number", "12345678901234567890", 12345678901234567890),
    ],
)
def test_numbers_keep_every_digit_and_their_kind(kind, text, value):
    """An int stays an int, 1.0 a float; whole numbers are of any size."""
    found = read({"type": kind}, {"text": text})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("integer", "1.5", "must be a whole number"),
        ("integer", "1e-400", "must be a whole number"),
        ("integer", "abc", "must be a whole number"),
        ("integer", "9" * 4_001, "has more than 4,000 digits"),
        ("integer", "1e999999999999", "has more than 4,000 digits"),
        ("integer", "1e" + "9" * 30, "is too large"),
        ("integer", "", "is required"),
        ("number", "1,5", "has a comma: write 1.5 with a point, 1000 without separators"),
        ("number", "1e999", "is too large"),
        ("number", "nan", "must be a finite number"),
        ("number", "-Infinity", "must be a finite number"),
        ("number", "٣", "must be a number"),
        ("number", "0x10", "must be a number"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(kind, text, message):
    """A comma is never guessed; nan and infinity are no JSON."""
    assert read({"type": kind}, {"text": text}) == message


def test_an_integer_that_cannot_be_sent_is_refused_here():
    """What `read` lets pass is what the call lets pass: Python writes no integer of more than 4,300 digits."""
    assert read({"type": "integer"}, {"text": "9" * 4_000}) == int("9" * 4_000)
    assert isinstance(read({"type": "integer"}, {"text": "9" * 4_400}), str)


@pytest.mark.parametrize(
    ("format_name", "text", "value"),
    [
        ("date", "2024-02-29", "2024-02-29"),
        ("time", "08:30", "08:30"),
        ("time", "08:30:00.25Z", "08:30:00.25Z"),
        ("date-time", "2024-05-01T10:30", "2024-05-01T10:30:00+02:00"),
        ("date-time", "2024-05-01 10:30:05", "2024-05-01T10:30:05+02:00"),
        ("date-time", "2024-05-01T10:30Z", "2024-05-01T10:30:00Z"),
        ("date-time", "2024-05-01T10:30:00.123456789-05:00", "2024-05-01T10:30:00.123456789-05:00"),
        ("email", " ann@example.org ", "ann@example.org"),
        ("uri", "urn:isbn:1", "urn:isbn:1"),
        ("password", " s3cret ", " s3cret "),
    ],
)
def test_formatted_texts_are_completed_and_else_left_as_they_are(format_name, text, value):
    """RFC 3339 wants an offset: a local date and time gets the one of its zone."""
    assert read({"type": "string", "format": format_name}, {"text": text}) == value


def test_without_a_zone_a_date_and_time_gets_the_machines_offset():
    """The text still says the same moment."""
    schema = {"properties": {"x": {"type": "string", "format": "date-time"}}}
    found = Form(schema).read({"fields": {"x": {"text": "2024-05-01T10:30"}}}).arguments["x"]
    assert dt.datetime.fromisoformat(found) == dt.datetime(2024, 5, 1, 10, 30).astimezone()


@pytest.mark.parametrize(
    ("format_name", "text", "message"),
    [
        ("date", "2024-02-30", "is no date: YYYY-MM-DD"),
        ("date", "20240229", "is no date: YYYY-MM-DD"),
        ("date", "", "is required"),
        ("time", "25:00", "is no time: HH:MM or HH:MM:SS"),
        ("date-time", "2024-05-01", "is no date and time: YYYY-MM-DDTHH:MM:SS"),
        ("date-time", "9999-99-99T10:00", "is no date and time: YYYY-MM-DDTHH:MM:SS"),
        ("email", "ann", "is no e-mail address: name@example.org"),
        ("uri", "example.org", "is no address: https://example.org/…"),
    ],
)
def test_a_text_of_another_format_is_refused_with_the_format(format_name, text, message):
    """Judged here, for jsonschema leaves formats alone."""
    assert read({"type": "string", "format": format_name}, {"text": text}) == message


@pytest.mark.parametrize(
    ("part", "entry", "message"),
    [
        ({"type": "string"}, None, "is required"),
        ({"type": "string", "minLength": 1}, {"text": ""}, "must not be empty"),
        ({"type": "string", "minLength": 3}, {"text": "a"}, "must have at least 3 characters"),
        ({"type": "string", "maxLength": 1}, {"text": "ab"}, "must have at most 1 character"),
        ({"type": "string", "pattern": "^[a-z]+$"}, {"text": "A"}, "must match ^[a-z]+$"),
        ({"type": "integer", "maximum": 16}, {"text": "17"}, "must be at most 16"),
        ({"type": "integer", "minimum": 1}, {"text": "0"}, "must be at least 1"),
        ({"type": "number", "exclusiveMinimum": 0}, {"text": "0"}, "must be above 0"),
        ({"type": "number", "multipleOf": 5}, {"text": "7"}, "must be a multiple of 5"),
        ({"type": "string"}, {"null": True}, "must be text"),
        ({"type": "array", "items": {}, "minItems": 2}, {"items": []}, "must have at least 2 items"),
        (
            {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            {"items": [{"text": "a"}, {"text": "a"}]},
            "must not have an item twice",
        ),
        ({}, {"text": "{'a': 1}"}, "is not JSON (column 2: expecting property name enclosed in double quotes); text goes in double quotes"),
        ({"type": "string"}, {"text": "\ud800"}, "holds half a character"),
        ({"enum": ["a", "b"]}, {"option": 7}, "cannot be read; enter it again"),
        ({"not": {"type": "integer"}}, {"text": "5"}, "is not allowed"),
    ],
)  # fmt: skip
def test_faults_are_said_in_words_a_person_understands(part, entry, message):
    """Short, after the name of the field, never jsonschema's dump of the value."""
    assert read(part, entry) == message


def test_every_fault_stands_beside_its_field_in_the_order_they_are_drawn():
    """Names and indices lead there; variants add no step, what is inside JSON is said in words."""
    schema = {
        "properties": {
            "name": {"type": "string"},
            "people": {
                "type": "array",
                "items": {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}, "required": ["id"]},
            },
            "shape": {
                "oneOf": [
                    {"type": "object", "properties": {"r": {"type": "number", "minimum": 0}}, "required": ["r"]},
                    {"type": "object", "properties": {"side": {"type": "number"}}, "required": ["side"]},
                ]
            },
            "more": {"type": "object", "additionalProperties": {"type": "integer"}},
            "free": {"$ref": "#/$defs/F"},
        },
        "required": ["name"],
        "$defs": {"F": {"items": {"$ref": "#/$defs/F"}, "type": ["array", "integer"], "maximum": 3}},
    }  # fmt: skip
    entry = {
        "fields": {
            "free": {"json": "[[1], [4]]"},
            "more": {"fields": {}, "extra": [["k", {"text": "x"}], ["k", {"text": "1"}]]},
            "shape": {"variant": 0, "entry": {"fields": {"r": {"text": "-1"}}}},
            "people": {"items": [{"fields": {"id": {"text": "1"}}}, {"fields": {"age": {"text": "-1"}}}]},
        }
    }
    assert Form(schema).read(entry).faults == (
        Fault(("name",), "is required"),
        Fault(("people", 1, "age"), "must be at least 0"),
        Fault(("people", 1, "id"), "is required"),
        Fault(("shape", "r"), "must be at least 0"),
        Fault(("more", "k"), "must be a whole number"),
        Fault(("more", "k"), "is given twice"),
        Fault(("free", 1), "[0] must be at most 3"),
    )


@pytest.mark.parametrize(("chosen", "name"), [(0, "radius"), (1, "side")])
def test_of_several_forms_the_chosen_one_says_what_is_wrong(chosen, name):
    """Nobody is told of the form that was not taken, nor that "none fits"."""
    shapes = [
        {"type": "object", "properties": {name: {"type": "number"}}, "required": [name]}
        for name in ("radius", "side")
    ]
    schema = {"properties": {"shape": {"oneOf": shapes}}}
    reading = Form(schema).read({"fields": {"shape": {"variant": chosen, "entry": {"fields": {}}}}})
    assert reading.faults == (Fault(("shape", name), "is required"),)


@pytest.mark.parametrize(
    ("part", "entry", "value"),
    [
        ({"type": "string"}, {"text": ""}, ""),
        ({"type": "string", "format": "date"}, {"text": ""}, "unset"),
        ({"type": "integer"}, {"text": " "}, "unset"),
        ({}, {"text": ""}, "unset"),
        ({"type": "string"}, None, "unset"),
        ({"type": ["string", "null"]}, {"null": True}, None),
    ],
)
def test_what_is_unset_is_not_sent_and_null_is_said_outright(part, entry, value):
    """An empty text is a text; an empty number is none."""
    assert read(part, entry, required=False) == value


@pytest.mark.parametrize(
    "entry",
    [None, [], 5, "x", {"fields": 5}, {"extra": [5]}, {"fields": {"x": []}}, {"fields": {"x": {"text": 5}}}],
)
def test_an_entry_that_makes_no_sense_is_a_fault_not_an_error(entry):
    """Whatever a front end sends, somebody is told."""
    reading = Form({"properties": {"x": {"type": "string"}}}).read(entry)
    assert reading.arguments is None
    assert reading.faults


def test_secrets_are_masked_wherever_the_schema_has_them():
    """In alternatives, lists and invented names, too; the arguments themselves stay."""
    schema = {
        "properties": {
            "user": {"type": "string"},
            "password": {"type": "string", "format": "password"},
            "either": {"anyOf": [{"type": "integer"}, {"type": "string", "writeOnly": True}]},
            "logins": {"type": "array", "items": {"properties": {"token": {"writeOnly": True}, "host": {}}}},
            "more": {"additionalProperties": {"format": "password"}},
        }
    }
    arguments = {
        "user": "ann", "password": "p", "either": "s", "logins": [{"token": "t", "host": "h"}], "more": {"k": "v"},
    }  # fmt: skip
    assert Form(schema).masked(arguments) == {
        "user": "ann",
        "password": "•••",
        "either": "•••",
        "logins": [{"token": "•••", "host": "h"}],
        "more": {"k": "•••"},
    }
    assert arguments["password"] == "p"


def test_where_a_schema_is_too_large_to_tell_all_is_masked():
    """A secret behind more alternatives than are read must not be shown."""
    definitions = {f"A{n}": {"anyOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 3} for n in range(30)}
    secret = {"type": "string", "writeOnly": True}
    schema = {"properties": {"x": {"anyOf": [{"$ref": "#/$defs/A0"}, secret]}}, "$defs": definitions}
    assert Form(schema).masked({"x": "s3cret"}) == {"x": "•••"}


def test_a_prefill_that_is_not_json_is_refused_by_name():
    """The only error that a form raises is about what its caller gave."""
    with pytest.raises(ArgumentError, match="x is of type object"):
        Form({}, prefill={"x": object()})
