"""In the kernel: a server's worst: cells full of calls, each with as many and as long messages as are kept."""

from __future__ import annotations

from server import build

import mcp_notebook as mcpn

REPORTS = 30
"""of 2,000 characters: more than a call remembers"""
connection = None


def begin() -> None:
    """Connect."""
    global connection
    connection = mcpn.connect(build(), name="hoard")


def cell(calls: int, size: int = 10, seconds: float = 0.0) -> None:
    """Make *calls* calls at once in this cell; what they return is dropped here."""
    arguments = {"reports": REPORTS, "words": 2_000, "size": size, "seconds": seconds}
    connection.map("work", [arguments] * calls, limit=calls)
