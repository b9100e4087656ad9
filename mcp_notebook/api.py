"""The functions of the Python API; each delegates to the one runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .client.limits import UNSET, Seconds
from .runtime import running, runtime

if TYPE_CHECKING:
    from .client.connection import Connection


def connect(
    target: object,
    *,
    name: str | None = None,
    headers: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    timeout: Seconds = UNSET,
    max_timeout: Seconds = UNSET,
) -> Connection:
    """Connect to an MCP server, and return it ready to be called.

    *target* is ``"demo"`` (the embedded demo server), a command line or argv
    list (stdio), an ``http(s)://`` URL (Streamable HTTP, with *headers*), a
    server object of this process (the SDK's `Server` and `MCPServer`,
    FastMCP), `StdioServerParameters`, or a transport. *env* adds variables to
    a command's environment. *name* defaults to one taken from the target; a
    connection of the same name is closed.

    *timeout* is how many seconds a call may be silent, renewed by every
    progress notification (300 where nobody says otherwise); *max_timeout* how
    many it may take altogether (3600); None is no limit. Both can be given
    with each call, and in `%config MCPMagics`.

    Raises `ConnectError`: command or URL, exit status, the end of stderr.
    """
    return runtime().connect(
        target, name=name, headers=headers, env=env, timeout=timeout, max_timeout=max_timeout
    )


def connections() -> dict[str, Connection]:
    """Return the open connections by name, oldest first."""
    current = running()
    return dict(current.connections) if current is not None else {}
