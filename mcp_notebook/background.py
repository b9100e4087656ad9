"""The one background event loop, in a thread of its own: everything MCP, and everything that draws, runs there."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

NAME = "mcp_notebook"
STOP_S = 5.0


class Background:
    """An event loop that runs until `stop`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int:
        """What `threading.get_ident` says in its thread."""
        return self._thread.ident or 0

    def spawn(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run *work* there; from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run *work* there, and wait for it."""
        return self.spawn(work).result()

    def stop(self) -> None:
        """Cancel what is left, and end the thread; bounded in time."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            pending = asyncio.all_tasks(self.loop)
            for task in pending:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()
