"""Whether a kernel's event loop can be run inside a blocked cell, and making it so.

nest-asyncio makes it so, by patching asyncio for good; nest-asyncio2 from Python 3.14
on, where the former breaks every loop of the process. What the user has patched
already is left as it is.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from . import messages

NEW = (3, 14)
"""the Python from which on nest-asyncio breaks asyncio"""


def refusal(kernel: Any) -> str | None:
    """Return in words why the loop of *kernel* can't be run inside a blocked cell; None where it can."""
    if kernel is None:
        return "there is no Jupyter kernel here, so no event loop runs between cells, and none is held up"
    if threading.current_thread() is not threading.main_thread():
        return f"this is the thread {threading.current_thread().name!r}; do it in the main shell"
    return _of_loop(loop_of(kernel)) or messages.unknown(kernel) or _of_python() or _of_gui(kernel)


def refusal_now(kernel: Any) -> str | None:
    """Return in words why it can't be at this moment, in the main thread; None where it can."""
    if asyncio._get_running_loop() is not loop_of(kernel):  # noqa: SLF001 - documented
        return "another event loop runs inside this cell"
    return _of_gui(kernel) or _of_python()


def prepare(loop: asyncio.AbstractEventLoop) -> None:
    """Let *loop* be run inside its own callbacks."""
    if not hasattr(loop, "_nest_patched"):
        import_module(_library()).apply(loop)


def loop_of(kernel: Any) -> asyncio.AbstractEventLoop | None:
    """Return the event loop of *kernel*'s main thread."""
    loop: asyncio.AbstractEventLoop | None = getattr(getattr(kernel, "io_loop", None), "asyncio_loop", None)
    return loop


def _of_loop(loop: object) -> str | None:
    if loop is None:
        return "this kernel has no asyncio loop that is known"
    if not isinstance(loop, asyncio.BaseEventLoop):
        return f"the kernel's loop is a {type(loop).__module__}.{type(loop).__name__}, not asyncio's own"
    return None


def _of_python() -> str | None:
    patched, by_new = hasattr(asyncio, "_nest_patched"), hasattr(asyncio, "_nest_asyncio2")
    if sys.version_info >= NEW and patched and not by_new:
        return (
            "nest_asyncio.apply() has broken asyncio on this Python; restart, and take nest_asyncio2 instead"
        )
    if not patched and find_spec(_library()) is None:
        return f"{_library()} is not installed; pip install {_library().replace('_', '-')}"
    return None


def _of_gui(kernel: Any) -> str | None:
    if getattr(kernel, "eventloop", None) is not None:
        return "the kernel runs the event loop of a GUI as well (%gui), which would hold up the cell"
    return None


def _library() -> str:
    return "nest_asyncio2" if sys.version_info >= NEW else "nest_asyncio"
