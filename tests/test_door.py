"""The door: what is public, what it costs to open, and that its words are all there."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import mcp_notebook
from mcp_notebook import errors

HEAVY = ("mcp", "mcp_types", "ipywidgets", "jsonschema", "yaml", "uvicorn", "httpx2", "fastmcp", "pydantic")

LOAD = """
import sys
from IPython.core.interactiveshell import InteractiveShell
before = set(sys.modules)
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "mcp_notebook")
"""


def imported_by(code: str) -> set[str]:
    """Return which of the heavy packages *code* imports in a process of its own."""
    ask = f"\nimport sys; print('HEAVY', *(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code + ask], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 1, "nothing is printed"
    return set(run.stdout.split()[1:])


def test_all_is_what_the_door_can_give():
    """Each name exists, once, in order; nothing else is offered."""
    names = mcp_notebook.__all__

    assert sorted(names) == names
    assert len(set(names)) == len(names)
    assert {*mcp_notebook._WHERE, "__version__"} == set(names)
    for name in names:
        assert getattr(mcp_notebook, name) is not None
    assert dir(mcp_notebook) == sorted(names)


def test_every_error_is_public():
    """Whoever catches one must be able to name it."""
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }

    assert defined <= set(mcp_notebook.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        mcp_notebook.nothing


def test_a_star_import_gives_the_public_names():
    """And no other."""
    names: dict[str, object] = {}
    exec("from mcp_notebook import *", names)

    assert set(names) - {"__builtins__"} == set(mcp_notebook.__all__)


@pytest.mark.parametrize(
    "code",
    [
        "import mcp_notebook",
        "import mcp_notebook; mcp_notebook.connections()",
        "from mcp_notebook import MCPNotebookError, ToolError, connect",
        "from mcp_notebook import Progress, Event",
        "import mcp_notebook.cli",
        LOAD,
        LOAD + "shell.run_line_magic('unload_ext', 'mcp_notebook')",
    ],
)
def test_opening_the_door_imports_nothing_heavy(code):
    """`%load_ext` takes a blink; what is heavy is imported by the first connect."""
    assert imported_by(code) == set()


def test_opening_the_door_starts_no_thread():
    """The background loop begins with the first connection."""
    code = LOAD + "import threading; assert threading.active_count() <= 2, threading.enumerate()\n"

    assert imported_by(code + "from mcp_notebook.runtime import running; assert running() is None") == set()


def public():
    """Yield each public name, and each public method and property of the public classes."""
    for name in mcp_notebook.__all__:
        value = getattr(mcp_notebook, name)
        if isinstance(value, str):
            continue
        yield name, value
        if inspect.isclass(value):
            yield from (
                (f"{name}.{key}", getattr(value, key))
                for key, member in vars(value).items()
                if is_ours(key, member)
            )


def is_ours(key, member):
    """Say whether a member of a class is a public function or property."""
    return not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))


@pytest.mark.parametrize(("name", "value"), [pytest.param(n, v, id=n) for n, v in public()])
def test_every_public_name_has_a_docstring(name, value):
    """One sentence at least."""
    said = inspect.getdoc(value)

    assert said
    assert said.split("\n\n")[0].rstrip().endswith((".", ":", "`"))


@pytest.mark.parametrize("name", [n for n in mcp_notebook.__all__ if n.endswith("Error")])
def test_all_errors_derive_from_one(name):
    """`except MCPNotebookError` catches every one of them, and each shows itself as one line."""
    kind = getattr(mcp_notebook, name)

    assert issubclass(kind, mcp_notebook.MCPNotebookError)
    assert issubclass(kind, Exception)
    assert kind("what happened")._render_traceback_() == [f"{name}: what happened"]
    assert name in errors.__doc__
