"""Keep a kernel from taking messages while its event loop runs inside a blocked cell.

- ipykernel 7: the shell channel's thread hands each message on through a pair of
  sockets; the stream at the main thread's end is stopped, so they wait there, in
  order. Whoever looks at them before, on that thread, still sees them.
- ipykernel 6: one coroutine takes them from a queue, one at a time, and it is inside
  the blocked cell: nothing has to be stopped.

The names used are private, so they are looked for; without them no loop is nested.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


def unknown(kernel: Any) -> str | None:
    """Return in words why *kernel* can't be kept from taking messages; None where it can."""
    if _takes_one_at_a_time(kernel):
        return None
    stream = _stream(kernel)
    names = ("_recv_callback", "_recv_copy", "on_recv", "stop_on_recv")
    if all(hasattr(stream, name) for name in names) and hasattr(_lock(kernel), "locked"):
        return None
    return (
        f"it is not known how to keep a {type(kernel).__module__}.{type(kernel).__name__} from taking cells"
    )


@contextmanager
def paused(kernel: Any) -> Iterator[None]:
    """Let *kernel* take no message in the block, where it is handling one already; in the main thread."""
    stream = None if _takes_one_at_a_time(kernel) or not _lock(kernel).locked() else _stream(kernel)
    callback = getattr(stream, "_recv_callback", None)
    if stream is None or callback is None:  # a wait around this one has paused it
        yield
        return
    copy = stream._recv_copy  # noqa: SLF001
    try:
        stream.stop_on_recv()
        yield
    finally:
        with suppress(OSError):  # closed: the kernel is ending
            stream.on_recv(callback, copy=copy)


def _takes_one_at_a_time(kernel: Any) -> bool:
    return hasattr(kernel, "msg_queue") and hasattr(kernel, "dispatch_queue")


def _lock(kernel: Any) -> Any:
    """Return the lock that is held while the main shell handles a message."""
    return getattr(kernel, "_main_asyncio_lock", None)


def _stream(kernel: Any) -> Any:
    """Return where the main shell's messages arrive in the main thread."""
    place = getattr(kernel, "shell_channel_thread", None)
    for name in ("manager", "_shell_channel_to_main", "to_stream"):
        place = getattr(place, name, None)
    return place
