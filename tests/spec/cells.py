"""Cells beside a test: loops that take a step when they are told to, and the server that shows them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import mcp_notebook as mcpn

from .listening import PATIENCE_S


@contextmanager
def serving(directory) -> Iterator[mcpn.Server]:
    """Yield the server of this process; it is found in *directory* alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(directory))
        server = mcpn.serve("spec")
        try:
            yield server
        finally:
            server.stop()


class Gate:
    """Lets a loop take its next step, as often as it is told."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        """somebody has come here"""
        self._steps = threading.Semaphore(0)
        self._open = threading.Event()

    def let(self, steps: int = 1) -> None:
        """Allow some more steps."""
        self._steps.release(steps)

    def open(self) -> None:
        """Allow all of them."""
        self._open.set()
        self._steps.release()

    def wait(self) -> None:
        """Take a step when it is allowed."""
        self.begun.set()
        if not self._open.is_set():
            assert self._steps.acquire(timeout=PATIENCE_S)


@contextmanager
def working(body: Callable[[Gate], object]) -> Iterator[Gate]:
    """Run *body* in a thread beside the test, up to its first step; afterwards let it end."""
    gate = Gate()
    thread = threading.Thread(target=body, args=(gate,), name="cell")
    thread.start()
    try:
        assert gate.begun.wait(PATIENCE_S)
        yield gate
    finally:
        gate.open()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def loop(label: str, items: object = None, **options) -> Callable[[Gate], None]:
    """Return a body: one loop over *items*, five unless given, a step for each `let`."""

    def body(gate: Gate) -> None:
        for _ in mcpn.track(range(5) if items is None else items, label, **options):
            gate.wait()

    return body
