"""Every way to reach the demo server, and what tests of a live call share."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import mcp_notebook as mcpn
from mcp_notebook.demo import build

WAYS = ("demo", "object", "stdio", "http", "transport", "legacy")
PATIENCE_S = 20.0


def target(way: str, url: str) -> object:
    """Return what `connect` is given for one of WAYS; *url* is the HTTP server's."""
    if way == "demo":
        return "demo"
    if way == "object":
        return build()
    if way == "http":
        return url
    if way == "legacy":
        # What FastMCP objects look like: in-memory streams, and the handshake of the older revisions.
        return SimpleNamespace(_mcp_server=build()._lowlevel_server, name="legacy")
    command = [sys.executable, "-m", "mcp_notebook", "demo"]
    if way == "stdio":
        return command
    from mcp.client.stdio import StdioServerParameters, stdio_client

    return stdio_client(StdioServerParameters(command=command[0], args=command[1:]))


@contextmanager
def notices(operation) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Yield a wait for a condition that is looked at after each report of the operation's tracker."""
    tracker = operation._tracker
    news = threading.Condition()
    before = tracker.on_news

    def hear(ended: bool) -> None:
        before(ended)
        with news:
            news.notify_all()

    tracker.on_news = hear
    try:
        with news:

            def until(condition: Callable[[], bool]) -> None:
                assert news.wait_for(condition, PATIENCE_S), "nothing came"

            yield until
    finally:
        tracker.on_news = before


def reaches(call: mcpn.Call, value: float) -> None:
    """Wait until *call* has reported *value*."""
    with notices(call._operation) as until:
        until(lambda: call.progress.progress >= value)


def in_a_thread(work: Callable[[], object]) -> object:
    """Return what *work* returns in a thread of its own, or raise what it raises."""
    box: list[object] = []

    def run() -> None:
        try:
            box.extend([work(), None])
        except BaseException as error:
            box.extend([None, error])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE_S)
    assert box, "the thread is still waiting"
    value, error = box
    if error is not None:
        raise error
    return value


def in_a_loop(call: mcpn.Call) -> object:
    """Return what awaiting *call* gives in an event loop of its own."""

    async def wait() -> object:
        async with asyncio.timeout(PATIENCE_S):
            return await call

    return asyncio.run(wait())
