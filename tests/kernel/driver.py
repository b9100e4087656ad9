"""A real kernel, driven by `jupyter_client`: run cells, watch every message that comes of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

from forked import KERNEL, prefix
from jupyter_client.manager import KernelManager

BOUND_S = 60.0


@dataclass
class Cell:
    """One executed cell: its messages in order, each with the time it came."""

    id: str
    messages: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    began: float = 0.0
    idle: float | None = None
    reply: dict[str, Any] | None = None

    @property
    def status(self) -> str:
        return self.reply["content"]["status"]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [m for _, m in self.messages if m["msg_type"] in kinds]

    def when(self, *kinds: str) -> list[float]:
        return [t - self.began for t, m in self.messages if m["msg_type"] in kinds]

    @property
    def stdout(self) -> str:
        return "".join(m["content"]["text"] for m in self.of("stream") if m["content"]["name"] == "stdout")

    @property
    def error(self) -> str:
        return "\n".join("\n".join(m["content"]["traceback"]) for m in self.of("error"))

    @property
    def receipt(self) -> str:
        """The last static text that was displayed."""
        texts = [
            m["content"]["data"]["text/plain"]
            for m in self.of("display_data", "update_display_data")
            if "application/vnd.jupyter.widget-view+json" not in m["content"]["data"]
        ]
        return texts[-1] if texts else ""

    def values(self) -> list[float]:
        """What the front end was told of a bar's value, in order."""
        states = [m["content"]["data"].get("state", {}) for m in self.of("comm_msg")]
        return [s["value"] for s in states if isinstance(s.get("value"), float)]

    def told(self, comm_id: str) -> list[dict[str, Any]]:
        """The custom messages that the front end got for a widget."""
        data = [m["content"]["data"] for m in self.of("comm_msg") if m["content"]["comm_id"] == comm_id]
        return [d["content"] for d in data if d.get("method") == "custom"]

    def comm(self, model: str) -> str:
        """The comm id of the first model of that name."""
        for m in self.of("comm_open"):
            if m["content"]["data"].get("state", {}).get("_model_name") == model:
                return m["content"]["comm_id"]
        raise AssertionError(f"no {model} was opened")


class Kernel:
    """A running kernel of *python*'s environment; a *forked* one begins with its imports done."""

    def __init__(self, python: str, *, forked: bool = False, **start: Any) -> None:
        self._closed = False
        self._manager = KernelManager()
        self._manager.kernel_spec.argv[:1] = prefix(KERNEL, python) if forked else [python]
        self._manager.kernel_spec.argv.append("--log-level=ERROR")
        self._manager.start_kernel(**start)
        self.client = self._manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=BOUND_S)
        self._cells: dict[str, Cell] = {}

    def begin(self, code: str, **options: Any) -> Cell:
        """Send a cell and return at once."""
        cell = Cell(self.client.execute(code, **options))
        cell.began = time.monotonic()
        self._cells[cell.id] = cell
        return cell

    def run(self, code: str, **options: Any) -> Cell:
        """Run a cell to its end, and return it with its messages."""
        return self.finish(self.begin(code, **options))

    def ok(self, code: str, **options: Any) -> Cell:
        """Run a cell that must not fail."""
        cell = self.run(code, **options)
        assert cell.status == "ok", cell.error
        return cell

    def finish(self, cell: Cell) -> Cell:
        """Wait for the end of a cell."""
        self.until(lambda: cell.idle is not None)
        while cell.reply is None:
            reply = self.client.get_shell_msg(timeout=BOUND_S)
            if (parent := self._cells.get(reply["parent_header"].get("msg_id"))) is not None:
                parent.reply = reply
        return cell

    def until(self, condition: Any, bound: float = BOUND_S) -> None:
        """Take messages until *condition* holds."""
        deadline = time.monotonic() + bound
        while not condition():
            assert time.monotonic() < deadline, "the kernel did not get there"
            self.pump(0.2)

    def pump(self, seconds: float) -> None:
        """Take the messages that come within *seconds*, at least one wait."""
        try:
            message = self.client.get_iopub_msg(timeout=seconds)
        except Empty:
            return
        cell = self._cells.get(message["parent_header"].get("msg_id", ""))
        if cell is None:
            return
        cell.messages.append((time.monotonic(), message))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            cell.idle = time.monotonic()

    def click(self, comm_id: str) -> None:
        """Click a button, as a front end does."""
        self.tell(comm_id, {"event": "click"})

    def tell(self, comm_id: str, message: dict[str, Any]) -> None:
        """Send a widget's custom message, as a front end does."""
        content = {"comm_id": comm_id, "data": {"method": "custom", "content": message}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    def interrupt(self) -> None:
        """Press Stop."""
        self._manager.interrupt_kernel()

    def close(self) -> None:
        """End the kernel; safe to call twice."""
        if not self._closed:
            self._closed = True
            self.client.stop_channels()
            self._manager.shutdown_kernel(now=False)
