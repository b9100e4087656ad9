"""A cell's body as arguments, and the line laid over it."""

import pytest

from mcp_notebook.arguments import from_body, merge
from mcp_notebook.errors import ArgumentError

SCHEMA = {"type": "object", "properties": {"items": {"type": "array"}, "when": {"type": "string"}}}


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ("", {}),
        ("  \n# nothing\n", {}),
        ('{"items": [1, {"a": null}]}', {"items": [1, {"a": None}]}),
        ("items: [a, b]\nwhen: soon", {"items": ["a", "b"], "when": "soon"}),
        ("{items: [a]}", {"items": ["a"]}),
        ("when: 2024-01-02", {"when": "2024-01-02"}),
        ("items:\n- 2024-01-02T03:04:05", {"items": ["2024-01-02T03:04:05"]}),
    ],
)
def test_a_body_is_a_json_object_or_a_yaml_mapping(body, arguments):
    """DESIGN 1.2; dates of YAML are text, for JSON has none."""
    assert from_body(body, SCHEMA) == arguments


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ('{"a": 1,\n "b": }', r"not JSON \(line 2, column 7: expecting value\)"),
        ("a: [1,\nb: }", r"not YAML \(line 2, column 4"),
        ("a: b: c", r"not YAML \(line 1, column 5"),
        ("- a\n- b", r"\['a', 'b'\], not a mapping.*the tool wants items\?: array"),
        ("items=a", "not a mapping of arguments; write a JSON object"),
        ("on: 1", "the name True is a bool, not text; write it in quotes"),
        ("a: &x [*x]", "an alias holds itself"),
        ("a: !!python/name:os.system", "not YAML"),
    ],
)
def test_a_body_that_is_neither_says_where_and_what_to_write(body, part):
    """The message has line and column, and the cure."""
    with pytest.raises(ArgumentError, match=part):
        from_body(body, SCHEMA)


def test_python_in_the_body_gives_its_last_mapping_untouched():
    """With `--py` the values are the notebook's own objects."""
    thing = object()
    assert from_body("x", SCHEMA, evaluate_body=lambda _: {"thing": thing})["thing"] is thing


@pytest.mark.parametrize(
    ("result", "part"),
    [(None, "the body is None, not a mapping"), ({1: 2}, "name 1 is a int"), ([], "let its last")],
)
def test_python_that_gives_no_mapping_is_refused(result, part):
    """A body that forgot its last expression must not call the tool without arguments."""
    with pytest.raises(ArgumentError, match=part):
        from_body("x", SCHEMA, evaluate_body=lambda _: result)


def test_python_that_fails_says_in_which_line():
    """The error of the body is named, and is the cause."""
    run = lambda body: exec(compile(body, "<cell>", "exec"), {})
    with pytest.raises(ArgumentError, match="the body failed at line 2: ZeroDivisionError") as caught:
        from_body("a = 1\na / 0", SCHEMA, evaluate_body=run)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    with pytest.raises(ArgumentError, match="failed at line 1, column"):
        from_body("a = (", SCHEMA, evaluate_body=run)


def test_the_line_is_laid_over_the_body():
    """DESIGN 1.2: header arguments override the body; mappings merge name by name."""
    body, line = {"a": 1, "c": {"x": 1, "y": 2}}, {"a": 2, "c": {"y": 3}, "d": 4}
    assert merge(body, line) == {"a": 2, "c": {"x": 1, "y": 3}, "d": 4}
    assert body == {"a": 1, "c": {"x": 1, "y": 2}}
    assert line == {"a": 2, "c": {"y": 3}, "d": 4}
