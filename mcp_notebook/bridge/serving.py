"""The bridge as a process: stdio, its end, and the few lines on stderr.

Rules. Nothing but JSON-RPC goes to stdout. The process ends with its stdin,
with status 0 and within a bound whatever hangs; a signal ends it at once, and
the kernel sees the connections close.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from .switch import Switch

logger = logging.getLogger(__name__)

END_S = 3.0


def over_stdio(wanted: str | None) -> int:
    """Serve on stdin and stdout until stdin ends, forwarding to the kernel *wanted* or the newest one."""
    # The SDK reads stdin in a thread that nothing interrupts: Python's own Ctrl-C would wait for a line.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Without a handler, Python writes the libraries' warnings to stderr; ours are the lines that count.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.unraisablehook = _unless_cut
    asyncio.run(_serve(wanted))
    return 0


async def _serve(wanted: str | None) -> None:
    from .news import News
    from .server import build
    from .switch import Switch

    news = News()
    switch = Switch(wanted, news, _say)
    await switch.start()
    server = build(switch, news)
    watching = asyncio.create_task(_watch(switch, server))
    try:
        await _speak(server)
    except* ConnectionError:
        logger.debug("the client is gone", exc_info=True)
    finally:
        watching.cancel()
        await switch.close()


async def _speak(server: Server[Any]) -> None:
    from mcp.server.lowlevel import NotificationOptions
    from mcp.server.stdio import stdio_server

    changes = NotificationOptions(tools_changed=True, resources_changed=True)
    async with stdio_server() as (read, write):
        try:
            await server.run(read, write, server.create_initialization_options(changes))
        finally:
            _end_for_sure()


async def _watch(switch: Switch, server: Server[Any]) -> None:
    from .switch import LOOK_S

    while True:
        await asyncio.sleep(LOOK_S)
        try:
            await switch.tick()
        except Exception:  # the requests look by themselves; a look that failed must not be the last one
            logger.exception("looking for kernels failed")
        server.instructions = switch.instructions


def _end_for_sure() -> None:
    """End the process in a while: a client that reads no more holds the thread that writes to it."""
    last = threading.Timer(END_S, os._exit, (0,))
    last.daemon = True
    last.start()


def _unless_cut(lost: sys.UnraisableHookArgs) -> None:
    """Pass over what a client that is gone has not read: from 3.14 on, dropping the SDK's file says so."""
    if not isinstance(lost.exc_value, BrokenPipeError):
        sys.__unraisablehook__(lost)


def _say(words: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"mcp-notebook bridge: {words}\n")
        sys.stderr.flush()
