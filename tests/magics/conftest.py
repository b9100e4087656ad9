"""A real IPython shell with the extension loaded and the embedded demo server connected."""

from __future__ import annotations

import atexit
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from mcp_notebook import runtime


class Notebook:
    """Runs cells in a shell, and looks at what comes of them."""

    def __init__(self, shell):
        self.shell = shell

    def run(self, cell):
        """Run a cell that must not fail; return the value of its last expression."""
        done = self.shell.run_cell(cell)
        done.raise_error()
        return done.result

    def error(self, cell):
        """Run a cell that must fail; return its error."""
        done = self.shell.run_cell(cell)
        error = done.error_in_exec or done.error_before_exec
        assert error is not None, f"{cell!r} did not fail; it gave {done.result!r}"
        return error

    def sent(self, line):
        """Return the arguments that a line of %mcp_call would send."""
        return self.run(f"%mcp_call --dry-run {line}").request["params"]["arguments"]

    def __getitem__(self, name):
        return self.shell.user_ns[name]

    def __setitem__(self, name, value):
        self.shell.user_ns[name] = value

    def __contains__(self, name):
        return name in self.shell.user_ns


@pytest.fixture(scope="module")
def bare_shell(tmp_path_factory):
    """A fresh shell without the extension, the process's own while the module's tests run."""
    runtime.shutdown()
    main, hooks = sys.modules["__main__"], (sys.displayhook, sys.excepthook)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    yield shell
    shell.extension_manager.unload_extension("mcp_notebook")
    runtime.shutdown()
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)
    shell.restore_sys_module_state()
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    sys.displayhook, sys.excepthook = hooks


@pytest.fixture
def notebook(bare_shell):
    """A notebook with the extension and the demo server; whatever a test leaves is taken away."""
    cells = Notebook(bare_shell)
    bare_shell.extension_manager.load_extension("mcp_notebook")
    root = runtime.runtime()
    for connection in tuple(root.servers.values()):
        if connection.name != "demo":
            connection.close()
    if list(root.servers) != ["demo"]:
        cells.run("%mcp_connect demo;")
    names = set(bare_shell.user_ns)
    yield cells
    if (root := runtime.running()) is not None:
        for operation in root.tracker.running():
            operation.cancel()
    for name in set(bare_shell.user_ns) - names:
        del bare_shell.user_ns[name]
