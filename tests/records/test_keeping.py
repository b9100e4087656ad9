"""What is kept of a call's arguments: not all of long ones, nothing of secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from mcp_notebook.arguments import jsonable
from mcp_notebook.records.keeping import LIMIT, MASK, Keeping, kept
from mcp_notebook.records.secrets import EVERYTHING, is_telling, secret_names

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def keep(schema: dict[str, Any], **arguments: object) -> Any:
    """Return what a connection keeps of a call of a tool with that schema."""
    keeping = Keeping()
    keeping.learn("tool", schema)
    return keeping.keep("tool", arguments)


class Login(BaseModel):
    """What a server built with pydantic asks for."""

    user: str
    word: SecretStr
    words: list[SecretStr] = []
    other: SecretStr | None = None


class Job(BaseModel):
    """The same, further inside, behind a reference."""

    login: Login
    retries: int = 3


def test_what_is_short_is_kept_as_it_is():
    """The values of a usual call, nested ones too."""
    arguments = {"items": ["a", "b"], "n": 3, "deep": {"x": [None, True, 0.5]}}

    assert keep({}, **arguments) == (arguments, False, keep({}, **arguments).size)
    assert keep({"properties": {"n": {"type": "integer"}}}, n=3).arguments == {"n": 3}


def test_what_is_kept_is_a_copy():
    """What the user does to the arguments afterwards changes no history."""
    arguments = {"items": ["a"], "n": 1}
    copies = [kept(arguments).arguments, keep({"properties": {"items": {}, "n": {}}}, **arguments).arguments]
    arguments["items"].append("b")
    arguments["n"] = 2

    assert copies == [{"items": ["a"], "n": 1}] * 2


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        ({"text": "x" * 10_000_000}, "more characters"),
        ({"items": list(range(1_000_000))}, "more elements"),
        ({f"name {n}": n for n in range(50_000)}, "more names"),
        ({"deep": json.loads("[" * 150 + "]" * 150)}, "more element"),
        ({"many": [["x" * 30] * 50] * 1_000}, "more elements"),
    ],
    ids=["text", "list", "names", "depth", "table"],
)
def test_what_is_long_ends_in_how_much_there_was(arguments, end):
    """And is marked as shortened."""
    result = kept(arguments)

    assert result.shortened
    assert f"{end}" in json.dumps(result.arguments, ensure_ascii=False)
    assert len(json.dumps(result.arguments, ensure_ascii=False)) < LIMIT + 600


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(max_size=130), JSON, max_size=6))
def test_any_arguments_are_kept_within_bounds(arguments):
    """JSON in, JSON out; whole where nothing says otherwise and no name tells of a secret."""
    result = kept(jsonable(arguments))
    text = json.dumps(result.arguments, ensure_ascii=False, allow_nan=False)

    assert len(text) <= 3 * LIMIT
    if not result.shortened and MASK not in text:
        assert json.loads(text) == jsonable(arguments)


def test_secrets_of_the_schema_are_masked_wherever_they_stand():
    """Written by pydantic: format, `writeOnly`, nullable, in lists, behind references."""
    schema = Job.model_json_schema()
    login = {"user": "ann", "word": "geheim1", "words": ["geheim2"], "other": "geheim3"}
    result = keep(schema, login=login, retries=2)

    assert "geheim" not in str(result)
    assert result.arguments["login"]["user"] == "ann"
    assert result.arguments == {
        "login": {"user": "ann", "word": MASK, "words": MASK, "other": MASK},
        "retries": 2,
    }


def test_a_number_that_the_schema_calls_a_secret_is_masked():
    """A PIN is as secret as a word."""
    schema = {"properties": {"code": {"type": "integer", "writeOnly": True}, "n": {"type": "integer"}}}

    assert keep(schema, code=1234, n=7).arguments == {"code": MASK, "n": 7}


@pytest.mark.parametrize(
    "name",
    ["password", "PASSWD", "api_key", "apiKey", "api-key", "accessToken", "client_secret", "auth", "db_pwd",
     "Authorization", "session_cookie", "pin", "private.key", "bearer"],
)  # fmt: skip
def test_telling_names_are_masked_whatever_the_schema(name):
    """Also where it says nothing of them, at any depth."""
    assert is_telling(name)
    assert kept({"options": [{name: "geheim"}]}).arguments == {"options": [{name: MASK}]}
    assert keep({"properties": {name: {"type": "string"}}}, **{name: "geheim"}).arguments == {name: MASK}


@pytest.mark.parametrize("name", ["key", "author", "keyboard", "opinion", "spinner", "primary_key", "path"])
def test_other_names_are_not(name):
    """A history without arguments would help nobody."""
    assert kept({name: "plain"}).arguments == {name: "plain"}


def test_numbers_and_flags_under_telling_names_are_kept():
    """`max_tokens` is no secret."""
    assert kept({"max_tokens": 100, "use_token": True, "token": None}).arguments == {
        "max_tokens": 100,
        "use_token": True,
        "token": None,
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {f"p{n}": {"type": "string"} for n in range(20_000)}},
        {
            "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}] * 200}},
            "properties": {"x": {"$ref": "#/$defs/a"}},
        },
    ],
    ids=["huge", "endless"],
)
def test_of_a_schema_that_cannot_be_read_whole_everything_is_a_secret(schema):
    """Rather too little in the history than a password."""
    assert secret_names(schema) is EVERYTHING
    assert keep(schema, x="perhaps", n=1).arguments == {"x": MASK, "n": MASK}


@pytest.mark.parametrize("schema", [{}, {"properties": 3}, {"properties": {"a": True}}, {"items": [[[]]]}])
def test_odd_schemas_say_nothing_of_secrets(schema):
    """And end nothing."""
    assert secret_names(schema) == frozenset()


def test_a_tool_that_nobody_has_told_of_keeps_nothing():
    """No schema, no arguments."""
    assert Keeping().keep("unknown", {"x": 1}).arguments == {"x": MASK}


def test_a_new_schema_of_the_same_tool_counts():
    """A server may declare its tools anew."""
    keeping = Keeping()
    keeping.learn("tool", {"properties": {"x": {}}})
    keeping.learn("tool", {"properties": {"x": {"writeOnly": True}}})

    assert keeping.keep("tool", {"x": "geheim"}).arguments == {"x": MASK}
