"""The error codes of JSON-RPC and of the SDK that say something about the connection."""

CONNECTION_CLOSED = -32000
"""no answer will come"""
PARSE_ERROR = -32700
"""what came is no answer"""
UNHEARD = "unheard"
"""the data of an error that says: the server has not heard the request"""
