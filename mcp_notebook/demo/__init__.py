"""The embedded demo server: every progress pattern there is, offline.

It runs in this process (`connect("demo")`), over stdio and over Streamable
HTTP (`mcp-notebook demo --stdio | --http`). The SDK is imported when a server
is built, not before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._version import __version__

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

INSTRUCTIONS = "Tools that show every way a server reports progress, fails, stays silent and answers."


def build() -> MCPServer:
    """Return a fresh demo server that shares nothing with others; the root logger stays as it was found."""
    from mcp.server.mcpserver import MCPServer

    with _root_logger_left_alone():
        server = MCPServer("demo", version=__version__, instructions=INSTRUCTIONS)
    from .tools import register

    register(server)
    return server


@contextmanager
def _root_logger_left_alone() -> Iterator[None]:
    """Occupy the root logger: `logging.basicConfig`, which the SDK's constructor calls, then does nothing."""
    root, occupant = logging.getLogger(), logging.NullHandler()
    root.addHandler(occupant)
    try:
        yield
    finally:
        root.removeHandler(occupant)
