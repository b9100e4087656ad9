"""%mcp_form: its line, and what Tab offers there."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter


def plain(form):
    return repr(form).partition("\n")[0]


@pytest.mark.parametrize("line", ["demo.add", "add", "demo.add a=1", "add b={1 + 1} a=$one", "'demo.add'"])
def test_a_tool_is_named_as_for_a_call(notebook, line):
    """With its server or, on the default one, alone; what fills it in is read as for a call."""
    notebook["one"] = 1
    assert plain(notebook.run(f"%mcp_form {line}")) == "demo.add"


@pytest.mark.parametrize("line", ["", "demo"])
def test_a_server_or_nothing_shows_all_tools(notebook, line):
    """The default one, where none is named."""
    form = notebook.run(f"%mcp_form {line}")
    assert plain(form) == "demo"
    assert "process_items" in repr(form)


def test_what_is_filled_in_beforehand_stands_in_the_form(notebook):
    """Coerced by the schema, and not judged yet: it is there to be completed."""
    form = notebook.run("%mcp_form demo.configure workers=99 tags=a,b note:=null")
    entries = {field["name"]: field.get("entry") for field in form._form.spec["fields"]}
    assert entries["workers"] == {"text": "99"}
    assert entries["tags"] == {"items": [{"text": "a"}, {"text": "b"}]}
    assert entries["note"] == {"null": True}
    assert entries["mode"] is None


def test_a_form_begins_with_nothing_done(notebook):
    """Assigned, silenced, and asked for what it has."""
    notebook.run("form = %mcp_form demo.add")
    assert [notebook["form"].arguments, notebook["form"].result, notebook["form"].call] == [None] * 3


@pytest.mark.parametrize("line", ["demo.ad", "nonsense", "demo.add a=1 'b"])
def test_what_is_no_tool_is_refused(notebook, line):
    """With the nearest names, as everywhere."""
    assert str(notebook.error(f"%mcp_form {line}"))


def test_tab_offers_servers_tools_and_arguments(notebook):
    """The same as for a call, without its flags."""

    def offered(text):
        with provisionalcompleter():
            return {one.text for one in notebook.shell.Completer.completions(text, len(text))}

    assert {"demo", "demo.add", "configure"} <= offered("%mcp_form ")
    assert "mode=" in offered("%mcp_form demo.configure ")
    assert "mode=fast" in offered("%mcp_form demo.configure mode=f")
