"""A real kernel for the benchmarks: the driver of tests/kernel, with this package on the kernel's path."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
DRIVER = str(ROOT / "tests" / "kernel")

LONG_S = 600.0

if TYPE_CHECKING:
    from driver import Cell, Kernel


@contextmanager
def kernel() -> Iterator[Kernel]:
    """Yield a fresh kernel with the extension loaded and this package importable."""
    if DRIVER not in sys.path:
        sys.path.append(DRIVER)
    from driver import Kernel

    running = Kernel(sys.executable, cwd=ROOT)
    try:
        running.ok(f"import json, sys\nsys.path.append({str(ROOT)!r})\n%load_ext mcp_notebook")
        yield running
    finally:
        running.close()


def patiently(running: Kernel, code: str) -> Cell:
    """Run a cell that must not fail, however long a busy machine takes over it."""
    cell = running.begin(code)
    running.until(lambda: cell.idle is not None, bound=LONG_S)
    assert running.finish(cell).status == "ok", cell.error
    return cell


def told(running: Kernel, expression: str) -> Any:
    """Return what *expression*, which makes JSON, says in the kernel."""
    return json.loads(patiently(running, f"print(json.dumps({expression}))").stdout)


def wire(running: Kernel, cell: Cell) -> list[tuple[str, int]]:
    """Return kind and bytes of each message of *cell* that draws, as it travelled.

    The bytes are those of header, parent header, metadata and content; routing
    and signature are the transport's.
    """
    drawing = cell.of("comm_open", "comm_msg", "comm_close", "display_data", "update_display_data")
    return [(message["msg_type"], _size(running, message)) for message in drawing]


def updates(running: Kernel, cell: Cell) -> tuple[float, list[int]]:
    """Return the updates of a second between a cell's first and last, and the bytes of each."""
    moments = cell.when("comm_msg")
    sizes = [size for kind, size in wire(running, cell) if kind == "comm_msg"]
    lasted = moments[-1] - moments[0] if len(moments) > 1 else 0.0
    return ((len(moments) - 1) / lasted if lasted else 0.0), sizes


def _size(running: Kernel, message: dict[str, Any]) -> int:
    pack = running.client.session.pack
    return sum(len(pack(message[part])) for part in ("header", "parent_header", "metadata", "content"))
