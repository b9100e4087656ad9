r"""One JSON-RPC message as bytes: read with patience, because one bad character must not cost the answer.

Rules: bytes that are not UTF-8, and halves of characters (`\ud83d` alone, which
JSON allows and no text holds), are replaced; nothing else is changed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ...text import one_line
from .codes import PARSE_ERROR

if TYPE_CHECKING:
    from mcp_types import JSONRPCError, JSONRPCMessage

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def has_halves(text: bytes) -> bool:
    """Return whether *text* may hold halves of characters."""
    return _HALF.search(text) is not None


def mended(text: bytes) -> bytes:
    """Return *text* without halves of characters; as it is where it has none, or is no JSON."""
    if not has_halves(text):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def read(line: bytes) -> JSONRPCMessage:
    """Return the message in *line*; raises `ValueError` where it is none."""
    from mcp_types import jsonrpc_message_adapter

    return jsonrpc_message_adapter.validate_json(mended(line).decode(errors="replace"), by_name=False)


def refusal(line: bytes) -> JSONRPCError | None:
    """Return an error in place of an answer in *line* that cannot be read, so that nobody waits for it."""
    from mcp_types import ErrorData, JSONRPCError

    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or "method" in value:
        return None
    answered = value.get("id")
    if isinstance(answered, bool) or not isinstance(answered, int | str):
        return None
    words = f"the server's answer is no message: {one_line(line[:400].decode(errors='replace'), 120)}"
    return JSONRPCError(jsonrpc="2.0", id=answered, error=ErrorData(code=PARSE_ERROR, message=words))


def is_notice(line: bytes) -> bool:
    """Return whether *line* can be no answer: nobody waits for it."""
    return b'"id"' not in line


def is_readable(line: bytes) -> bool:
    """Return whether there is a message in *line*."""
    try:
        read(line)
    except ValueError:
        return False
    return True
