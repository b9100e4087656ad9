"""Block a cell, stay interruptible, hear its widgets.

Rules: a wait is made of short ones, so that the interrupt arrives on every
platform; an interrupt cancels first and leaves after a bounded moment; the
kernel's event loop is never entered from here, so no queued cell starts early.
"""

from __future__ import annotations

import time
from collections.abc import Callable

HEARTBEAT_S = 0.1
SETTLE_S = 3.0


def block(
    wait: Callable[[float], bool],
    cancel: Callable[[], None],
    timeout: float | None = None,
    poll: Callable[[], None] | None = None,
    heartbeat: float = HEARTBEAT_S,
) -> bool:
    """Wait until *wait(s)* says so; False when *timeout* s are over. *poll* is called each *heartbeat* s."""
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        while True:
            left = heartbeat if deadline is None else min(heartbeat, max(0.0, deadline - time.monotonic()))
            if wait(left):
                return True
            if deadline is not None and time.monotonic() >= deadline:
                return False
            if poll is not None:
                poll()
    except KeyboardInterrupt:
        cancel()
        wait(SETTLE_S)
        raise
