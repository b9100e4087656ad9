"""%mcp_history: the table, the timeline, one call's log."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.utils.capture import capture_output

from mcp_notebook.records import History


@pytest.fixture
def called(notebook):
    """A notebook in which something was called."""
    notebook.run("%mcp_call -q echo text=first")
    notebook.run("%mcp_call -q process_items items=a,b delay=0")
    return notebook


def test_it_lists_what_was_called(called):
    """Newest last; the value is the history itself."""
    history = called.run("%mcp_history")

    assert isinstance(history, History)
    assert [record.what for record in history][-2:] == ["demo.echo", "demo.process_items"]
    assert called.run("%mcp_history --last 1")[0].label == "process_items"


def test_it_can_be_assigned(called):
    """With whatever options."""
    called.run("h = %mcp_history --last 2")
    called.run("n = 1")
    called.run("one = %mcp_history --last {n}")

    assert (len(called["h"]), len(called["one"])) == (2, 1)


def test_the_timeline_is_shown_once_and_the_table_not(called):
    """The history is still the value."""
    with capture_output() as shown:
        called.run("h = %mcp_history --plot")
        called.run("%mcp_history --plot")

    assert [sorted(output.data) for output in shown.outputs] == [["image/png", "text/plain"]] * 2
    assert "Timeline of" in shown.outputs[0].data["text/plain"]
    assert "demo.echo" not in shown.stdout
    assert len(called["h"]) >= 2


def test_a_semicolon_silences(called):
    """Table and timeline alike."""
    with capture_output() as shown:
        called.run("%mcp_history --last 3;")
        called.run("%mcp_history --plot;")

    assert (shown.outputs, shown.stdout) == ([], "")


def test_the_log_of_one_call_is_shown(called):
    """Of that which the table names."""
    number = called.run("%mcp_history")[-1].id

    assert "logged nothing" in repr(called.run(f"%mcp_history --logs {number}"))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("--last 0", "'0'"),
        ("--last -3", "-3"),
        ("--last many", "'many'"),
        ("--last 1.5", "'1.5'"),
        (f"--last {'9' * 5000}", "'999"),
        ("--logs 99999", "99999"),
        ("--logs x", "'x'"),
        ("echo", "echo"),
        ("--plod", "--plod"),
        ("--last '", "quotation"),
    ],
)
def test_what_cannot_be_read_is_named(called, line, named):
    """As a UsageError: one line, no traceback."""
    error = called.error(f"%mcp_history {line}")

    assert isinstance(error, UsageError)
    assert named in str(error)


def test_tab_offers_its_options(notebook):
    """And no servers, which it does not take."""

    def tab(line: str) -> set[str]:
        with provisionalcompleter():
            return {c.text for c in notebook.shell.Completer.completions(line, len(line))}

    assert tab("%mcp_history --") == {"--last", "--logs", "--plot"}
    assert tab("%mcp_history --p") == {"--plot"}
    assert "demo" not in tab("%mcp_history ")
