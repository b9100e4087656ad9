"""A form asked as text: every kind, every refusal, and an end."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_notebook.forms import Dialogue, Form
from mcp_notebook.text import one_line

from .schemas import TEXTS, forms


def talk(schema, *answers, **options):
    """Answer in order; return the dialogue and what was printed, prompt by prompt."""
    dialogue = Dialogue(Form(schema, **options))
    said = []
    for answer in answers:
        assert dialogue.prompt is not None
        said.append((dialogue.notes, dialogue.prompt))
        dialogue.answer(answer)
    return dialogue, said


def answered(part, *answers, required=True):
    """Return the value that *answers* give to one property `x`."""
    dialogue, _ = talk({"properties": {"x": part}, "required": ["x"] if required else []}, *answers)
    assert dialogue.prompt is None, dialogue.prompt
    return dialogue.arguments.get("x", "unset")


@pytest.mark.parametrize(
    ("part", "prompt"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 16, "default": 4}, "x (integer, 1 to 16) [4]: "),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            "x (number, above 0, at most 1, optional): ",
        ),
        ({"type": "string", "format": "date"}, "x (date, YYYY-MM-DD, optional): "),
        ({"type": "string", "maxLength": 5, "default": "ab"}, "x (text, at most 5 characters) [ab]: "),
        ({"type": ["string", "null"]}, "x (text, or null, optional): "),
        ({"type": "boolean", "default": False}, "x (y/n) [n]: "),
        ({"enum": ["a", "b"], "default": "b"}, "x (1 to 2) [b]: "),
        ({"type": "string", "format": "password", "default": "p"}, "x (text, hidden) [•••]: "),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, 'x: change? (y/n) ["a"]: '),
        ({}, "x (JSON, optional): "),
    ],
)
def test_a_question_is_one_line_that_says_what_is_wanted(part, prompt):
    """Kind, bounds, whether it may be left out, the default."""
    assert Dialogue(Form({"properties": {"x": part}})).prompt == prompt


@pytest.mark.parametrize(
    ("part", "answers", "value"),
    [
        ({"type": "string"}, ["hello there"], "hello there"),
        ({"type": "string"}, ['""'], ""),
        ({"type": ["string", "null"]}, ["null"], None),
        ({"type": ["string", "null"]}, ['"null"'], "null"),
        ({"type": "integer"}, ["1e3"], 1000),
        ({"type": "boolean"}, ["Y"], True),
        ({"enum": ["a", 10]}, ["2"], 10),
        ({"enum": ["2", "1"]}, ["1"], "1"),
        ({"enum": ["Fast", "slow"]}, ["fast"], "Fast"),
        ({"type": "array", "items": {"enum": ["r", "g", "b"]}}, ["3, r"], ["b", "r"]),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "2", ""], [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, [""], []),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, ["a"], ["a"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}, ["1", "a"], [1, "a"]),
        (
            {"type": "array", "items": {"properties": {"a": {"type": "integer"}}}},
            ["y", "1", "y", "", "n"],
            [{"a": 1}, {}],
        ),
        (
            {
                "properties": {"a": {"type": "integer", "default": 8}, "b": {"type": "string"}},
                "required": ["b"],
            },
            ["", "z"],
            {"a": 8, "b": "z"},
        ),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, ["k", "1", "k", ""], {"k": 1}),
        ({"anyOf": [{"type": "integer"}, {"properties": {"a": {"type": "string"}}}]}, ["2", "v"], {"a": "v"}),
        ({"type": "null"}, [], None),
        ({"const": 5}, [""], 5),
        ({}, ['{"a": [1, 2]}'], {"a": [1, 2]}),
        ({"type": "string", "format": "uri"}, ["https://example.org"], "https://example.org"),
    ],
)
def test_every_kind_can_be_answered(part, answers, value):
    """Listed values by name or number, lists line by line, objects field by field."""
    assert answered(part, *answers) == value


@pytest.mark.parametrize(
    ("part", "answers", "value"),
    [
        ({"type": "integer", "default": 4}, [""], 4),
        ({"type": "integer", "default": 4}, ["-"], "unset"),
        ({"type": "string"}, [""], "unset"),
        ({"type": "string"}, ['"-"'], "-"),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, [""], ["a"]),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, ["-"], "unset"),
        ({"type": "array", "items": {"type": "string"}}, ["y", "b", ""], ["b"]),
        ({"properties": {"a": {"type": "string"}}}, [""], "unset"),
        ({"properties": {"a": {"type": "string"}}, "default": {"a": "v"}}, ["y", ""], {"a": "v"}),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {}}]}, [""], "unset"),
        ({"type": "null"}, ["n"], "unset"),
    ],
)
def test_nothing_keeps_the_default_or_leaves_unset_and_a_dash_always_unsets(part, answers, value):
    """The rules of an optional value."""
    assert answered(part, *answers, required=False) == value


@pytest.mark.parametrize(
    ("part", "answers", "reasons", "value"),
    [
        ({"type": "integer", "maximum": 16}, ["x", "17", "", "16"], ["must be a whole number", "must be at most 16", "is required"], 16),
        ({"type": "boolean"}, ["maybe", "n"], ["answer y or n"], False),
        ({"enum": ["a", "b"]}, ["3", "a"], ["answer a number from 1 to 2, or a name of the list\n  1  a\n  2  b"], "a"),
        ({"type": "string"}, ["", "a"], ['is required; "" is the empty text'], "a"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 1}, ["", "x", "1", ""], ["must have at least 1 item", "must be a whole number", ""], [1]),
    ],
)  # fmt: skip
def test_a_bad_answer_is_refused_with_the_reason_and_asked_again(part, answers, reasons, value):
    """The reason stands before the same question."""
    dialogue, said = talk({"properties": {"x": part}, "required": ["x"]}, *answers)
    assert [notes for notes, _ in said[1:]] == reasons
    assert dialogue.arguments == {"x": value}


def test_what_does_not_fit_together_is_asked_again_with_the_answers_kept():
    """A rule over several fields is judged at the end."""
    schema = {
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "dependentRequired": {"a": ["b"]},
    }
    dialogue, said = talk(schema, "1", "", "", "2")
    assert said[2] == ("needs another field to be filled in, too", "a (integer) [1]: ")
    assert dialogue.arguments == {"a": 1, "b": 2}


def test_a_secret_is_asked_without_an_echo():
    """`getpass` for what must not be seen."""
    dialogue = Dialogue(
        Form({"properties": {"p": {"type": "string", "writeOnly": True}, "q": {"type": "string"}}})
    )
    assert dialogue.secret
    dialogue.answer("s")
    assert not dialogue.secret


def test_prefilled_values_are_the_defaults():
    """What a line gave already is kept by Enter."""
    dialogue, said = talk({"properties": {"n": {"type": "integer"}}}, "", prefill={"n": 7})
    assert said[0][1] == "n (integer) [7]: "
    assert dialogue.arguments == {"n": 7}


def test_hostile_words_are_clean():
    """Names, descriptions, options and defaults of a stranger reach the terminal as text."""
    bad = "\x1b[31mred\u202e\x07\nnext"
    schema = {
        "properties": {bad: {"enum": [bad, "b"], "description": bad, "default": bad}},
        "required": [bad],
    }
    dialogue = Dialogue(Form(schema))
    assert dialogue.prompt == "red next (1 to 2) [red next]: "
    assert dialogue.notes == "red\nnext\n  1  red next\n  2  b"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms(), st.lists(st.sampled_from(["", "1", "2", "y", "n", "-", "null", "k"]) | TEXTS, max_size=40))
def test_no_answer_breaks_a_dialogue_and_what_it_gives_is_judged(pair, answers):
    """It asks on, or is done with arguments that its form reads back."""
    form = Form(pair[0])
    dialogue = Dialogue(form)
    for answer in answers:
        if dialogue.prompt is None:
            break
        assert " ".join(dialogue.prompt.split()) == one_line(dialogue.prompt, 2_000)
        dialogue.answer(answer)
    assert (dialogue.prompt is None) == (dialogue.arguments is not None)
    if dialogue.arguments is not None:
        assert form.read(form.entry(dialogue.arguments)).arguments == dialogue.arguments
