"""Wrong arguments are refused before anything is sent."""

import logging
import subprocess
import sys
import urllib.request

import pytest

from mcp_notebook.arguments import check, judge
from mcp_notebook.arguments.patterns import may_match
from mcp_notebook.errors import ArgumentError

SCHEMA = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "string"}},
        "delay": {"type": "number", "minimum": 0, "maximum": 10, "default": 0.1},
        "mode": {"enum": ["fast", "safe"]},
        "config": {"anyOf": [{"$ref": "#/$defs/Config"}, {"type": "null"}], "default": None},
    },
    "required": ["items"],
    "$defs": {
        "Config": {"type": "object", "properties": {"depth": {"type": "integer"}}, "required": ["depth"]},
    },
}


def test_arguments_that_fit_pass():
    """Silence is the answer; Python objects count as the JSON they become."""
    check({"items": ("a", "b"), "delay": 1, "mode": "fast", "config": {"depth": 1}}, SCHEMA, "demo")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"itms": []}, "demo has no parameter 'itms' (did you mean 'items'?)"),
        ({}, "demo needs items: array[string]; give it as name=value"),
        ({"items": "a"}, "items='a' is not of type 'array'; the tool wants items: array[string]"),
        ({"items": ["a", 2]}, "items[1]=2 is not of type 'string'; the tool wants items[1]: string"),
        (
            {"items": [], "delay": 20},
            "delay=20 is greater than the maximum of 10; the tool wants delay: number (0 to 10) = 0.1",
        ),
        (
            {"items": [], "config": {"depth": "x"}},
            "config.depth='x' is not of type 'integer'; the tool wants config.depth: integer",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_its_value_and_the_schema_row(arguments, message):
    """DESIGN 1.2: unknown, missing or ill-typed arguments are refused with the schema row."""
    with pytest.raises(ArgumentError) as caught:
        check(arguments, SCHEMA, "demo")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"properties": {"a": {}}, "additionalProperties": True},
        {"properties": {"a": {}}, "additionalProperties": {"type": "integer"}},
        {"properties": {"a": {}}, "patternProperties": {"^z": {}}},
        {"properties": {"a": {}}, "anyOf": [{"properties": {"zz": {}}}, {"required": ["a"]}]},
        {"properties": {"a": {}}, "allOf": [{"$ref": "https://example.invalid/more.json"}]},
    ],
)
def test_a_schema_that_may_know_more_names_takes_them(schema):
    """Only a closed list of properties makes a name unknown."""
    check({"zz": 5}, schema, "demo")


def test_a_tool_without_parameters_takes_none():
    """An empty list of properties is a closed list."""
    with pytest.raises(ArgumentError, match="has no parameter 'a'"):
        check({"a": 1}, {"type": "object", "properties": {}}, "demo")


def test_values_without_json_form_are_refused_by_name():
    """The place of the object is in the message."""
    with pytest.raises(ArgumentError, match=r"items\[0\] is of type object"):
        check({"items": [object()]}, SCHEMA, "demo")


def test_long_values_and_hostile_names_stay_one_short_line():
    """Server text and large values pass `one_line`."""
    schema = {
        "properties": {"a\x1b[31m\nb": {"type": "integer", "description": "x"}},
        "required": ["a\x1b[31m\nb"],
    }
    with pytest.raises(ArgumentError) as caught:
        check({"a\x1b[31m\nb": "v" * 10_000}, schema, "de\nmo")
    with pytest.raises(ArgumentError) as missing:
        check({}, schema, "de\nmo")
    for text in (str(caught.value), str(missing.value)):
        assert "\x1b" not in text
        assert "\n" not in text
        assert len(text) < 1_000


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strnig"},
        {"required": "abc"},
        {"$schema": ["no"]},
        {"properties": {"x": {"minimum": "5"}}},
        {"properties": {"x": {"pattern": "("}}},
        {"properties": {"x": {"$ref": "#/nowhere"}}},
        {"properties": {"x": {"$ref": "#/properties/x"}}},
        {"properties": {"x": {"multipleOf": 0}}},
        {"properties": {"x": {"type": 5}}, "anyOf": [5]},
        None,
        ["properties"],
        {"properties": {f"p{n}": {"type": "string"} for n in range(30_000)} | {"x": {}}},
    ],
)
def test_a_broken_or_bottomless_schema_judges_nothing(schema, caplog):
    """The server has the last word about its own schema; the log says so at debug."""
    with caplog.at_level(logging.DEBUG, "mcp_notebook"):
        check({"x": 7}, schema, "demo")
    assert all(record.levelno == logging.DEBUG for record in caplog.records)


def test_no_remote_reference_is_ever_fetched(monkeypatch):
    """A schema must not make the kernel call addresses."""

    def refuse(*_args, **_kwargs):
        pytest.fail("fetched")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    check({"x": 1}, {"properties": {"x": {"$ref": "http://127.0.0.1:9/x.json"}}}, "demo")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"x": {"pattern": "(a+)+$"}}},
        {"properties": {"x": {"pattern": "(a|a)*$"}}},
        {"properties": {"x": {"pattern": "a?" * 30 + "a" * 30}}},
        {"properties": {"x": {"pattern": ".*.*.*.*.*=b"}}},
        {
            "properties": {
                "x": {"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": "(a+)+$"}
            }
        },
        {
            "properties": {"x": {"$ref": "#/$defs/A0"}},
            "$defs": {f"A{n}": {"anyOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 3} for n in range(30)}
            | {"A30": False},
        },
    ],
)
def test_no_schema_makes_a_check_endless(schema):
    """Patterns run only where they are cheap; steps are counted."""
    check({"x": "a" * 60 + "b"}, schema, "demo")


def test_simple_patterns_are_judged():
    """The bound costs nothing for the patterns people write."""
    assert may_match("^[a-z]+@[a-z]+$", "a@b")
    assert not may_match("^[a-z]+@[a-z]+$", "a at b")
    assert not may_match(r"^\d{4}-\d{2}$", "2024-1")
    with pytest.raises(ArgumentError, match="x='a b' does not match"):
        check({"x": "a b"}, {"properties": {"x": {"pattern": "^[a-z]+$"}}}, "demo")


def test_a_schema_is_compiled_once(monkeypatch):
    """A warm check is some tens of microseconds, for it compiles nothing."""
    schema = dict(SCHEMA)
    check({"items": []}, schema, "demo")
    monkeypatch.setattr(judge, "_compile", lambda _: pytest.fail("compiled again"))
    check({"items": ["a"]}, schema, "demo")


def test_the_memory_of_schemas_is_bounded():
    """Reconnecting for ever does not grow the kernel."""
    kept = judge._Kept(2)
    for _ in range(5):
        kept.get({})
    assert len(kept._entries) == 2


def test_importing_the_room_imports_nothing_slow():
    """`%load_ext` loads in a blink: jsonschema and yaml wait for their first use."""
    code = (
        "import sys, mcp_notebook.arguments as a\n"
        "a.from_words(['n=5'], {'properties': {'n': {'type': 'integer'}}}, eval)\n"
        "print([m for m in ('jsonschema', 'yaml', 'referencing', 'IPython', 'mcp', 'numpy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
