"""What the bridge says about kernels, to the client and on stderr. Never a token, always one line."""

from __future__ import annotations

from collections.abc import Sequence

from ..host.discovery import Entry
from ..text import one_line

_WHAT = (
    "Live Jupyter notebook kernels of this machine. list_loops and watch_loop show the loops that run in a "
    "notebook with their progress, stop_loop ends one; further tools are functions of the notebook."
)


def kernel(entry: Entry) -> str:
    """Return how a person and an agent recognise *entry*."""
    return f"kernel '{one_line(entry.name, 80)}' (pid {entry.pid})"


def lost(entry: Entry, now: Entry | str) -> str:
    """Say that *entry* was lost with calls in flight; *now* is who serves, or why nobody does."""
    if isinstance(now, str):
        return f"{kernel(entry)} went away; {now}"
    if now == entry:
        return f"the connection to {kernel(entry)} broke; call again"
    return f"{kernel(entry)} went away; {kernel(now)} is serving: call again"


def refused(entry: Entry) -> str:
    """Say that *entry* does not accept its own token: what was published is stale."""
    return f"{kernel(entry)} refused the token that it had published; in the notebook run %mcp_serve again"


def mute(entry: Entry, why: str) -> str:
    """Say that *entry* could not be reached, and *why*."""
    return f"{kernel(entry)} does not answer ({one_line(why, 120)}); if that stays so, run %mcp_serve again there"


def chosen(entry: Entry, live: Sequence[Entry], wanted: str | None) -> str:
    """Say which kernel is used and, where there was a choice, how to choose."""
    others = ", ".join(one_line(other.name, 40) for other in live if other != entry)
    if not others:
        return f"using {kernel(entry)}"
    if wanted is not None:
        return f"using {kernel(entry)} because of --kernel {one_line(wanted, 80)}; also serving: {others}"
    return f"using {kernel(entry)}, the newest of {len(live)}; --kernel NAME chooses another: {others}"


def instructions(choice: Entry | str, live: Sequence[Entry], wanted: str | None) -> str:
    """Return what an agent is told about this server: what it is for, and which kernel it reaches."""
    if isinstance(choice, str):
        return f"{_WHAT} Now {choice}. The tools work as soon as it does."
    return f"{_WHAT} The bridge is {chosen(choice, live, wanted)}."
