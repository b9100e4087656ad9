"""Interrupt a thread at a chosen moment, as Ctrl-C does the main one."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from .residue import settles

BOUND_S = 20.0


def interrupted(work: Callable[[], object], when: Callable[[], object]) -> BaseException | None:
    """Run *work* in a thread, interrupt it after *when* has returned, and return what it raised."""
    box: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            box.append(error)

    thread = threading.Thread(target=run, name="interrupted")
    thread.start()
    when()
    assert settles(lambda: waits(thread.ident)), "it does not wait"
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt)
    )
    thread.join(BOUND_S)
    assert not thread.is_alive(), "the interrupt did not end the wait"
    return box[0] if box else None


def waits(ident: int | None) -> bool:
    """Return whether a thread has come to wait for the background loop."""
    frame = sys._current_frames().get(ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "_wait" and frame.f_code.co_filename.endswith("client/pending.py"):
            return True
        frame = frame.f_back
    return False


def tell(path: str) -> None:
    """Make a file at *path* once the main thread waits; for the cells of a kernel."""
    ident = threading.main_thread().ident

    def look() -> None:
        if settles(lambda: waits(ident)):
            Path(path).touch()

    threading.Thread(target=look, name="teller", daemon=True).start()


def at_line(number: int, files: tuple[str, ...], work: Callable[[], object]) -> str | None:
    """Run *work*, interrupted as it comes to its *number*-th line in *files*; returns which that was."""
    seen = 0
    where = None

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen, where
        if not frame.f_code.co_filename.endswith(files):
            return None
        if event == "line":
            seen += 1
            if seen == number:
                where = f"{frame.f_code.co_name}:{frame.f_lineno}"
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return where
