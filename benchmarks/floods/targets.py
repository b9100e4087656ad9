"""The flooding servers by name: two raw ones, and the SDK's, each over a pipe and over HTTP or in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

SERVERS = Path(__file__).parent / "servers"
RAW_STDIO, RAW_HTTP = "raw stdio", "raw HTTP"
SDK_STDIO, SDK_HTTP, OBJECT = "SDK stdio", "SDK HTTP", "in-process"
COMMANDS = {
    RAW_STDIO: ["raw_stdio.py"],
    RAW_HTTP: ["raw_http.py"],
    SDK_STDIO: ["sdk.py"],
    SDK_HTTP: ["sdk.py", "--http"],
}
KINDS = (*COMMANDS, OBJECT)


def target(stack: ExitStack, kind: str) -> Any:
    """Return what to connect to: a command, a URL whose server ends with *stack*, or an object."""
    if kind == OBJECT:
        from .servers.sdk import build

        return build()
    script, *options = COMMANDS[kind]
    command = [sys.executable, str(SERVERS / script), *options]
    return stack.enter_context(_over_http(command)) if kind in (RAW_HTTP, SDK_HTTP) else command


def for_sdk(stack: ExitStack, found: Any) -> Any:
    """Return a target as the SDK's client takes it; a kernel's own stderr is no file for a child process."""
    from mcp import StdioServerParameters
    from mcp.client.stdio import stdio_client

    if not isinstance(found, list):
        return found
    errors = stack.enter_context(Path(os.devnull).open("w"))  # noqa: SIM115 - the stack closes it
    return stdio_client(StdioServerParameters(command=found[0], args=found[1:]), errlog=errors)


@contextmanager
def _over_http(command: list[str]) -> Iterator[str]:
    """Run a server in a process of its own; yield its URL."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
