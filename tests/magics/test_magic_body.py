"""%%mcp_call: the arguments are the cell's body."""

from __future__ import annotations

import pytest

from mcp_notebook import ArgumentError


@pytest.mark.parametrize(
    "body",
    [
        '{"mode": "fast", "workers": 2, "window": {"start": 1}}',
        '\n  {\n  "mode": "fast",\n  "workers": 2,\n  "window": {"start": 1}\n}\n',
        "mode: fast\nworkers: 2\nwindow:\n  start: 1\n",
        "# a comment\nmode: fast\nworkers: 2\nwindow: {start: 1}",
    ],
)
def test_a_body_is_json_or_yaml(notebook, body):
    """Both say the same."""
    request = notebook.run(f"%%mcp_call --dry-run configure\n{body}")
    assert request.request["params"]["arguments"] == {"mode": "fast", "workers": 2, "window": {"start": 1}}


def test_a_body_is_not_expanded(notebook):
    """A `$` or a brace in JSON or YAML is text."""
    notebook["x"] = 1
    assert notebook.run("%%mcp_call echo\ntext: '$x {x}'").text == "$x {x}"
    assert notebook.run('%%mcp_call echo\n{"text": "{x} $x"}').text == "{x} $x"


def test_a_body_in_python_ends_with_a_mapping(notebook):
    """`--py`: statements before it, the notebook's names, objects untouched."""
    notebook["rows"] = ["a", "b"]
    result = notebook.run("%%mcp_call --py process_items\nmore = rows + ['c']\n{'items': more, 'delay': 0}")
    assert result.data["items"] == ["A", "B", "C"]


def test_python_names_of_a_body_stay_in_it(notebook):
    """The body assigns no variable of the notebook."""
    notebook.run("%%mcp_call --py --dry-run echo\nsecret_name = 'x'\n{'text': secret_name}")
    assert "secret_name" not in notebook


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("x = 1", "not a mapping"),
        ("[1, 2]", "not a mapping"),
        ("1 +", "SyntaxError"),
        ("y = 1\n1/0\n{}", "line 2"),
    ],
)
def test_a_python_body_that_gives_no_mapping_is_refused(notebook, body, words):
    """With the line of the body where it stopped."""
    error = notebook.error(f"%%mcp_call --py echo\n{body}")
    assert isinstance(error, ArgumentError)
    assert words in str(error)


@pytest.mark.parametrize("body", ["- a\n- b", "just words", "{'a': ", '{"text": }', "text: [a"])
def test_a_body_that_is_no_mapping_is_refused(notebook, body):
    """With where, and what is wanted."""
    assert isinstance(notebook.error(f"%%mcp_call echo\n{body}"), ArgumentError)


def test_the_header_wins_over_the_body(notebook):
    """Name by name, nested mappings too."""
    request = notebook.run(
        "%%mcp_call --dry-run configure mode=careful window.start=3\nmode: fast\nworkers: 2\nwindow: {start: 1, end: 9}"
    )
    assert request.request["params"]["arguments"] == {
        "mode": "careful",
        "workers": 2,
        "window": {"start": 3, "end": 9},
    }


@pytest.mark.parametrize("body", ["\n", "   \n\n", "# nothing but a comment\n"])
def test_an_empty_body_is_no_arguments(notebook, body):
    """The header may hold them all; a cell without a second line is refused by IPython itself."""
    assert notebook.run(f"%%mcp_call add a=1 b=2\n{body}").data == 3


def test_an_empty_python_body_is_no_arguments(notebook):
    """`--py` too."""
    assert notebook.run("%%mcp_call --py add a=1 b=2\n\n").data == 3


def test_options_work_as_on_a_line(notebook):
    """`-o` in the header of a cell."""
    assert notebook.run("%%mcp_call -o kept add\na: 1\nb: 2") is None
    assert notebook["kept"].data == 3


def test_a_cell_names_its_server(notebook):
    """`server.tool` in the header."""
    notebook.run("%mcp_connect demo --name second;")
    assert notebook.run("%%mcp_call demo.add\na: 1\nb: 2").data == 3
