"""A real kernel of a peer's environment: run a cell, hear all that it shows, press Stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

BOUND_S = 120.0


@dataclass
class Cell:
    """What a cell showed, and how it ended."""

    texts: list[str] = field(default_factory=list)
    """every text in order: printed, displayed, and each later state of a display"""
    error: str | None = None


class Kernel:
    """A running kernel."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._client = manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=BOUND_S)

    def run(self, source: str, *, stop_when: Callable[[], bool] | None = None) -> Cell:
        """Run a cell to its end; press Stop once, as soon as *stop_when* says so."""
        cell, asked = Cell(), self._client.execute(source, allow_stdin=False)
        until = time.monotonic() + BOUND_S
        while time.monotonic() < until:
            if stop_when is not None and stop_when():
                self._manager.interrupt_kernel()
                stop_when = None
            try:
                message = self._client.get_iopub_msg(timeout=0.1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == asked and _take(message, cell):
                return cell
        raise TimeoutError(f"the cell did not end: {source}")

    def close(self) -> None:
        """Leave the channels."""
        self._client.stop_channels()


def _take(message: dict[str, Any], cell: Cell) -> bool:
    """Note what a message shows; return whether it is the last of its cell."""
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        cell.texts.append(content["text"])
    elif kind == "error":
        cell.error = f"{content['ename']}: {content['evalue']}"
    elif "text/plain" in content.get("data", {}):
        cell.texts.append(content["data"]["text/plain"])
    return bool(kind == "status" and content["execution_state"] == "idle")


@contextmanager
def kernel(python: Path) -> Iterator[Kernel]:
    """Yield a kernel run by *python*."""
    manager = manager_of(python)
    manager.start_kernel()
    running = Kernel(manager)
    try:
        yield running
    finally:
        running.close()
        manager.shutdown_kernel(now=True)


def manager_of(python: Path) -> Any:
    """Return a kernel manager whose kernel is run by *python*."""
    manager = KernelManager()
    launcher = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
    manager.kernel_spec.argv = launcher
    return manager


def saved(python: Path, *sources: str) -> Any:
    """Return the notebook of these cells as it is saved after a run without a front end."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    manager = manager_of(python)
    try:
        NotebookClient(notebook, timeout=BOUND_S, km=manager, allow_errors=True).execute()
    finally:
        manager.shutdown_kernel(now=True)
    return notebook


def texts(notebook: Any) -> list[str]:
    """Return the plain texts of a notebook's outputs: what is read without a kernel, and in a diff."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs]
