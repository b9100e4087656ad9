"""What is shown of a tool and of a server: words for the page, tables for the rest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mcp_notebook.errors import ToolError, UnknownToolError
from mcp_notebook.notebook.forms import static, words
from mcp_notebook.notebook.forms.server_view import _Page
from mcp_notebook.notebook.forms.source import Last, Source

from .test_running import Call, Sheet

HOSTILE = "<script>x</script>\x1b[31m\u202e\nsecond"


def offer(name="work", description="", schema=None, title=None, **hints):
    annotations = SimpleNamespace(**{f"{hint}_hint": value for hint, value in hints.items()}, title=None)
    declaration = SimpleNamespace(title=title, annotations=annotations)
    return SimpleNamespace(
        name=name, description=description, input_schema=schema or {}, declaration=declaration
    )


def test_a_static_form_says_what_is_asked_and_how_to_call():
    """For nbclient, GitHub and a terminal."""
    schema = {"properties": {"a": {"type": "integer", "description": "one"}, "b": {}}, "required": ["a"]}
    shown = static.form("server", offer("work", "Does it.\n    Well.", schema), "a cure")

    assert repr(shown).startswith("server.work\nDoes it.\nWell.\n\n")
    assert "a: integer" in repr(shown)
    assert repr(shown).endswith("%mcp_call server.work a=…   (a cure)")
    assert "a: integer" in shown._repr_mimebundle_()["text/html"]


def test_a_static_form_has_what_was_filled_in_beforehand():
    """In the line that calls the tool, beside what is still wanted."""
    schema = {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a", "b"]}
    assert repr(static.form("server", offer("work", "", schema), "", {"b": "x y"})).endswith(
        "%mcp_call server.work b='x y' a=…"
    )


def test_a_servers_words_are_clean_wherever_they_go():
    """One line where one is wanted, no control, no markup."""
    odd = offer(HOSTILE, HOSTILE, {"properties": {HOSTILE: {"description": HOSTILE}}}, HOSTILE)
    shown = static.form("server", odd)
    page = words.form_state("server", odd, {})
    listed = words.list_state("server", [odd])["tools"][0]
    clean = "<script>x</script> second"

    assert page["title"] == listed["title"] == listed["label"] == clean
    assert listed["name"] == HOSTILE  # it is what is sent back
    assert listed["help"] == "<script>x</script>"
    for text in (repr(shown), page["message"]):
        assert text.replace("\n", "").isprintable()
    assert "<script>" not in shown._repr_mimebundle_()["text/html"]
    assert "\x1b" not in shown._repr_mimebundle_()["text/html"]


def test_tags_say_only_what_the_server_says():
    """True is said; false, unknown and nonsense are not."""
    said = offer(read_only=True, destructive=False, idempotent="yes", open_world=None)
    assert [tag["label"] for tag in words.tags(said)] == ["read-only"]
    assert [tag["look"] for tag in words.tags(offer(destructive=True))] == ["danger"]
    assert words.tags(SimpleNamespace(declaration=SimpleNamespace(annotations=None))) == []


def test_an_error_reads_as_its_words():
    """No traceback; its markup is text; its kind is said once."""
    shown = static.failure(ToolError("work: <b>no</b>"))
    assert repr(shown) == "ToolError: work: <b>no</b>"
    assert "&lt;b&gt;no" in shown._repr_mimebundle_()["text/html"]
    assert repr(static.failure(ValueError("odd"))) == "ValueError: odd"


@pytest.fixture
def server():
    """A server of two tools, which a test may change."""
    schema = {"properties": {"kind": {"enum": ["a", "b"]}}}
    return {"one": offer("one", schema=schema), "two": offer("two", schema=schema)}


@pytest.fixture
def page(server):
    """A page that shows it, its sheet and its calls."""
    sheet, calls = Sheet(), []

    class Tools:
        def __getitem__(self, name):
            if name not in server:
                raise UnknownToolError(f"no tool {name!r}")
            return server[name]

    def start(*call):
        calls.append(Call(*call))
        return calls[-1]

    hear = _Page(Source("server", Tools, start), Last(), sheet).hear
    return SimpleNamespace(hear=hear, sheet=sheet, calls=calls)


RUN = {"type": "button", "name": "run", "entry": {"fields": {"kind": {"option": 0}}, "extra": []}}


def test_a_picked_tool_is_shown_and_run(page):
    """Its form comes as a whole, so that a page that reloads finds it."""
    page.hear({"type": "pick", "tool": "one"})
    view = page.sheet.sent[-1]["view"]
    assert (view["tool"], view["serial"], view["state"]["title"]) == ("one", 1, "one")
    page.hear({**RUN, "tool": "one"})

    assert [(call.tool, call.arguments) for call in page.calls] == [("one", {"kind": "a"})]


def test_only_the_form_that_is_shown_is_heard(page):
    """A click that comes late, of a form that was replaced or never was, runs nothing."""
    page.hear({**RUN, "tool": "one"})
    page.hear({"type": "pick", "tool": "two"})
    page.hear({**RUN, "tool": "one"})
    assert page.calls == []


def test_a_form_reads_as_it_was_drawn(page, server):
    """The server has changed its options meanwhile: the first option is the one that was seen."""
    page.hear({"type": "pick", "tool": "one"})
    server["one"] = offer("one", schema={"properties": {"kind": {"enum": ["destroy", "a"]}}})
    page.hear({**RUN, "tool": "one"})

    assert page.calls[0].arguments == {"kind": "a"}


@pytest.mark.parametrize("tool", ["gone", None, 5, ["one"]])
def test_picking_what_is_not_there_is_said_or_passed_over(page, tool):
    """The list may be old; a page may say anything."""
    page.hear({"type": "pick", "tool": tool})
    assert page.sheet.sent == []
    assert [repr(shown) for shown in page.sheet.shown] == (
        ["UnknownToolError: no tool 'gone'"] if tool == "gone" else []
    )
