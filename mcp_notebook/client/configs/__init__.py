"""The servers that other MCP clients are set up with: found, read, completed, shown, and made a target.

One direction only: nothing here writes a client's file, starts a server or knows
MCP. File system, environment and folders are arguments.

    discover → read → shown          a table of what there is
               read → resolve → target_of          what `targets.resolve` takes
"""

from .entries import Entry, read
from .masking import line, shown
from .opening import target_of
from .places import Found, discover
from .substitute import resolve

__all__ = ["Entry", "Found", "discover", "line", "read", "resolve", "shown", "target_of"]
