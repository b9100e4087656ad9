"""Tab: what the completer offers at the end of a line, as terminal and kernel ask for it."""

import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.completer import CompletionContext, provisionalcompleter


@pytest.fixture
def tab(notebook):
    """Return what the kernel would offer at the end of a text: whole words, as they would stand there."""

    def complete(text, cursor=None):
        cursor = len(text) if cursor is None else cursor
        with provisionalcompleter():
            found = list(notebook.shell.Completer.completions(text, cursor))
        return [text[: c.start].rpartition(" ")[2] + c.text for c in found]

    return complete


def test_tools_follow_the_command(tab):
    """Those of the default server, and every server's by its name."""
    offered = tab("%mcp_call ")
    assert {"add", "process_items", "demo.add"} <= set(offered)


def test_a_prefix_narrows(tab):
    """Nothing else is offered: no file, no keyword, no variable."""
    assert set(tab("%mcp_call proc")) == {"process_items"}
    assert set(tab("%mcp_call demo.pro")) == {"demo.process_items"}


def test_the_older_protocol_offers_the_same(notebook):
    """`shell.complete`, as readline and old front ends use it."""
    with warnings.catch_warnings(action="ignore", category=PendingDeprecationWarning):
        text, matches = notebook.shell.complete("proc", "%mcp_call proc", len("%mcp_call proc"))
    assert text == "proc"
    assert matches == ["process_items"]


def test_parameters_follow_the_tool(tab):
    """With their equals sign."""
    assert set(tab("%mcp_call add ")) == {"a=", "b="}
    assert set(tab("%mcp_call configure wo")) == {"workers="}
    assert set(tab("%mcp_call demo.add ")) == {"a=", "b="}


@pytest.mark.parametrize("line", ["add a=1 ", "add a:=1 ", "add a={x} ", "-t 5 add a=1 ", "r << add a=1 "])
def test_a_parameter_is_not_offered_twice(tab, line):
    """However it was given."""
    assert tab(f"%mcp_call {line}") == ["b="]


def test_values_of_a_choice_are_offered(tab):
    """Enums and booleans; the name stays."""
    assert set(tab("%mcp_call configure mode=")) == {"mode=fast", "mode=careful", "mode=dry-run"}
    assert set(tab("%mcp_call configure mode=f")) == {"mode=fast"}
    assert set(tab("%mcp_call configure notify=")) == {"notify=true", "notify=false"}


@pytest.mark.parametrize(
    "line", ["%mcp_call configure workers=", "%mcp_call add a=1 b=2 ", "%mcp_call configure mode=x"]
)
def test_where_we_have_nothing_to_offer_python_has_not_either(tab, line):
    """A list of Python's keywords helps nobody there; the fragment itself may stand for nothing."""
    assert set(tab(line)) <= {line.rpartition(" ")[2]}


def test_a_choice_may_hold_a_dash(tab):
    """`mode=dry-` is completed in full."""
    assert tab("%mcp_call configure mode=dry-") == ["mode=dry-run"]


def test_flags_are_offered_after_a_dash(tab):
    """Long ones, wherever they may stand."""
    flags = set(tab("%mcp_call --"))
    assert {
        "--out",
        "--server",
        "--quiet",
        "--timeout",
        "--max-timeout",
        "--bg",
        "--format",
        "--dry-run",
    } <= flags
    assert set(tab("%mcp_call add a=1 --no")) == {"--no-raise-error", "--no-progress"}


def test_values_of_flags_are_offered(tab):
    """Servers after `-s`, formats after `-f`."""
    assert tab("%mcp_call -s ") == ["demo"]
    assert tab("%mcp_call --server de") == ["demo"]
    assert set(tab("%mcp_call -f ")) == {"auto", "text", "json", "raw"}
    assert "add" in tab("%mcp_call -s demo ")


def test_a_value_of_a_flag_is_no_tool(tab):
    """`-o add` names a variable; the tool is still to come."""
    assert "process_items" in tab("%mcp_call -o add ")


@pytest.mark.parametrize("before", ["x = ", "x=", "    ", "if 1:\n    ", "x = 1\ny = "])
def test_lines_that_assign_or_are_indented_complete(tab, before):
    """Wherever IPython takes a magic."""
    assert tab(f"{before}%mcp_call proc")[-1:] == ["process_items"]


def test_a_cell_magic_completes(tab):
    """Its header, not its body."""
    assert tab("%%mcp_call proc") == ["process_items"]
    assert set(tab("%%mcp_call add ")) == {"a=", "b="}
    assert "add" not in tab("%%mcp_call add\nad")


def test_the_cursor_may_stand_inside_the_line(tab):
    """What is right of it does not count."""
    line = "%mcp_call proc delay=0"
    assert tab(line, cursor=len("%mcp_call proc")) == ["process_items"]


def test_the_other_commands_offer_their_servers(notebook, tab):
    """Names of connections, `demo`, flags."""
    notebook.run("%mcp_connect demo --name second;")
    assert set(tab("%mcp_disconnect ")) == {"demo", "second"}
    assert tab("%mcp_disconnect sec") == ["second"]
    assert tab("%mcp_disconnect --") == ["--all"]
    assert set(tab("%mcp_tools ")) == {"demo", "second"}
    assert "demo" in tab("%mcp_connect ")
    assert set(tab("%mcp_connect --")) == {"--name", "--header", "--env", "--timeout", "--oauth"}


def test_cancel_offers_the_calls_in_flight(notebook, tab):
    """By their ids."""
    notebook.run("job = %mcp_call --bg wait_silently seconds=60")
    assert tab("%mcp_cancel ") == [str(notebook["job"].id)]
    assert tab("%mcp_cancel --") == ["--all"]


def test_another_servers_tools_are_offered_by_its_name(notebook, tab):
    """`server.tool` for a server that is not the default."""
    notebook.run("%mcp_connect demo --name second;")
    assert tab("%mcp_call demo.proc") == ["demo.process_items"]
    assert set(tab("%mcp_call demo.add ")) == {"a=", "b="}
    assert set(tab("%mcp_call -s demo add a=1 ")) == {"b="}


@pytest.mark.parametrize(
    "text", ["proc", "import o", "x = [1, 2]\nx.ap", "%tim", "'%mcp_call", "mcp_call proc"]
)
def test_other_lines_are_left_alone(notebook, tab, text):
    """Python's own completions come, ours don't."""
    offered = tab(text)
    assert "process_items" not in offered
    assert not any(word.startswith("demo.") for word in offered)


def test_pythons_completions_still_come(notebook, tab):
    """The matcher suppresses nothing where it offers nothing."""
    notebook["my_unusual_name"] = 1
    assert any(word.endswith("my_unusual_name") for word in tab("my_unus"))
    assert any("%timeit" in word for word in tab("%timei"))


def test_the_magics_names_complete(tab):
    """`%mcp_` and its kin are IPython's own business."""
    assert "%mcp_call" in tab("%mcp_ca")


def test_without_a_server_nothing_of_ours_is_offered(notebook, tab):
    """Before anything is connected."""
    notebook.run("%mcp_disconnect --all")
    for line in ("%mcp_call ", "%mcp_disconnect ", "%mcp_call add ", "%mcp_cancel ", "%mcp_call -s "):
        assert {"add", "a=", "demo"}.isdisjoint(tab(line))


WORDS = st.sampled_from(
    ["%mcp_call", "%%mcp_call", "%mcp_tools", "%mcp_cancel", "%mcp_connect", "%mcp_disconnect", "%mcp_servers", "x =",
     "add", "demo.add", "configure", "mode=", "a=1", "a:=", "-s", "demo", "-f", "--", "-", "-o", "<<", "{", "'", '"',
     "window.start=", "=", ".", "demo.", "$x", ";"]
)  # fmt: skip
LINES = st.one_of(
    st.text(),
    st.lists(WORDS | st.text(max_size=5), max_size=8).map(" ".join),
    st.text(max_size=30).map("%mcp_call ".__add__),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=LINES)
def test_the_matcher_never_raises_whatever_is_typed(notebook, line):
    """And what it offers begins with what is typed."""
    (match,) = (m for m in notebook.shell.Completer.custom_matchers if m.matcher_identifier == "mcp_notebook")
    found = match(_context(line))
    assert all(c.text.startswith(found.get("matched_fragment", "")) for c in found["completions"])


def _context(line):
    return CompletionContext(
        token=line.split(" ")[-1],
        full_text=line,
        cursor_position=len(line.rpartition("\n")[2]),
        cursor_line=line.count("\n"),
        limit=1000,
    )
