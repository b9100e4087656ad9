"""The magics and the errors of a connection to a hostile server, in a shell of this process."""

from __future__ import annotations

import pydoc
import traceback

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.utils.capture import capture_output

import mcp_notebook as mcpn
from mcp_notebook.errors import MCPNotebookError
from mcp_notebook.results import ToolResult

from .conftest import SERVER
from .corpus import SHORT
from .sinks import assert_bundle, assert_text


@pytest.fixture(scope="module")
def server(shell):
    """A connection to the hostile server, the default one of the magics."""
    return mcpn.connect(SERVER, name="hostile")


def magic(shell, line, command="mcp_call"):
    """Return what a magic returns."""
    return shell.run_line_magic(command, line)


def error_of(work):
    """Return the error that *work* raises."""
    with pytest.raises(MCPNotebookError) as raised:
        work()
    return raised.value


def shown(shell, cell):
    """Run a cell and return what it writes to the terminal."""
    with capture_output() as written:
        shell.run_cell(cell)
    return written.stdout + written.stderr


def test_tables_of_tools_servers_and_jobs_are_text(shell, server):
    """`%mcp_tools`, `%mcp_tools PATTERN`, `%mcp_servers`, `%mcp_jobs`."""
    for command, line in (("mcp_tools", ""), ("mcp_tools", "pwned"), ("mcp_servers", ""), ("mcp_jobs", "")):
        assert_bundle(magic(shell, line, command))
    assert_text(repr(server), 300, line=True)
    assert_text(repr(server.tools), 12_000, line=True)


def test_results_are_text_in_every_format(shell, server):
    """What a cell shows in a terminal, and what a notebook keeps."""
    for form in ("auto", "text", "json", "raw"):
        for flags in ("", "--no-raise-error "):
            result = magic(shell, f"-q {flags}-f {form} say")
            assert isinstance(result, ToolResult)
            assert_bundle(result, 3_000_000)
    assert_bundle(magic(shell, "-q --no-raise-error fail"))


def test_a_cell_that_shows_results_and_help_writes_text(shell, server):
    """The display of terminal IPython; `?` of a tool; `help`."""
    shell.user_ns["server"] = server
    for cell in (
        "%mcp_call say",
        "server.tools",
        "%mcp_tools",
        "%mcp_call --dry-run say choice=fine",
        "server",
    ):
        written = shown(shell, cell)
        assert written
        assert_text(written, 300_000)
    tool = server.tools.work
    assert_text(pydoc.plain(pydoc.render_doc(tool)), 100_000)
    for detail in (0, 1):
        for text in shell.inspector._get_info(tool, "server.tools.work", detail_level=detail).values():
            assert_text(text, 200_000)


@pytest.mark.parametrize("tool", ["fail", "refuse"])
def test_an_error_is_text_where_it_is_raised_and_where_ipython_shows_it(shell, server, tool):
    """Its message, and IPython's own rendering."""
    assert_text(str(error_of(lambda: server.call(tool))), 2_200)
    written = shown(shell, f"%mcp_call -q {tool}")
    assert "pwned" in written
    assert_text(written, 8_000)


def test_a_lost_server_is_told_in_text(server):
    """Exit status, what stood on stdout, the end of stderr."""
    assert_text(str(error_of(lambda: server.call("die"))), 3_000, line=True)


def test_refused_arguments_are_told_in_text(server):
    """Unknown, and not what the schema wants."""
    assert_text(str(error_of(lambda: server.call("say", nope=1))), 8_000, line=True)
    assert_text(str(error_of(lambda: server.call("say", choice="x"))), 8_000, line=True)


def test_progress_is_text_wherever_it_is_kept(shell, server):
    """Lone surrogates among the messages: they come past the SDK."""
    call = server.start("work")
    call.result()

    assert call.progress.updates
    assert_text(repr(call), 400, line=True)
    assert_text(repr(call.events).replace("Event(", "\n"), 200_000)
    assert all(assert_text(event.message or "", 2_000, line=True) is None for event in call.events)


def test_a_connect_that_fails_tells_why_in_text(tmp_path):
    """Junk on stdout, attacks on stderr, an exit."""
    script = tmp_path / "broken.py"
    said = "\n".join(SHORT.values())
    script.write_text(
        f"import sys\nsys.stderr.write({said!r})\nsys.stdout.write({said!r})\nsys.exit(7)", encoding="utf-8"
    )

    assert_text(
        str(error_of(lambda: mcpn.connect([SERVER[0], str(script)], name="broken"))), 4_000, line=True
    )


def test_tab_offers_text_that_means_itself(shell, server):
    """Tools, parameters, values: nothing ends the line, is an option, or would be evaluated."""
    offered = []
    for line in ("", "--server hostile ", "hostile.", "say ", "say choice=", "say p", "<"):
        with provisionalcompleter():
            full = f"%mcp_call {line}"
            offered += [c.text for c in shell.Completer.completions(full, len(full))]

    assert "say" in offered
    assert "choice=fine" in offered
    for text in offered:
        assert_text(text, 200, line=True)
        bare = text.partition("=")[2].strip("'") if "='" in text else text
        assert "'" not in bare
        assert "='" in text or not set(text) & set(" {}[]$'\"\\;"), text


def test_a_value_of_an_enum_that_looks_like_an_expression_is_quoted(shell):
    """`k={expr}` evaluates: completing it must not."""
    from mcp_notebook.arguments import from_words, split_words
    from mcp_notebook.magics.completion import _arguments

    values = ["{__import__('os')}", "{evil()}", "$evil", "a b", "a;", "x={evil()}", "-o", "fine", "é"]
    schema = {"properties": {"k": {"enum": values}, "x={evil()}": {}, "$y": {}, "plain": {}}}

    class Tool:
        input_schema = schema

    offers = [text for text, _ in _arguments(Tool, [], "k=")]
    assert "k='{evil()}'" in offers
    assert "k=fine" in offers
    assert not any("__import__" in offer for offer in offers)
    for offer in offers:
        given = from_words(split_words(offer), schema, pytest.fail)
        assert given["k"] in values
    assert [text for text, _ in _arguments(Tool, [], "")] == ["k=", "plain="]


def test_the_name_of_a_tool_in_its_error_is_text(server):
    """A tool's name is the server's."""
    for evil in SHORT.values():
        assert_text(str(error_of(lambda evil=evil: server.call(evil))), 3_000)


def test_the_names_offered_for_an_unknown_tool_are_text(server):
    """Where none is near, the first dozen."""
    assert_text(str(error_of(lambda: server.call("0"))), 3_000, line=True)


def test_what_python_prints_of_an_uncaught_error_is_text(server):
    """In a plain script nobody else renders the traceback: causes are printed, too."""
    printed = "".join(traceback.format_exception(error_of(lambda: server.call("refuse"))))
    assert_text(printed, 20_000)


def test_a_result_with_half_a_character_is_shown(server):
    """Escaped in JSON it is well-formed; the SDK refuses the whole message."""
    assert "pwned" in repr(server.call("half", timeout=30))
