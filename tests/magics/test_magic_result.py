"""Where %mcp_call's result goes: shown, assigned, kept, silenced; and what its options ask for."""

from __future__ import annotations

import pytest
from mcp.server.mcpserver import Context, MCPServer

from mcp_notebook import Call, CallTimeoutError, ToolError, ToolResult


@pytest.fixture
def server(notebook):
    """Connect a server of this test; return what it has heard."""
    made = MCPServer("curious")
    heard = []

    @made.tool()
    async def probe(ctx: Context) -> None:
        """Report once; the SDK sends that only where the request asked for it."""
        heard.append("probe")
        await ctx.report_progress(1, 2)

    notebook["curious"] = made
    notebook.run("%mcp_connect curious;")
    return heard


def test_the_result_is_the_cells_value(notebook):
    """A result shows itself where it ends a cell."""
    result = notebook.run("%mcp_call add a=1 b=2")
    assert isinstance(result, ToolResult)
    assert result.data == 3


def test_an_assignment_takes_the_result(notebook):
    """`x = %mcp_call …` shows nothing and assigns."""
    assert notebook.run("x = %mcp_call add a=1 b=2") is None
    assert notebook["x"].data == 3


@pytest.mark.parametrize("line", ["-o kept add a=1 b=2", "add a=1 b=2 --out kept", "kept << add a=1 b=2"])
def test_out_assigns_and_shows_nothing(notebook, line):
    """`-o NAME`, `--out NAME` and `NAME <<` are the same."""
    assert notebook.run(f"%mcp_call {line}") is None
    assert notebook["kept"].data == 3


@pytest.mark.parametrize("line", ["-o not-a-name add a=1 b=2", "1x << add a=1 b=2"])
def test_a_name_that_is_none_is_refused(notebook, line):
    """Before anything is sent."""
    error = notebook.error(f"%mcp_call {line}")
    assert type(error).__name__ == "UsageError"
    assert "is not a name" in str(error)


def test_the_last_result_is_kept_in_a_name_of_its_own(notebook):
    """`_mcp`, whether the result was shown, assigned or silenced."""
    notebook.run("%mcp_call add a=1 b=2")
    assert notebook["_mcp"].data == 3
    notebook.run("%mcp_call -o other add a=2 b=2")
    assert notebook["_mcp"] is notebook["other"]
    notebook.run("%mcp_call add a=3 b=3;")
    assert notebook["_mcp"].data == 6


@pytest.mark.parametrize(
    "line", ["echo text='it is'", 'echo text="it is"', "echo text=it\\ is", 'echo {"text": "it is"}']
)
def test_a_trailing_semicolon_silences(notebook, capsys, line):
    """As everywhere in IPython; the call is made all the same."""
    capsys.readouterr()
    notebook.run(f"%mcp_call {line};")
    assert "it is" not in capsys.readouterr().out
    assert notebook["_mcp"].text == "it is"


def test_a_semicolon_is_no_part_of_the_last_argument(notebook):
    """Unless it is quoted."""
    notebook.run("x = %mcp_call echo text=hush;")
    assert notebook["x"].text == "hush"
    assert notebook.run("%mcp_call echo text='hush;'").text == "hush;"


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_quiet_shows_nothing_and_keeps_the_result(notebook, capsys, option):
    """No bar, no receipt, no output; the result is kept, and shows itself later."""
    capsys.readouterr()
    notebook.run(f"%mcp_call {option} echo text=whisper")
    assert notebook["_mcp"].text == "whisper"
    assert "whisper" not in "".join(capsys.readouterr())
    notebook.run("_mcp")
    assert "whisper" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["-q echo text=x", "echo text=x;"])
def test_silence_leaves_no_prompt_behind(notebook, capsys, line):
    """Not an empty `Out[3]:` either."""
    capsys.readouterr()
    notebook.run(f"%mcp_call {line}")
    assert capsys.readouterr() == ("", "")


def test_quiet_returns_the_result_to_an_assignment(notebook, capsys):
    """Hushed in the cell that made it only."""
    notebook.run("r = %mcp_call -q echo text=whisper")
    notebook.run("r")
    assert "whisper" in capsys.readouterr().out


def test_quiet_does_not_silence_a_later_expression_of_the_cell(notebook, capsys):
    """Only what the magic returned is hushed, not what the cell ends with."""
    notebook.run("r = %mcp_call -q echo text=whisper\nr.text + '!'")
    assert "whisper!" in capsys.readouterr().out


def test_background_returns_a_call_at_once(notebook):
    """`--bg` hands over the call itself; its result is fetched when wanted."""
    call = notebook.run("job = %mcp_call --bg add a=1 b=2\njob")
    assert isinstance(call, Call)
    assert call.result(timeout=30).data == 3
    assert call.status == "done"


def test_background_calls_can_be_assigned_with_out(notebook):
    """`-o` takes the call, for there is no result yet."""
    assert notebook.run("%mcp_call --bg -o job add a=1 b=2") is None
    assert notebook["job"].result(timeout=30).data == 3


@pytest.mark.parametrize("how", ["auto", "text", "json", "raw"])
def test_the_format_is_how_the_result_shows_itself(notebook, capsys, how):
    """`-f`; the value is the same."""
    capsys.readouterr()
    result = notebook.run(f"%mcp_call -f {how} add a=1 b=2")
    assert result.data == 3
    assert repr(result) in capsys.readouterr().out


def test_formats_differ_where_there_is_something_to_tell(notebook):
    """Text is the server's, JSON the structure, raw the whole message."""
    shown = {how: repr(notebook.run(f"%mcp_call -f {how} add a=1 b=2")) for how in ("text", "json", "raw")}
    assert shown["text"] == "3"
    assert '"result": 3' in shown["json"] or shown["json"] == "3"
    assert "content" in shown["raw"]
    assert len(set(shown.values())) >= 2


def test_the_default_format_is_configured(notebook):
    """`%config MCPMagics.format`, unless the line says otherwise."""
    notebook.run("%config MCPMagics.format = 'raw'")
    try:
        assert "content" in repr(notebook.run("%mcp_call add a=1 b=2"))
        assert repr(notebook.run("%mcp_call -f text add a=1 b=2")) == "3"
    finally:
        notebook.run("%config MCPMagics.format = 'auto'")


def test_a_failed_tool_raises_with_the_servers_words(notebook):
    """The cell fails, as a function that raises."""
    error = notebook.error("%mcp_call fail message='no paper' after=0")
    assert isinstance(error, ToolError)
    assert "no paper" in str(error)


def test_a_failure_is_returned_where_that_is_asked_for(notebook):
    """`--no-raise-error`: the result says that it is an error."""
    result = notebook.run("%mcp_call --no-raise-error fail message='no paper' after=0")
    assert result.is_error
    assert "no paper" in result.text


def test_progress_is_asked_for_unless_the_line_says_no(notebook, server):
    """`--no-progress` sends no token; neither does a configured default."""
    assert notebook.run("%mcp_call probe").call.progress.updates == 1
    assert notebook.run("%mcp_call --no-progress probe").call.progress.updates == 0
    notebook.run("%config MCPMagics.progress = False")
    try:
        assert notebook.run("%mcp_call probe").call.progress.updates == 0
    finally:
        notebook.run("%config MCPMagics.progress = True")


def test_a_dry_run_sends_nothing(notebook, server):
    """It shows the request, after the same checks."""
    request = notebook.run("%mcp_call --dry-run probe")
    assert server == []
    assert '"tools/call"' in repr(request)
    assert "not sent" in request._repr_html_()
    assert "_mcp" not in notebook


def test_a_dry_run_can_be_assigned(notebook):
    """The request is a value like another."""
    notebook.run("r = %mcp_call --dry-run add a=1 b=2")
    assert notebook["r"].request["params"]["arguments"] == {"a": 1, "b": 2}


@pytest.mark.parametrize("option", ["-t 0.05", "--timeout=0.05", "--max-timeout 0.05"])
def test_a_limit_ends_the_call_with_what_was_last_heard(notebook, option):
    """Silence, or all of the time."""
    error = notebook.error(f"%mcp_call {option} wait_silently seconds=60")
    assert isinstance(error, CallTimeoutError)
    assert "nothing was heard" in str(error)


def test_no_limit_can_be_asked_for(notebook):
    """`none` as a number of seconds."""
    assert notebook.run("%mcp_call -t none --max-timeout none add a=1 b=2").data == 3


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_limit_that_is_no_time_is_refused(notebook, seconds):
    """With the value, and what is wanted."""
    error = notebook.error(f"%mcp_call --timeout={seconds} add a=1 b=2")
    assert type(error).__name__ == "UsageError"
    assert repr(seconds) in str(error)
