"""What the loop tools are called and take: the one text that the kernel serves and the bridge falls back on.

Rules. Pure data, no kernel and no server: a bridge that starts before any
kernel must offer these tools, because many clients list tools only once. The
descriptions are written for agents: what to call, when, and what comes next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcp_types import Tool

LIST_LOOPS: Final = "list_loops"
WATCH_LOOP: Final = "watch_loop"
STOP_LOOP: Final = "stop_loop"
WAIT_S: Final = 45.0
"""how long `watch_loop` waits unless told: shorter than the 60 s after which most clients give up"""

_LIST = """List the loops of the live notebook kernel: running ones first, with label, status, progress, total, \
rate, seconds left and the cell they run in. Answers at once, also while a cell is running. Start here; then \
call watch_loop to follow one."""

_WATCH = f"""Follow one loop of the live notebook kernel. Sends progress notifications while it waits (if the \
client asked for them) and returns the loop's state when the loop ends, or after wait_s seconds ({WAIT_S:g} \
unless given). If the loop is still running, call watch_loop again with the returned cursor. Without a loop it \
follows the newest running one, or waits for the next one to start. Cancelling this call does not stop the loop."""

_STOP = """Ask a loop of the live notebook kernel to end at its next iteration: the cell gets a LoopStopped \
exception there. This ends work that a person started: do it only when asked to."""


def loop_tools() -> list[Tool]:
    """Return the definitions of `list_loops`, `watch_loop` and `stop_loop`, new ones at every call."""
    return [
        _tool(LIST_LOOPS, "List the notebook's loops", _LIST, _list_arguments(), reads=True),
        _tool(WATCH_LOOP, "Watch a loop", _WATCH, _watch_arguments(), reads=True),
        _tool(STOP_LOOP, "Stop a loop", _STOP, _stop_arguments(), reads=False, required=("loop",)),
    ]


def _list_arguments() -> dict[str, Any]:
    told = "also loops that have ended, newest last"
    return {"include_finished": {"type": "boolean", "default": True, "description": told}}


def _watch_arguments() -> dict[str, Any]:
    return {
        "loop": {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "default": None,
            "description": "id or label from list_loops; default: the newest running loop, or the next to start",
        },
        "cursor": {
            "anyOf": [{"type": "integer"}, {"type": "null"}],
            "default": None,
            "description": "the cursor of the previous answer: what was already told is not told again",
        },
        "wait_s": {
            "type": "number",
            "default": WAIT_S,
            "minimum": 0,
            "description": "seconds to wait at most; 0 answers at once",
        },
    }


def _stop_arguments() -> dict[str, Any]:
    return {"loop": {"type": "string", "description": "id or label from list_loops"}}


def _tool(
    name: str,
    title: str,
    description: str,
    arguments: Mapping[str, Any],
    *,
    reads: bool,
    required: tuple[str, ...] = (),
) -> Tool:
    from mcp_types import Tool, ToolAnnotations

    schema: dict[str, Any] = {"type": "object", "properties": dict(arguments), "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    hints = ToolAnnotations(read_only_hint=reads, destructive_hint=not reads, open_world_hint=False)
    return Tool(name=name, title=title, description=description, input_schema=schema, annotations=hints)
