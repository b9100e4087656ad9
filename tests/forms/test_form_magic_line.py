"""The line that a form gives sends the same arguments when it is run."""

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from mcp_notebook.forms import magic_line
from mcp_notebook.forms.values import written
from mcp_notebook.magics import call_line, lines
from mcp_notebook.magics.commands import MCPMagics

from .schemas import NAMES, TEXTS, forms

SCHEMA = {
    "properties": {
        "mode": {"enum": ["fast", "safe"]},
        "n": {"type": "integer"},
        "rate": {"type": "number"},
        "on": {"type": "boolean"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "window": {"type": "object", "properties": {"start": {"type": "integer"}}},
        "text": {"type": "string"},
        "either": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
    }
}


class NoNames:
    """A notebook without variables."""

    def evaluate(self, expression):
        raise NameError(expression)

    run = evaluate


def run(text, schema):
    """Return the server, the tool and the arguments of what IPython and the magic make of *text*."""
    [statement] = ast.parse(TransformerManager().transform_cell(text)).body
    name, *rest = (ast.literal_eval(argument) for argument in statement.value.args)
    assert name == "mcp_call"
    line, _ = lines.silenced(rest[0])
    call = call_line.read(MCPMagics.mcp_call.parser, line)
    cell = rest[1] if len(rest) > 1 else None
    return call.server, call.tool, call_line.arguments(call, cell, schema, NoNames())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({}, "%mcp_call demo.tool"),
        ({"mode": "fast", "n": 4, "rate": 0.5}, "%mcp_call demo.tool mode=fast n=4 rate=0.5"),
        ({"on": True, "note": None}, "%mcp_call demo.tool on=true note=null"),
        ({"tags": ["a", "b"]}, "%mcp_call demo.tool tags=a,b"),
        ({"tags": ["a,b"]}, '%mcp_call demo.tool tags:=["a,b"]'),
        ({"text": "what is it?"}, "%mcp_call demo.tool text='what is it?'"),
        ({"text": "5"}, "%mcp_call demo.tool text=5"),
        ({"text": "it's"}, '%mcp_call demo.tool text="it\'s"'),
        ({"text": "a\nb"}, '%mcp_call demo.tool text:="a\\nb"'),
        ({"text": "end;"}, "%mcp_call demo.tool text='end;'"),
        ({"note": "null"}, '%mcp_call demo.tool note:="null"'),
        ({"either": "a,b"}, '%mcp_call demo.tool either:="a,b"'),
        ({"window": {"start": 8}}, '%mcp_call demo.tool window:={"start": 8}'),
        ({"my key": 1, "a.b": 2}, '%mcp_call demo.tool {"my key": 1, "a.b": 2}'),
        ({"rate": 1.0, "n": 2}, "%mcp_call demo.tool rate=1.0 n=2"),
    ],
)
def test_a_line_reads_as_a_person_would_write_it(arguments, line):
    """`k=v` where the schema gives the value back, JSON where it does not."""
    assert magic_line("demo", "tool", arguments, schema=SCHEMA) == line


def test_without_a_schema_every_value_is_json():
    """Nobody knows what `5` would become."""
    assert magic_line(None, "tool", {"text": "5", "n": 5}) == '%mcp_call tool text:="5" n:=5'


def test_what_is_long_or_of_several_lines_is_a_cell():
    """A body that one can edit."""
    text = magic_line("demo", "tool", {"text": "a\nb\nc", "n": 1})
    assert text == '%%mcp_call demo.tool\n{\n  "text": "a\\nb\\nc",\n  "n": 1\n}'
    assert magic_line("demo", "tool", {"text": "x" * 200}, schema=SCHEMA).startswith(
        "%%mcp_call demo.tool\n{"
    )


@pytest.mark.parametrize(
    ("server", "tool", "target"),
    [
        (None, "tool", "tool"),
        ("my-server", "a_b", "my-server.a_b"),
        ("demo", "files/read", "-s demo files/read"),
        ("my server", "a.b", "-s 'my server' a.b"),
        (None, "-q", "'-q'"),
        (None, "it's", "'it'\"'\"'s'"),
    ],
)
def test_odd_names_are_quoted_and_a_dotted_tool_stands_apart(server, tool, target):
    """No name is taken for an option, a server or two words."""
    assert magic_line(server, tool, {}) == f"%mcp_call {target}"


names = st.one_of(NAMES, TEXTS).filter(bool)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(forms(), st.none() | names, names, st.booleans())
def test_every_line_gives_the_same_call_when_it_is_run(pair, server, tool, known):
    """Through IPython's transformation, the magic's options and the grammar of its arguments."""
    schema, arguments = pair
    text = magic_line(server, tool, arguments, schema=schema if known else None)
    found = run(text, schema)
    assert written(found[2]) == written(arguments)
    assert found[:2] in ((server, tool), (None, f"{server}.{tool}"))
