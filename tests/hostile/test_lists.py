"""Lists of tools that are none, endless, hostile, or another one each time."""

from __future__ import annotations

import pytest

import mcp_notebook as mcpn

from .listings import HOSTILE_NAMES, LISTINGS
from .observing import good, unshowable
from .opening import connect

REFUSED = {
    "name_missing",
    "name_number",
    "tool_null",
    "tools_null",
    "tools_dict",
    "description_number",
    "annotations_odd",
    "cursor_number",
    "schema_list",
    "schema_null",
    "schema_true",
    "schema_of_text",
    "schema_typeless",
}
"""kinds of lists that are no lists of tools in any era: no connection"""
OF_THE_NEWER_ERA = {"schema_broken"}
"""kinds that the older era takes for none"""
SOME_WAYS = ("stdio-2025", "memory-2025", "memory-2026", "http-2026")
COUNTS = {
    "duplicates": 1,
    "hostile_names": 1 + len(HOSTILE_NAMES),
    "thousands": 3_001,
    "long_descriptions": 6,
    "cursor_empty": 1,
    "cursor_loop": 1,
    "pages": 101,
    "vanishing": 0,
}


def kinds() -> list[str]:
    """Return the kinds of lists."""
    return [kind for kind in LISTINGS if kind not in {"plain", "changing"}]


@pytest.mark.parametrize("way_name", SOME_WAYS)
@pytest.mark.parametrize("kind", kinds())
def test_a_list_is_taken_with_a_good_call_or_refused_in_words(servers, kind, way_name):
    """Bounded in number and pages; every word of it can be shown."""
    if kind in REFUSED or (kind in OF_THE_NEWER_ERA and "2025" in way_name):
        with pytest.raises(mcpn.ConnectError) as caught:
            connect(servers, way_name, f"list_{kind}")
        assert unshowable(str(caught.value)) == []
        assert "\n" not in str(caught.value)
        return

    with connect(servers, way_name, f"list_{kind}") as connection:
        tools = connection.tools
        assert len(tools) == COUNTS.get(kind, len(tools))
        assert unshowable(repr(tools)) == []
        assert unshowable(tools.table()._repr_mimebundle_()["text/plain"]) == []
        if "good" in tools:
            assert good(connection) == "good"
        else:
            with pytest.raises(mcpn.UnknownToolError):
                good_call(connection)
        assert connection.state == "open"


def good_call(connection):
    """Call the good tool by its name."""
    return connection.call("good", timeout=30)


@pytest.mark.parametrize("way_name", SOME_WAYS)
def test_tools_of_hostile_names_are_called_and_shown(servers, way_name):
    """The very name goes over the wire; what is said of the call is clean."""
    with connect(servers, way_name, "list_hostile_names") as connection:
        for name in HOSTILE_NAMES:
            call = connection.start(name, timeout=30)
            assert call.result(60).text.startswith("good")
            assert unshowable(repr(call)) == []
            assert unshowable(repr(connection.tools[name])) == []
        with pytest.raises(mcpn.UnknownToolError) as caught:
            connection.call("erased")
        assert unshowable(str(caught.value)) == []


@pytest.mark.parametrize("kind", [k for k in kinds() if k.startswith("schema_") and k not in REFUSED])
def test_a_hostile_schema_judges_no_argument_for_ever(servers, kind):
    """Loops, doubling references and slow patterns are bounded: refused or sent, in a moment."""
    with connect(servers, "memory-2026", f"list_{kind}") as connection:
        assert repr(connection.tools["odd"])
        try:
            text = connection.call("odd", {"a": "a" * 60 + "!"}, timeout=30).text
        except mcpn.ArgumentError as error:
            text = f"good words: {error}"
        assert text.startswith("good")
        assert unshowable(text) == []
        assert good(connection) == "good"


@pytest.mark.parametrize("way_name", SOME_WAYS)
def test_a_list_that_changes_with_each_look_is_asked_for_again(servers, way_name):
    """The newest list counts; a call of a tool that is there goes through."""
    with connect(servers, way_name, "list_plain") as connection:
        before = connection.tools.names()
        connection.call("good", {"listing": "changing"}, timeout=30)
        for _ in range(3):
            assert good(connection) == "good"
            connection.call("good", {"listing": "changing"}, timeout=30)
        after = connection.tools.names()

        assert after != before
        assert good(connection) == "good"


@pytest.mark.parametrize("way_name", SOME_WAYS)
@pytest.mark.parametrize("kind", ["tools_null", "schema_list", "vanishing"])
def test_a_list_that_becomes_none_is_an_error_of_ours_and_the_connection_stays(servers, way_name, kind):
    """Whoever asks for the tools then learns it in words."""
    with connect(servers, way_name, "list_plain") as connection:
        connection.call("good", {"listing": kind}, timeout=30)

        with pytest.raises(mcpn.MCPNotebookError) as caught:
            connection.call("never_heard_of", timeout=30)

        assert unshowable(str(caught.value)) == []
        assert connection.state == "open"
