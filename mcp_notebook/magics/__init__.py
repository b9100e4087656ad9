"""The `%mcp_*` commands: parse and delegate. `%load_ext mcp_notebook` registers them."""

from __future__ import annotations

import sys
from typing import Any

_EXTENSION = "_mcp_notebook"


def load_ipython_extension(shell: Any) -> None:
    """Register the magics and their completion; prints nothing, imports nothing heavy."""
    from ..foreign.cells import WatchedCells
    from .commands import MCPMagics
    from .completion import Completion
    from .connections import MCPConnectionMagics
    from .kernel import MCPKernelMagics

    if getattr(shell, _EXTENSION, None) is not None:
        return
    magics = MCPMagics(shell)
    every = (magics, MCPConnectionMagics(shell), MCPKernelMagics(shell))
    shell.register_magics(*every)
    parts = (Completion(shell, magics), WatchedCells(shell, _loops))
    for part in parts:
        part.install()
    setattr(shell, _EXTENSION, (every, parts))


def unload_ipython_extension(shell: Any) -> None:
    """Take the magics back, and stop every thread, server and child process they started."""
    loaded = getattr(shell, _EXTENSION, None)
    if loaded is not None:
        every, parts = loaded
        for part in parts:
            part.remove()
        for magics in every:
            shell.configurables.remove(magics)
            for kind, names in magics.magics.items():
                for name in names:
                    shell.magics_manager.magics[kind].pop(name, None)
        delattr(shell, _EXTENSION)
    if (root := sys.modules.get("mcp_notebook.runtime")) is not None:
        root.shutdown()


def _loops() -> Any:
    from ..runtime import runtime

    return runtime().loops
