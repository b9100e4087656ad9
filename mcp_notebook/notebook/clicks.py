"""Hear a widget's clicks while the kernel's main thread is busy.

On ipykernel 7.4 with JupyterLab's defaults a plain `on_click` waits for the
cell to end. So the kernel's incoming shell messages are *observed* before
they queue up; each is still delivered later, unchanged and in order:

- ipykernel 7: on the shell channel's own thread, which never runs user code;
- ipykernel 6: by looking into the message queue from the blocked main thread.

The names used are private, so they are looked for, and where one is missing
there are no early clicks; the interrupt works everywhere.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

REMEMBERED = 256

Hearer = Callable[[dict[str, Any]], None]
"""takes the content of a custom message"""


class Clicks:
    """Custom messages by comm id, as early as the kernel lets them be seen. One for each kernel."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._callbacks: dict[str, Hearer] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._thread: Any = getattr(kernel, "shell_channel_thread", None)
        self._deliver: Any = getattr(kernel, "shell_channel_thread_main", None)
        self._installed = self._thread is not None and self._deliver is not None
        if self._installed:
            self._receive(self._observe)

    @property
    def early(self) -> bool:
        """Return whether a click is seen while the main thread is busy."""
        return self._installed or hasattr(self._kernel, "msg_queue")

    def on(self, comm_id: str, callback: Hearer) -> None:
        """Call *callback* with each custom message of the widget of *comm_id*; it must not block."""
        self._callbacks[comm_id] = callback

    def off(self, comm_id: str) -> None:
        """Forget the widget of *comm_id*."""
        self._callbacks.pop(comm_id, None)

    def poll(self) -> None:
        """Look at what waits; for the blocked main thread of ipykernel 6, a no-op elsewhere."""
        if self._installed or not self._callbacks:
            return
        try:
            self._kernel.shell_stream.flush()
            for _, _, arguments in list(self._kernel.msg_queue._queue):  # noqa: SLF001
                self._look(arguments[0])
        except Exception:  # a private name has changed: clicks come late, nothing else
            logger.debug("cannot look at waiting messages", exc_info=True)

    def remove(self) -> None:
        """Leave the kernel as it was found."""
        if self._installed:
            self._receive(self._deliver)
            self._installed = False

    def _receive(self, handler: Any) -> None:
        kernel, thread = self._kernel, self._thread
        thread.io_loop.add_callback(lambda: kernel.shell_stream.on_recv(handler, copy=False))

    async def _observe(self, frames: Any) -> None:
        try:
            self._look(frames)
        except Exception:  # whatever it was, the message goes on
            logger.debug("cannot look at a message", exc_info=True)
        await self._deliver(frames)

    def _look(self, frames: Any) -> None:
        session = self._kernel.session
        _, parts = session.feed_identities(frames, copy=False)
        # With content=True the signature would be noted, and the real delivery dropped as a replay.
        message = session.deserialize(parts, content=False, copy=False)
        header = message["header"]
        if header["msg_type"] != "comm_msg" or header["msg_id"] in self._seen:
            return
        content = session.unpack(message["content"])
        callback = self._callbacks.get(content["comm_id"])
        if callback is None or content["data"].get("method") != "custom":
            return
        self._seen[header["msg_id"]] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        callback(content["data"].get("content") or {})
