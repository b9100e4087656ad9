"""Words and a schema make arguments: the grammar of DESIGN 1.2."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_notebook.arguments import from_words, split_words
from mcp_notebook.errors import ArgumentError

SCHEMA = {
    "type": "object",
    "properties": {
        "n": {"type": "integer", "minimum": 1, "maximum": 10, "default": 3},
        "x": {"type": "number"},
        "flag": {"type": "boolean"},
        "text": {"type": "string"},
        "mode": {"enum": ["fast", "safe", 3, None], "default": "fast"},
        "items": {"type": "array", "items": {"type": "string"}},
        "counts": {"type": "array", "items": {"type": "integer"}},
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
        "config": {"$ref": "#/$defs/Config"},
        "maybe": {"anyOf": [{"type": "integer", "maximum": 10}, {"type": "null"}]},
        "either": {"anyOf": [{"type": "string"}, {"type": "boolean"}, {"type": "integer", "maximum": 10}]},
        "listed": {"type": ["null", "number"]},
        "any": {},
        "a.b": {"type": "integer"},
    },
    "$defs": {
        "Config": {
            "type": "object",
            "properties": {"depth": {"type": "integer"}, "name": {"type": "string"}},
        },
    },
}
OBJECT = [1, {"deep": object()}]
NAMES = {"obj": OBJECT, "n": 4, "who": "Ann", "d": {"key": 7}}


def evaluate(source):
    return eval(source, dict(NAMES))


def read(line, schema=SCHEMA):
    return from_words(split_words(line), schema, evaluate)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("n=5 x=2.5", {"n": 5, "x": 2.5}),
        ("n=1e1 x=-3", {"n": 10, "x": -3}),
        ("flag=yes", {"flag": True}),
        ("flag=0", {"flag": False}),
        ("text=5", {"text": "5"}),
        ("text=", {"text": ""}),
        ("text=a=b", {"text": "a=b"}),
        ("mode=safe", {"mode": "safe"}),
        ("mode=3", {"mode": 3}),
        ("mode=null", {"mode": None}),
        ("items=a,b", {"items": ["a", "b"]}),
        ("items=a", {"items": ["a"]}),
        ("items=", {"items": []}),
        ('items=["a, b", "c"]', {"items": ["a, b", "c"]}),
        ("counts=1,2", {"counts": [1, 2]}),
        ("pair=1,2", {"pair": [1, "2"]}),
        ('config={"depth": 2}', {"config": {"depth": 2}}),
        ("maybe=null", {"maybe": None}),
        ("maybe=7", {"maybe": 7}),
        ("listed=1.5", {"listed": 1.5}),
        ("any=[1] ", {"any": [1]}),
        ("any=hello", {"any": "hello"}),
        ("unknown=5", {"unknown": 5}),
    ],
)
def test_text_is_coerced_by_the_schema(line, arguments):
    """DESIGN 1.2: `k=v` is read as the parameter's type; without a type JSON, then text."""
    found = read(line)
    assert found == arguments
    assert json.dumps(found) == json.dumps(arguments)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("50", "50"), ("true", True), ("no", "no"), ("007", "007"), ("word", "word")],
)
def test_of_several_types_the_most_specific_that_fits_wins(text, value):
    """Text is last; beside it only JSON's own words are booleans and numbers; bounds count."""
    assert read(f"either={text}") == {"either": value}


@pytest.mark.parametrize("line", ["any={obj}", "any=$obj", "n={obj}", "text=$obj"])
def test_an_expression_alone_passes_the_object_itself(line):
    """DESIGN 1.2: identity is kept and nothing is coerced, whatever the schema wants."""
    assert next(iter(read(line).values())) is OBJECT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Hi-$who", "Hi-Ann"),
        ('"Hi {who}, {n + 1}"', "Hi Ann, 5"),
        ("'Hi {who} $n'", "Hi {who} $n"),
        ('"$who"', "Ann"),
        ("$$who", "$who"),
        ('"\\$who"', "$who"),
        ("{{who}}", "{who}"),
        ("$5", "$5"),
        ("cost$", "cost$"),
        ("$who.txt", "Ann.txt"),
        ("${n}", "$4"),
        ("\\{who\\}", "{who}"),
        ('"say {\\"a\\": 1}"', 'say {"a": 1}'),
        ('{"a": "b"}', '{"a": "b"}'),
        ("don\\'t", "don't"),
    ],
)
def test_inside_longer_text_expressions_are_formatted_and_escapes_are_text(raw, text):
    """Single quotes are literal, double quotes expand; a {…} that is JSON stays."""
    assert read(f"text={raw}") == {"text": text}


def test_json_in_braces_is_json_and_python_in_braces_is_python():
    """`{...}` that parses as JSON is an object; a dict display with names is evaluated whole."""
    assert read('any={"n": 1}') == {"any": {"n": 1}}
    assert read("any={'n': n}") == {"any": {"n": 4}}
    assert read('any={d["key"]}') == {"any": 7}
    assert read('items=["a", "{who}"]') == {"items": ["a", "{who}"]}


def test_json_after_a_colon_is_taken_as_written():
    """`k:=json` is not coerced; shell quotes around it may be there."""
    assert read('text:=5 any:="5"') == {"text": 5, "any": "5"}
    assert read("any:='{\"a\": [1, 2]}'") == {"any": {"a": [1, 2]}}
    with pytest.raises(ArgumentError, match=r"any:='five' is not JSON \(column 1"):
        read("any:=five")
    with pytest.raises(ArgumentError, match="NaN is not JSON"):
        read("any:=NaN")


def test_dots_nest_and_the_nested_schema_coerces():
    """`a.b=1` nests, through references too, unless a property is named so."""
    assert read("config.depth=2 config.name=3") == {"config": {"depth": 2, "name": "3"}}
    assert read("a.b=2") == {"a.b": 2}
    assert read("p.q.r=1") == {"p": {"q": {"r": 1}}}
    with pytest.raises(ArgumentError, match=r"config\.depth='x' is not an integer.*config\.depth\?: integer"):
        read("config.depth=x")
    with pytest.raises(ArgumentError, match="empty name"):
        read("config..depth=1")


@pytest.mark.parametrize(
    "line", ["n=1 n=2", "config={} config.depth=1", "config.depth=1 config={}", "n=1 n:=2"]
)
def test_a_name_is_given_once(line):
    """The second of two values would silently win."""
    with pytest.raises(ArgumentError, match="given twice"):
        read(line)


def test_a_nested_name_never_changes_an_object_of_the_user():
    """A mapping that came from the notebook is not written into."""
    with pytest.raises(ArgumentError, match="given twice"):
        read("config=$d config.depth=1")
    assert NAMES["d"] == {"key": 7}


def test_a_line_in_braces_is_one_object():
    """DESIGN 1.2: a leading brace makes the line one JSON object with spaces allowed."""
    assert read('{"a": 1, "b": [1, 2]}') == {"a": 1, "b": [1, 2]}
    assert read("{d}") == {"key": 7}
    with pytest.raises(ArgumentError, match="'n=1' follows it"):
        read('{"a": 1} n=1')
    with pytest.raises(ArgumentError, match="not a JSON object"):
        read('{"a": }')
    with pytest.raises(ArgumentError, match="gives a int"):
        read("{n}")


def test_a_value_of_the_wrong_type_is_shown_with_the_schema_row():
    """The message holds parameter, value and what the tool wants."""
    with pytest.raises(ArgumentError) as caught:
        read("n=five")
    assert str(caught.value) == "n='five' is not an integer; the tool wants n: integer (1 to 10) = 3"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("flag=maybe", "not true or false"),
        ("x=nan", "not a number"),
        ("n=2.5", "not an integer"),
        ("mode=fsat", 'not one of "fast", "safe", 3, null .did you mean \'fast\''),
        ("counts=1,x", r"counts\[1\]='x' is not an integer"),
        ("items=[a]", r"items='\[a\]' is not a list \(column 2"),
        ("config=5", "not a JSON object"),
        ("maybe=x", "not an integer or null|not null or an integer"),
        ("word", "'word' is not an argument; write name=value"),
        ("=5", "is not an argument"),
        ("n=$nope", r"no variable 'nope' .* write \$\$nope for the text"),
        ("n={nope + 1}", r"no variable 'nope' .* write \{\{nope \+ 1\}\} for the text"),
        ("n={1 / 0}", "'1 / 0' failed: ZeroDivisionError"),
        ("n={1 +}", "failed: SyntaxError"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_cure(line, part):
    """Every refusal says which word, why, and what to write."""
    with pytest.raises(ArgumentError, match=part):
        read(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_every_json_value_arrives_as_written(value):
    """Property: `k:=json` is the identity on JSON values, whatever quotes and brackets they hold."""
    line = f"k:={json.dumps(value)}"
    assert from_words(split_words(line), {}, evaluate) == {"k": value}


@settings(deadline=None)
@given(st.dictionaries(st.text(), json_values))
def test_every_json_object_is_a_line(value):
    """Property: a line that begins with a brace is that object."""
    assert from_words(split_words(json.dumps(value)), SCHEMA, evaluate) == value


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["n", "items", "either", "mode", "config", "any", "zz", "a.b", "", "'"])),
    st.text(),
)
def test_any_text_for_any_parameter_is_read_or_an_argument_error(names, text):
    """Property: nothing else is ever raised."""
    try:
        from_words([f"{name}={text}" for name in names], SCHEMA, lambda source: source)
    except ArgumentError:
        pass
