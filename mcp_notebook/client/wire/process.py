"""A server's process: started in a group of its own, signalled as one, waited for without its pipes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp.client.stdio import StdioServerParameters

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


async def spawn(parameters: StdioServerParameters) -> asyncio.subprocess.Process:
    from mcp.client.stdio import get_default_environment

    return await asyncio.create_subprocess_exec(
        parameters.command,
        *parameters.args,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=get_default_environment() | (parameters.env or {}),
        cwd=parameters.cwd,
        # Its own group: the kernel's interrupt goes to the kernel's group, and ours is ended as one.
        start_new_session=sys.platform != "win32",
    )


async def exited(process: asyncio.subprocess.Process, seconds: float) -> bool:
    # Not process.wait(): it also waits for pipes that a grandchild may hold open.
    for _ in range(int(seconds / 0.01)):
        if process.returncode is not None:
            return True
        await asyncio.sleep(0.01)
    return process.returncode is not None


def send_signal(process: asyncio.subprocess.Process, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, number)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
