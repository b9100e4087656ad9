"""The magics of the second direction: the kernel as a server, its cells as tools, its loops in sight."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments

from . import lines
from .base import Commands


@magics_class
class MCPKernelMagics(Commands):
    """Serve this kernel: %mcp_serve, %%mcp_tool, %%mcp_watch."""

    @magic_arguments("%mcp_serve")
    @argument("--port", type=int, help="the TCP port; default: a free one")
    @argument("--name", type=lines.plain, help="what clients call this kernel; default: the notebook's name")
    @argument("--stop", action="store_true", help="stop serving")
    @no_var_expand
    @line_magic
    def mcp_serve(self, line: str) -> Any:
        """Serve this kernel over MCP: its loops, and the functions made with @tool or %%mcp_tool.

        Shows the command for a client's configuration. On this machine only;
        address and token are in a file that only you can read.
        """
        line, silent = lines.silenced(line)
        options = lines.options(self.mcp_serve.parser, line)
        root = self._runtime()
        if options.stop:
            if root.served is None:
                raise UsageError("this kernel is not served; %mcp_serve serves it")
            root.served.stop()
            return None
        server = root.serve(name=options.name, port=options.port)
        return self._shown(server, silent=silent)

    @magic_arguments("%%mcp_tool")
    @argument("--name", type=lines.plain, help="the tool's name; default: the function's")
    @argument("--thread", action="store_true", help="run it in a worker thread, at once")
    @no_var_expand
    @cell_magic
    def mcp_tool(self, line: str, cell: str) -> None:
        """Run the cell, which defines one function, and offer that function to MCP clients."""
        from ..api import tool
        from .functions import the_function

        options = lines.options(self.mcp_tool.parser, line)
        tool(the_function(self.shell, cell), name=options.name, thread=options.thread)

    @no_var_expand
    @cell_magic
    def mcp_watch(self, line: str, cell: str) -> Any:
        """Run the cell with its loops in sight: tqdm, rich.progress, and plain `for` loops.

        %%mcp_watch [LABEL]

        LABEL names the cell for who watches. Not seen: `while` loops,
        comprehensions, and plain loops inside libraries.
        """
        from ..foreign.cells import run_watched

        return run_watched(self.shell, lines.silenced(line)[0].strip() or None, cell, self._runtime().loops)
