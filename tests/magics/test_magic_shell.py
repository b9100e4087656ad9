"""The extension in its shell: loading, unloading, configuring, helping."""

import threading

import pytest

from mcp_notebook import CallTimeoutError, runtime

MAGICS = {
    "mcp_call",
    "mcp_cancel",
    "mcp_connect",
    "mcp_disconnect",
    "mcp_jobs",
    "mcp_servers",
    "mcp_tools",
}


def magics_of(shell):
    return {name for kind in shell.magics_manager.magics.values() for name in kind if name.startswith("mcp_")}


def matchers_of(shell):
    return list(shell.Completer.custom_matchers)


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "mcp_notebook"]


@pytest.fixture
def configured(notebook):
    """A notebook whose MCPMagics get their defaults back."""
    magics = notebook.shell.find_line_magic("mcp_call").__self__
    before = {name: getattr(magics, name) for name in magics.trait_names(config=True)}
    notebook.value = lambda name: getattr(magics, name)
    yield notebook
    for name, value in before.items():
        setattr(magics, name, value)


def test_loading_prints_nothing_and_starts_nothing(bare_shell, capsys):
    """No thread, no output: both come with the first use."""
    bare_shell.extension_manager.unload_extension("mcp_notebook")
    capsys.readouterr()
    bare_shell.run_cell("%load_ext mcp_notebook").raise_error()
    assert capsys.readouterr() == ("", "")
    assert magics_of(bare_shell) >= MAGICS
    assert threads() == []
    assert runtime.running() is None


def test_loading_twice_changes_nothing(notebook):
    """Neither through IPython nor by the function itself."""
    from mcp_notebook import load_ipython_extension

    before = matchers_of(notebook.shell), list(notebook.shell.configurables)
    notebook.run("%load_ext mcp_notebook")
    load_ipython_extension(notebook.shell)
    assert (matchers_of(notebook.shell), list(notebook.shell.configurables)) == before
    assert notebook.run("%mcp_call add a=1 b=2").data == 3


def test_unloading_takes_everything_back(notebook):
    """Magics, matcher, configuration, callbacks, threads."""
    shell = notebook.shell
    notebook.run("%mcp_call add a=1 b=2")
    notebook.run("%mcp_call --bg wait_silently seconds=60;")
    assert threads()
    ours = [c for c in shell.events.callbacks["post_run_cell"] if "mcp_notebook" in c.__module__]
    assert ours

    notebook.run("%unload_ext mcp_notebook")

    assert magics_of(shell) == set()
    assert not [m for m in matchers_of(shell) if "mcp_notebook" in repr(m)]
    assert threads() == []
    assert runtime.running() is None
    left = [c for kind in shell.events.callbacks.values() for c in kind if "mcp_notebook" in c.__module__]
    assert left == []
    assert "not found" in str(notebook.error("%mcp_servers"))


def test_the_settings_come_once_and_go_with_the_magics(notebook):
    """`%config` knows nothing of what is unloaded."""

    def settings():
        return [type(c).__name__ for c in notebook.shell.configurables].count("MCPMagics")

    notebook.run("%reload_ext mcp_notebook")
    assert settings() == 1
    notebook.run("%unload_ext mcp_notebook")
    assert settings() == 0


def test_reloading_works(notebook):
    """A fresh start: the servers are gone, the magics are there."""
    notebook.run("%reload_ext mcp_notebook")
    assert "no server is connected" in repr(notebook.run("%mcp_servers"))
    notebook.run("%mcp_connect demo;")
    assert notebook.run("%mcp_call add a=1 b=2").data == 3


def test_the_settings_are_listed_with_help(configured, capsys):
    """`%config MCPMagics`."""
    capsys.readouterr()
    configured.run("%config MCPMagics")
    shown = capsys.readouterr().out
    for name in ("timeout", "max_timeout", "format", "progress"):
        assert f"MCPMagics.{name}" in shown
    assert "seconds a call may be silent" in shown


def test_a_configured_timeout_holds_for_calls_that_name_none(configured):
    """Of connections that were open before, too; the line wins."""
    configured.run("%config MCPMagics.timeout = 0.05")
    assert isinstance(configured.error("%mcp_call wait_silently seconds=60"), CallTimeoutError)
    assert configured.run("%mcp_call -t 60 wait_silently seconds=0.2").text == "waited 0.2 s"
    configured.run("%config MCPMagics.timeout = None")
    assert configured.run("%mcp_call wait_silently seconds=0.2").text == "waited 0.2 s"


@pytest.mark.parametrize(
    "setting",
    [
        "timeout = -1",
        "timeout = 0",
        "timeout = 'soon'",
        "timeout = float('nan')",
        "max_timeout = -5",
        "format = 'loud'",
        "progress = 'x'",
    ],
)
def test_an_invalid_setting_is_refused(configured, caplog, setting):
    """IPython logs why; the one before stays, and calls go on."""
    name = setting.partition(" ")[0]
    before = configured.value(name)
    configured.run(f"%config MCPMagics.{setting}")
    assert name in caplog.text
    assert configured.value(name) == before
    assert configured.run("%mcp_call add a=1 b=2").data == 3


@pytest.mark.parametrize(
    ("magic", "words"),
    [
        ("mcp_call", ["--timeout", "--dry-run", "k:=json", "[SERVER.]TOOL", "Call a tool"]),
        ("mcp_connect", ["TARGET", "--header", "--env"]),
        ("mcp_tools", ["[SERVER] [PATTERN]"]),
        ("mcp_cancel", ["--all"]),
        ("mcp_servers", ["connections"]),
        ("mcp_disconnect", ["NAME", "--all"]),
        ("mcp_jobs", ["in flight"]),
    ],
)
def test_a_question_mark_shows_help(notebook, magic, words):
    """`%mcp_call?` tells options and grammar, not a bare docstring."""
    told = notebook.shell.object_inspect(f"%{magic}")["docstring"]
    assert all(word in told for word in words)
    assert "%%%%" not in told


def test_every_magic_has_help(notebook):
    """A new command cannot be undocumented."""
    for name in magics_of(notebook.shell):
        told = [notebook.shell.object_inspect(f"{mark}{name}")["docstring"] for mark in ("%", "%%")]
        assert any(len(words or "") > 40 for words in told), name
