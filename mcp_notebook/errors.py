"""Every error this package raises.

MCPNotebookError
├── ConnectError            a server could not be reached or started
├── ConnectionLostError     a server went away while it was in use
├── UnknownServerError      no connection has that name
├── UnknownToolError        the server has no tool of that name
├── ArgumentError           an argument is unknown, missing or of the wrong type
├── ToolError               the tool ran (or was refused) and said so
├── CallCancelledError      somebody cancelled the call
├── CallTimeoutError        the call was silent, or ran, for too long
└── LoopStopped             a tracked loop was asked to end, and ends

In IPython each shows as one line, and the line of the user's own code that
led to it: the fault is never inside this package, so its frames say nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_OWN_FILES = str(Path(__file__).parent)


class MCPNotebookError(Exception):
    """Base of all errors of this package."""

    def _render_traceback_(self) -> list[str]:
        """Show the error as IPython shows it: our one line, after the user's own frame."""
        return render_briefly(self, type(self).__name__)


class ConnectError(MCPNotebookError):
    """A server could not be reached or started: command or URL, exit status, stderr tail."""


class ConnectionLostError(MCPNotebookError):
    """A server went away while calls were in flight; carries the tail of its stderr."""


class UnknownServerError(MCPNotebookError):
    """No connection has that name."""


class UnknownToolError(MCPNotebookError):
    """The server has no tool of that name; the message holds the nearest ones."""


class ArgumentError(MCPNotebookError):
    """An argument is unknown, missing or ill-typed: parameter, value, what the schema wants."""


class ToolError(MCPNotebookError):
    """The tool failed, in the server's own words.

    `result` is the `ToolResult` where the server sent one; `code` the JSON-RPC
    error code where it refused the request instead.
    """

    def __init__(self, message: str, *, result: Any = None, code: int | None = None) -> None:
        super().__init__(message)
        self.result = result
        self.code = code


class CallCancelledError(MCPNotebookError):
    """The call was cancelled, by the Cancel button, `Call.cancel()` or `%mcp_cancel`."""


class CallTimeoutError(MCPNotebookError):
    """The call was silent for `timeout` s, or ran for `max_timeout` s; says what was last heard."""


class LoopStopped(MCPNotebookError):  # noqa: N818 - the contract's name: an end, not a fault
    """Raised by a tracked loop at its next iteration after somebody asked it to stop.

    `loop` is its label. Catch it around the loop to end in good order.
    """

    def __init__(self, message: str, *, loop: str = "") -> None:
        super().__init__(message)
        self.loop = loop


def suggest(name: str, known: Sequence[str]) -> str:
    """Return a phrase that names what *name* may have meant: nearest first, else all of a few."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(repr(n) for n in near) + "?"
    if not known:
        return "there are none"
    shown = ", ".join(sorted(known)[:12])
    return f"there are: {shown}" + (", …" if len(known) > 12 else "")  # noqa: PLR2004


def shorten(interrupt: KeyboardInterrupt, words: str) -> None:
    """Let IPython show *interrupt* as one line: where we waited says nothing to anybody."""
    interrupt._render_traceback_ = lambda: [f"KeyboardInterrupt: {words}"]  # type: ignore[attr-defined]


def render_briefly(error: BaseException, name: str) -> list[str]:
    """Render *error* as IPython's traceback lines: the user's frames below the cell, one line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "ipykernel" in f.filename or f.filename.startswith("<ipython")]
    calls = [f for f in frames if not f.filename.startswith(_OWN_FILES)]
    user = own or [f for f in calls if "site-packages" not in f.filename]
    where = []
    if len(user) > 1 or (user and "get_ipython()" not in (user[-1].line or "") and not own):
        where = [f"  in {f.name}, line {f.lineno}: {f.line}" for f in user[-3:] if f.line]
    notes = [line for note in getattr(error, "__notes__", ()) for line in str(note).splitlines()]
    return [*where, f"{name}: {error}", *notes]
