"""The error codes of JSON-RPC and of the SDK that say something about the connection.

A server may use them as well, so a code alone says nothing: ours carry data that
no server knows, the SDK's are known by their words.
"""

import uuid

CONNECTION_CLOSED = -32000
"""no answer will come"""
PARSE_ERROR = -32700
"""what came is no answer"""

UNANSWERED = f"unanswered-{uuid.uuid4().hex}"
"""the data of our own errors: the server has not answered"""
UNHEARD = f"unheard-{uuid.uuid4().hex}"
"""likewise: it has not even heard the request"""

_CLOSED = "Connection closed"
_WORDS = {CONNECTION_CLOSED: ("SSE stream ended", "SSE stream failed"), PARSE_ERROR: ("Failed to parse",)}


def says_closed(error: BaseException) -> bool:
    """Return whether *error* is the SDK's word for a connection that has ended."""
    return getattr(error, "code", None) == CONNECTION_CLOSED and str(error) == _CLOSED


def says_unanswered(error: BaseException) -> bool:
    """Return whether *error* says of one request that no answer to it will come."""
    if getattr(error, "data", None) in (UNANSWERED, UNHEARD):
        return True
    return str(error).startswith(_WORDS.get(getattr(error, "code", 0), ("\0",)))
