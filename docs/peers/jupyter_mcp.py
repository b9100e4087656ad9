"""jupyter-mcp-server: an agent's way into a JupyterLab, seen from the agent.

A JupyterLab of its own environment, on loopback; the SDK's client is the agent.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
from environments import Python, free_port
from finding import Finding
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

VERSION = "2.2.4"
ENVIRONMENT = Python("jupyter-mcp", (f"jupyter-mcp-server=={VERSION}",))
LOOP = """
from pathlib import Path
import time
kept = "memory"
try:
    for pebble in range(8):
        time.sleep(1)
        print("pebble", pebble, flush=True)
finally:
    Path({mark!r}).write_text(str(pebble))
"""


def measured(scratch: Path) -> list[Finding]:
    """Return what it does."""
    with _lab(scratch) as (url, token, environment):
        arguments = ["start", "--transport", "stdio", "--jupyter-url", url, "--jupyter-token", token]
        command = str(ENVIRONMENT.bin / "jupyter-mcp-server")
        server = StdioServerParameters(command=command, args=arguments, env=environment)
        with (scratch / "jupyter-mcp.log").open("w") as log:
            return anyio.run(_watched, server, log, scratch)


@contextmanager
def _lab(scratch: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    root, token = scratch / "lab", secrets.token_hex(16)
    root.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    places = {f"JUPYTER_{name}_DIR": str(scratch / name) for name in ("CONFIG", "RUNTIME", "DATA")}
    environment = {**os.environ, **places, "PATH": f"{ENVIRONMENT.bin}{os.pathsep}{os.environ['PATH']}"}
    arguments = ["lab", "--no-browser", "--allow-root", f"--port={port}"]
    arguments += [f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={token}"]
    with (scratch / "lab.log").open("wb") as log:
        lab = subprocess.Popen(
            [ENVIRONMENT.bin / "jupyter", *arguments], env=environment, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait(f"{url}/api/status?token={token}")
            yield url, token, environment
        finally:
            lab.terminate()
            lab.wait(30)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError("the Jupyter server did not start")


async def _watched(server: StdioServerParameters, log: Any, scratch: Path) -> list[Finding]:
    mark = scratch / "mark"
    async with Client(stdio_client(server, errlog=log)) as agent:
        names = [tool.name for tool in (await agent.list_tools()).tools]
        await agent.call_tool(
            "use_notebook", {"notebook_name": "n", "notebook_path": "n.ipynb", "mode": "create"}
        )
        cell = {"cell_index": 0, "cell_type": "code", "cell_source": LOOP.format(mark=str(mark))}
        inserted = not (await agent.call_tool("insert_cell", cell)).is_error
        fraction = await _fraction(agent)
        saved = await _saved(scratch / "lab" / "n.ipynb")
        stop = await _stop(agent, mark)
    found = [name for name in names if "cell" in name]
    return [
        fraction,
        stop,
        Finding("edit", "yes" if inserted else "no", f"{len(found)} tools for cells: {', '.join(found)}"),
        Finding(
            "functions",
            "partly",
            "no tools of the notebook's own; `execute_code` runs any code in its kernel",
        ),
        Finding("loops", "no", "its tools hold none; whatever bar a cell has is the cell's own", "read"),
        saved,
        Finding(
            "places", "yes", "its README: any Jupyter deployment; kernels of Colab with an extra", "read"
        ),
        Finding("size", "yes", f"{ENVIRONMENT.packages} packages, JupyterLab among them"),
    ]


async def _fraction(agent: Client) -> Finding:
    """Run a loop of 8 s and note each report."""
    reports: list[str] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        reports.append(f"{progress:.0f} of {total} {message!r}")

    options = {"cell_index": 0, "stream": True, "progress_interval": 1}
    await agent.call_tool("execute_cell", options, progress_callback=note)
    middle = reports[len(reports) // 2] if reports else "none"
    words = f"{len(reports)} reports for a loop of 8 s, such as {middle}: seconds of its timeout, not items"
    return Finding("fraction", "partly" if reports else "no", words)


async def _saved(notebook: Path) -> Finding:
    """Wait for the document to be written, and look for the loop's last line."""
    with anyio.move_on_after(20):
        while "pebble 7" not in notebook.read_text():
            await anyio.sleep(0.2)
    told = "pebble 7" in notebook.read_text()
    return Finding("saved", "yes" if told else "no", f"what the cell printed is in the file: {told}")


async def _stop(agent: Client, mark: Path) -> Finding:
    """Leave a call in the middle, and give another too little time; see where the loop ended."""
    mark.unlink()
    with anyio.move_on_after(3):
        await agent.call_tool("execute_cell", {"cell_index": 0, "stream": True})
    cancelled = await _end(mark)
    mark.unlink()
    await agent.call_tool("execute_cell", {"cell_index": 0, "stream": True, "timeout": 3})
    timed_out = await _end(mark)
    alive = await agent.call_tool("execute_code", {"code": "kept"})
    words = (
        f"a cancelled `execute_cell` left the loop running to {cancelled} of 7; a `timeout` of 3 s ended it at "
        f"{timed_out} (memory kept: {'memory' in str(alive.content)}); otherwise `restart_notebook`, without its memory"
    )
    return Finding("stop", "yes" if cancelled < 7 else "partly", words)


async def _end(mark: Path) -> int:
    with anyio.move_on_after(20):
        while not mark.exists() or not mark.read_text():
            await anyio.sleep(0.1)
    return int(mark.read_text())
