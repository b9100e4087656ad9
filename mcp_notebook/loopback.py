"""What counts as this machine: its addresses, a listening socket, the URLs that lead here."""

from __future__ import annotations

import os
import socket
from urllib.parse import SplitResult, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `OSError` or `OverflowError` where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named IPPROTO_TCP: without it asyncio sets no TCP_NODELAY, and every call takes 40 ms more.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it lets others listen on the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def url_of(host: str, listening: socket.socket) -> str:
    """Return the URL that clients of *listening* need."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/mcp"


def address_of(url: str) -> tuple[str, int] | None:
    """Return host and port of an http URL that leads to this machine; `None` for any other text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname not in LOOPBACK or not port or not _plain(parts):
        return None
    return parts.hostname, port


def _plain(parts: SplitResult) -> bool:
    return parts.scheme == "http" and "@" not in parts.netloc
