"""A resolved entry as what `targets.resolve` takes: parameters of a process, a URL with headers, a transport."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .entry import Entry
from .masking import shown


def target_of(entry: Entry) -> tuple[Any, dict[str, str]]:
    """Return the target and the headers for `targets.resolve(target, headers=headers)`.

    An SSE server becomes a transport of the SDK, which can be opened once: for the next time, ask again.
    Raises `ConnectError` where the entry has a problem. Give it what `resolve` returned.
    """
    if entry.problems:
        raise entry.error("; ".join(entry.problems))
    if entry.kind != "stdio" and not _is_address(entry.url):
        raise entry.error(
            f"url: {shown(entry)['where']!r} is not an http or https address; is it all filled in?"
        )
    if entry.kind == "http":
        return entry.url, dict(entry.headers)
    if entry.kind == "sse":
        from mcp.client.sse import sse_client

        return sse_client(entry.url, headers=dict(entry.headers)), {}
    from mcp.client.stdio import StdioServerParameters

    parameters = StdioServerParameters(
        command=entry.command, args=list(entry.args), env=dict(entry.env) or None, cwd=entry.cwd
    )
    return parameters, {}


def _is_address(url: str) -> bool:
    """Return whether `targets.resolve` takes *url*, whose error would show all of it."""
    try:
        parts = urlsplit(url)
        valid = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return valid and parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
