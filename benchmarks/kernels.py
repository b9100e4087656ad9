"""A real kernel for the benchmarks: the driver of tests/kernel, with this folder on the kernel's path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "kernel"))

LONG_S = 600.0

if TYPE_CHECKING:
    from driver import Cell, Kernel


@contextmanager
def kernel() -> Iterator[Kernel]:
    """Yield a fresh kernel with the extension loaded and this folder importable."""
    from driver import Kernel

    running = Kernel(sys.executable, cwd=HERE.parent)
    try:
        running.ok(f"import sys\nsys.path.insert(0, {str(HERE)!r})\n%load_ext mcp_notebook")
        yield running
    finally:
        running.close()


def patiently(running: Kernel, code: str) -> Cell:
    """Run a cell that must not fail, however long a busy machine takes over it."""
    cell = running.begin(code)
    running.until(lambda: cell.idle is not None, bound=LONG_S)
    assert running.finish(cell).status == "ok", cell.error
    return cell


def wire(running: Kernel, cell: Cell) -> list[tuple[str, int]]:
    """Return kind and bytes of each message of *cell* that draws, as it travelled.

    The bytes are those of header, parent header, metadata and content; routing
    and signature are the transport's.
    """
    drawing = cell.of("comm_open", "comm_msg", "comm_close", "display_data", "update_display_data")
    return [(message["msg_type"], _size(running, message)) for message in drawing]


def _size(running: Kernel, message: dict[str, Any]) -> int:
    pack = running.client.session.pack
    return sum(len(pack(message[part])) for part in ("header", "parent_header", "metadata", "content"))
