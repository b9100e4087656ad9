"""The buttons of a tool's form, without a page: what is judged, asked, sent, shown."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mcp_notebook.errors import CallCancelledError, ConnectionLostError
from mcp_notebook.forms import Form
from mcp_notebook.notebook.forms.running import ANYWAY, Runner
from mcp_notebook.notebook.forms.source import Last, Source
from mcp_notebook.notebook.forms.static import EMPTY

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer", "maximum": 9}, "key": {"type": "string", "format": "password"}},
    "required": ["n"],
}


class Sheet:
    """Where a form is shown; work apart is done at once."""

    def __init__(self):
        self.sent, self.shown, self.panels = [], [], 0

    def send(self, message):
        self.sent.append(message)

    def show(self, thing):
        self.shown.append(thing)

    def panel(self):
        self.panels += 1
        return f"panel {self.panels}"

    def apart(self, work, *arguments):
        work(*arguments)


class Call:
    """A call whose end the test decides."""

    def __init__(self, tool, arguments, panel):
        self.tool, self.arguments, self.panel = tool, arguments, panel
        self.cancelled = False
        self.outcome = None

    def cancel(self):
        self.cancelled = True
        return True

    def when_done(self, callback):
        self._callback = callback

    def result(self, timeout=None):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def end(self, outcome):
        self.outcome = outcome
        self._callback()


class Desk:
    """A runner with everything around it."""

    def __init__(self, **hints):
        annotations = SimpleNamespace(**{f"{name}_hint": value for name, value in hints.items()})
        declaration = SimpleNamespace(title=None, annotations=annotations)
        self.offer = SimpleNamespace(
            name="work", description="", input_schema=SCHEMA, declaration=declaration
        )
        self.calls, self.error = [], None
        self.sheet, self.last = Sheet(), Last()
        source = Source("server", dict, self.start)
        self.runner = Runner(source, self.last, self.sheet)
        self.form = Form(SCHEMA)

    def start(self, tool, arguments, panel):
        if self.error is not None:
            raise self.error
        self.calls.append(Call(tool, arguments, panel))
        return self.calls[-1]

    def press(self, button, **fields):
        entry = {"fields": {name: {"text": text} for name, text in fields.items()}, "extra": []}
        self.runner.hear({"name": button, "entry": entry}, self.offer, self.form)

    def told(self, kind):
        return [message for message in self.sheet.sent if message["type"] == kind]


@pytest.fixture
def desk():
    return Desk()


def test_what_is_not_valid_is_not_sent(desk):
    """Every fault goes to its field; the last valid arguments stay."""
    desk.press("run", n="10")

    assert desk.calls == []
    assert desk.told("faults")[0]["faults"] == [{"path": ["n"], "message": "must be at most 9"}]
    assert desk.last.arguments is None


def test_a_run_is_busy_until_its_result_is_there(desk):
    """The place of an older result is cleared at once; whoever holds the form has all three."""
    desk.press("run", n="5")
    call = desk.calls[0]
    assert (call.tool, call.arguments, call.panel) == ("work", {"n": 5}, "panel 1")
    assert desk.sheet.shown == [EMPTY]
    assert desk.told("busy") == [{"type": "busy", "busy": True}]
    call.end("a result")

    assert desk.sheet.shown[-1] == "a result"
    assert desk.told("busy")[-1] == {"type": "busy", "busy": False}
    assert (desk.last.arguments, desk.last.call, desk.last.result) == ({"n": 5}, call, "a result")


def test_a_second_run_waits_for_the_first_to_end(desk):
    """One bar, one result: a double click sends one call; afterwards there is a new panel."""
    desk.press("run", n="1")
    desk.press("run", n="2")
    assert [call.arguments for call in desk.calls] == [{"n": 1}]
    desk.calls[0].end("one")
    desk.press("run", n="3")

    assert [call.panel for call in desk.calls] == ["panel 1", "panel 2"]


def test_a_destructive_tool_is_asked_about_once_it_could_run():
    """The question comes after the faults, and nothing is sent before it is answered."""
    desk = Desk(destructive=True)
    desk.press("run", n="x")
    assert desk.told("ask") == []
    desk.press("run", n="1")
    assert desk.told("ask")[0]["text"].startswith("Really run work?")
    assert desk.calls == []
    desk.press(desk.told("ask")[0]["name"], n="1")

    assert [call.arguments for call in desk.calls] == [{"n": 1}]


@pytest.mark.parametrize("hints", [{}, {"destructive": None}, {"destructive": "yes"}, {"read_only": False}])
def test_only_a_tool_that_says_so_is_asked_about(hints):
    """By the default of the specification nearly every tool may destroy: such a question is answered blindly."""
    desk = Desk(**hints)
    desk.press("run", n="1")

    assert desk.told("ask") == []
    assert len(desk.calls) == 1


def test_cancel_ends_what_runs(desk):
    """And its error reads as one."""
    desk.press("run", n="1")
    desk.press("cancel")
    assert desk.calls[0].cancelled
    desk.calls[0].end(CallCancelledError("work cancelled at 3/10"))

    assert "work cancelled at 3/10" in repr(desk.sheet.shown[-1])
    assert desk.told("busy")[-1]["busy"] is False


def test_cancel_while_the_call_is_being_begun_ends_it_as_well(desk):
    """A lost server can take a moment: the click must not be lost with it."""
    begin = desk.start

    def slow(tool, arguments, panel):
        desk.press("cancel")
        return begin(tool, arguments, panel)

    desk.runner._source = Source("server", dict, slow)
    desk.press("run", n="1")

    assert desk.calls[0].cancelled


@pytest.mark.parametrize("error", [ConnectionLostError("work got no result: gone"), RuntimeError("odd")])
def test_what_cannot_be_begun_is_said_where_the_result_would_be(desk, error):
    """And the form can be used again."""
    desk.error = error
    desk.press("run", n="1")

    assert str(error) in repr(desk.sheet.shown[-1])
    assert desk.told("busy")[-1]["busy"] is False
    desk.error = None
    desk.press("run", n="1")
    assert len(desk.calls) == 1


def test_the_copied_line_masks_what_is_secret(desk):
    """It goes to a clipboard, and from there into a notebook."""
    desk.press("copy", n="1", key="s3cret")

    line = desk.told("line")[0]["text"]
    assert line.startswith("%mcp_call server.work n=1")
    assert "s3cret" not in line
    assert desk.calls == []


@pytest.mark.parametrize("button", ["nonsense", None, 5, ["run"], "_run"])
def test_a_button_that_is_none_does_nothing(desk, button):
    """A page can say anything."""
    desk.press(button, n="1")
    assert (desk.calls, desk.sheet.sent) == ([], [])


def test_the_confirmed_button_is_judged_again(desk):
    """What was asked about may have been changed since."""
    desk.press(ANYWAY, n="99")
    assert desk.calls == []
    assert len(desk.told("faults")) == 1
