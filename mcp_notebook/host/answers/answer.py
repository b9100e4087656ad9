"""Make the MCP answer of a function's value: content, structured content, what it printed.

Rules. What is already an MCP result passes. Structured content is what the return
annotation says, else what the value has by itself; it is strict JSON (NaN is
null) of at most `STRUCTURED_LIMIT` characters. A value that doesn't fit its
annotation is text only, except where a schema was published: clients refuse
such an answer whole, so it is an error that holds the value.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ...results import ToolResult
from ...text import block, one_line
from .contents import content, cut_text
from .plain import TooLargeError, plain

if TYPE_CHECKING:
    from mcp_types import CallToolResult, ContentBlock

    from ..returns import Returns

PRINTED_LIMIT = 10_000
STRUCTURED_LIMIT = 1_000_000
_REDRAWN = re.compile(r"[^\n]*\r(?!\n)")
"""what a carriage return writes over: all but the last state of a terminal's bar"""


def answer(value: Any, printed: str, returns: Returns, name: str) -> CallToolResult:
    """Return the answer for *value*, as the function called *name* returned it."""
    from mcp_types import CallToolResult

    if isinstance(value, ToolResult):
        value = value.raw
    if isinstance(value, CallToolResult):
        return with_printed(value, printed)
    shown = content(value)
    structured, misfit = _structured(value, shown.structured, returns)
    if misfit and returns.published:
        words = (
            f"{name} says it returns {returns.words}, but its value does not fit ({misfit}); "
            f"correct the annotation or drop it. The value:"
        )
        return with_printed(
            CallToolResult(content=[_text(words), *(shown.blocks or [_text(repr(value))])], is_error=True),
            printed,
        )
    result = CallToolResult(content=shown.blocks)
    if structured is not None:
        result.structured_content = structured
    return with_printed(result, printed)


def error(words: str, printed: str) -> CallToolResult:
    """Return the answer that says why there is no value."""
    from mcp_types import CallToolResult

    return with_printed(CallToolResult(content=[_text(words)], is_error=True), printed)


def with_printed(result: CallToolResult, printed: str) -> CallToolResult:
    """Return *result* with the end of what was printed as a block of its own."""
    lines = _REDRAWN.sub("", printed)
    if not lines.strip():
        return result
    kept = block(lines[-PRINTED_LIMIT:])
    head = (
        "printed:"
        if len(lines) <= PRINTED_LIMIT
        else f"printed (the last {PRINTED_LIMIT:,} of {len(lines):,} characters):"
    )
    return result.model_copy(update={"content": [*result.content, _text(f"{head}\n{kept}")]})


def _structured(
    value: Any, own: dict[str, Any] | None, returns: Returns
) -> tuple[dict[str, Any] | None, str]:
    """Return the structured content, and why the value doesn't fit its annotation where it doesn't."""
    misfit = ""
    if returns.annotated:
        try:
            own = returns.convert(value)
        except Exception as failure:  # pydantic's, or somebody's property
            own, misfit = None, _reason(failure)
    try:
        own = plain(own)
    except TooLargeError as failure:
        return None, str(failure)
    if own is not None and len(json.dumps(own)) > STRUCTURED_LIMIT:
        return None, f"it has more than {STRUCTURED_LIMIT:,} characters"
    return own, misfit


def _reason(failure: Exception) -> str:
    errors = getattr(failure, "errors", None)
    if callable(errors):
        first = errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"] if step != "result")
        return one_line(f"{place}: {first['msg']}" if place else first["msg"])
    return one_line(str(failure))


def _text(words: str) -> ContentBlock:
    from mcp_types import TextContent

    return TextContent(text=cut_text(words))
