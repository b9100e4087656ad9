"""The grammar of %mcp_call's line: what a person types, and what is sent for it."""

from __future__ import annotations

import pytest

from mcp_notebook import ArgumentError, UnknownServerError, UnknownToolError
from mcp_notebook.client.calling import Calling


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("add a=5 b=-1", {"a": 5, "b": -1}),
        ("echo text=hello", {"text": "hello"}),
        ("echo text=5", {"text": "5"}),
        ("echo text=", {"text": ""}),
        ("process_items items=a,b", {"items": ["a", "b"]}),
        ('process_items items=["a","b c"]', {"items": ["a", "b c"]}),
        ("process_items items=a delay=0.5", {"items": ["a"], "delay": 0.5}),
        ("configure mode=fast notify=true", {"mode": "fast", "notify": True}),
        ("configure mode=fast notify=no", {"mode": "fast", "notify": False}),
        ("configure mode=fast note=null", {"mode": "fast", "note": None}),
    ],
)
def test_a_value_is_read_as_the_schema_has_it(notebook, line, arguments):
    """`k=v` is text on the line and typed on the wire."""
    assert notebook.sent(line) == arguments


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ('echo text:="5"', {"text": "5"}),
        ("add a:=1 b:=2", {"a": 1, "b": 2}),
        ('process_items items:=["a","b"]', {"items": ["a", "b"]}),
        ('process_items items:=\'["a", "b"]\'', {"items": ["a", "b"]}),
        (
            'configure mode=fast window:={"start": 1, "end": 2}',
            {"mode": "fast", "window": {"start": 1, "end": 2}},
        ),
        ("configure mode=fast note:=null", {"mode": "fast", "note": None}),
    ],
)
def test_colon_equals_takes_json_as_it_is_written(notebook, line, arguments):
    """`k:=json`: no coercion, spaces inside brackets and quotes."""
    assert notebook.sent(line) == arguments


def test_json_that_is_none_is_refused_with_the_place(notebook):
    """`:=` never falls back to text."""
    error = notebook.error("%mcp_call echo text:=hello")
    assert isinstance(error, ArgumentError)
    assert "text:='hello' is not JSON" in str(error)


def test_an_expression_alone_is_the_python_object(notebook):
    """`k={expr}` passes a value, whatever its type."""
    notebook["rows"] = ["x", "y"]
    assert notebook.sent("process_items items={rows + ['z']}") == {"items": ["x", "y", "z"]}
    assert notebook.sent("add a={len(rows)} b={2 * 3}") == {"a": 2, "b": 6}


def test_a_variable_alone_is_the_very_object(notebook, monkeypatch):
    """`k=$name` hands over the object itself; nothing is copied or printed on the way."""
    notebook["things"] = ["x", "y"]
    seen = {}
    begin = Calling.begin

    def spy(self, tool, arguments, *args, **options):
        seen.update(arguments)
        return begin(self, tool, arguments, *args, **options)

    monkeypatch.setattr(Calling, "begin", spy)
    notebook.run("%mcp_call process_items items=$things delay=0")
    assert seen["items"] is notebook["things"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<{name}>", "<Ada>"),
        ("to-$name", "to-Ada"),
        ('"dear {name}, $n left"', "dear Ada, 3 left"),
        ("'$name {name}'", "$name {name}"),
        ("$$name", "$name"),
        ("{{name}}", "{name}"),
        ("$5", "$5"),
        ("US$", "US$"),
        ("a{{b}}c", "a{b}c"),
    ],
)
def test_text_expands_and_escapes(notebook, written, text):
    """Inside longer text a value is formatted; `$$` and `{{` are the characters, `$5` is money."""
    notebook["name"], notebook["n"] = "Ada", 3
    assert notebook.sent(f"echo text={written}") == {"text": text}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'hello world'", "hello world"),
        ('"hello world"', "hello world"),
        ("hello\\ world", "hello world"),
        ("it\\'s", "it's"),
        ('"it\'s"', "it's"),
        ("a'b c'd", "ab cd"),
        ("''", ""),
        ("a=b", "a=b"),
        ("http://x/?a=1&b=2", "http://x/?a=1&b=2"),
        ("-5", "-5"),
        ("--quiet", "--quiet"),
    ],
)
def test_quotes_work_as_in_a_shell(notebook, written, text):
    """Single quotes, double quotes, backslash."""
    assert notebook.sent(f"echo text={written}") == {"text": text}


def test_a_leading_brace_makes_the_line_one_object(notebook):
    """JSON with spaces, after the options."""
    assert notebook.sent('add {"a": 1, "b": 2}') == {"a": 1, "b": 2}
    assert notebook.sent('echo {"text": "two  words {x} $y"}') == {"text": "two  words {x} $y"}
    assert notebook.sent("echo {}".replace("{}", '{ "text" : "a" }')) == {"text": "a"}


def test_dots_nest(notebook):
    """`a.b=1` builds the object that the schema has."""
    assert notebook.sent("configure mode=fast window.start=1 window.end=5") == {
        "mode": "fast",
        "window": {"start": 1, "end": 5},
    }


def test_options_stand_before_or_after_the_tool(notebook):
    """What begins with a dash is ours until an equals sign says otherwise."""
    request = notebook.run("%mcp_call add a=1 --dry-run b=2").request
    assert request == {"method": "tools/call", "params": {"name": "add", "arguments": {"a": 1, "b": 2}}}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("add a=1", "b"),
        ("add a=1 b=x", "b='x' is not an integer"),
        ("add a=1 b=2 c=3", "c"),
        ("add a=1 b=2 a=3", "given twice"),
        ("configure mode=fsat", "fast"),
        ("configure mode=fast workers=99", "workers=99"),
        ("configure mode=fast window.start=77", "window.start=77"),
        ("echo hello", "is not an argument"),
        ("echo text='open", "never closed"),
        ("echo text={1", "never closed"),
        ("echo text={missing}", "no variable"),
        ("echo text=$missing", "no variable"),
        ("echo text={1/0}", "ZeroDivisionError"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(notebook, line, words):
    """The message names the parameter, its value and the cure."""
    error = notebook.error(f"%mcp_call {line}")
    assert isinstance(error, ArgumentError)
    assert words in str(error)


def test_a_server_is_named_before_the_dot_or_by_an_option(notebook):
    """`server.tool` and `-s server tool` reach a server that is not the default."""
    notebook.run("%mcp_connect demo --name other;")
    notebook.run("%mcp_disconnect other")
    notebook.run("%mcp_connect demo --name second;")
    for line in (
        "demo.add a=1 b=2",
        "-s demo add a=1 b=2",
        "add a=1 b=2 --server demo",
        "second.add a=1 b=2",
    ):
        assert notebook.run(f"%mcp_call {line}").data == 3


def test_an_unknown_tool_is_refused_with_the_nearest_names(notebook):
    """A slip of the finger is cured by reading the message."""
    error = notebook.error("%mcp_call ad a=1 b=2")
    assert isinstance(error, UnknownToolError)
    assert "did you mean 'add'" in str(error)


def test_an_unknown_server_is_refused_with_those_that_are_connected(notebook):
    """By option and by prefix alike."""
    for line in ("-s nowhere add a=1 b=2", "nowhere.add a=1 b=2"):
        error = notebook.error(f"%mcp_call {line}")
        assert isinstance(error, UnknownServerError)
        assert "'nowhere'" in str(error)
        assert "demo" in str(error)


def test_local_variables_of_a_function_are_seen(notebook):
    """A magic inside a `def` uses the names of that function, before the notebook's own."""
    notebook.run(
        "word = 'global'\n"
        "def say(word, n):\n"
        "    result = %mcp_call echo text={word.upper()}-$n\n"
        "    return result.text\n"
        "said = [say('local', n) for n in range(2)]"
    )
    assert notebook["said"] == ["LOCAL-0", "LOCAL-1"]


def test_a_loop_calls_with_its_own_variable(notebook):
    """The line is read anew at every turn."""
    notebook.run("sums = []\nfor i in range(3):\n    r = %mcp_call add a=$i b={i}\n    sums.append(r.data)")
    assert notebook["sums"] == [0, 2, 4]


def test_an_expression_may_hold_a_comprehension(notebook):
    """Names inside one are found too, the function's as well."""
    notebook.run(
        "def upper(names):\n"
        "    suffix = '!'\n"
        "    r = %mcp_call process_items items={[n + suffix for n in names]} delay=0\n"
        "    return r.data['items']\n"
        "shouted = upper(['a', 'b'])"
    )
    assert notebook["shouted"] == ["A!", "B!"]


def test_an_empty_line_says_how_to_write_one(notebook):
    """No tool: the usage, as a usage error without a traceback."""
    error = notebook.error("%mcp_call")
    assert type(error).__name__ == "UsageError"
    assert "%mcp_call [OPTIONS] [SERVER.]TOOL" in str(error)


def test_an_unknown_option_is_a_usage_error(notebook):
    """The parser's exit never reaches the kernel."""
    assert type(notebook.error("%mcp_call --nonsense add a=1 b=2")).__name__ == "UsageError"
    assert type(notebook.error("%mcp_call -f sideways add a=1 b=2")).__name__ == "UsageError"
    assert type(notebook.error("%mcp_call add a=1 b=2 -t soon")).__name__ == "UsageError"
