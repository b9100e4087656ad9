"""A shell of this process, and a kernel of its own, for the tests that look at what they show."""

from __future__ import annotations

import atexit
import sys
from pathlib import Path

import jsonschema  # noqa: F401 - else `connect` imports it in a thread, beside whatever pytest parses
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from mcp_notebook import runtime

ROOT = Path(__file__).parents[2]
SERVER = [sys.executable, "-S", str(Path(__file__).with_name("hostile_server.py"))]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """A shell with the extension loaded, the process's own while the module's tests run."""
    runtime.shutdown()
    main, hooks = sys.modules["__main__"], (sys.displayhook, sys.excepthook)
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    made = InteractiveShell.instance(config=config, ipython_dir=str(tmp_path_factory.mktemp("ipython")))
    made.extension_manager.load_extension("mcp_notebook")
    yield made
    made.extension_manager.unload_extension("mcp_notebook")
    runtime.shutdown()
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
    made.restore_sys_module_state()
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    sys.displayhook, sys.excepthook = hooks
