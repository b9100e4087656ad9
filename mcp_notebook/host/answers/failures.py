"""Say why a function failed, as the last line of its traceback would, and where in the user's code.

Rules: the place is the innermost frame that the user wrote: a cell, or a file that
belongs to no installed package. The library frames below it say nothing to a
client, and neither do this package's own.
"""

from __future__ import annotations

import asyncio
import sys
import sysconfig
import traceback
from pathlib import Path
from typing import Any

from ...errors import MCPNotebookError
from ...text import block, one_line

MESSAGE_LIMIT = 4_000
_OWN_FILES = str(Path(__file__).parents[2])
_LIBRARIES = tuple(
    {p for name in ("stdlib", "platstdlib", "purelib", "platlib") if (p := sysconfig.get_path(name))}
)


def failure(error: BaseException) -> str:
    """Return *error* in words for a client."""
    if isinstance(error, MCPNotebookError) and isinstance(error.__cause__, KeyboardInterrupt):
        error = error.__cause__
    if isinstance(error, KeyboardInterrupt):
        return f"interrupted by the user of the notebook{_place(error)}"
    if any(kind.__name__ == "LoopStopped" for kind in type(error).__mro__):
        said = one_line(str(error))
        return f"stopped: {said}{_place(error)}" if said else f"stopped{_place(error)}"
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, SystemExit):
        return f"the function ended itself with sys.exit({error.code!r}){_place(error)}"
    return f"{_words(error)}{_place(error)}"


def _words(error: BaseException) -> str:
    """Return `ValueError: bad lr`, with the notes that were added."""
    name = type(error).__name__
    try:
        lines = [str(error), *(str(note) for note in getattr(error, "__notes__", ()))]
    except Exception:  # whatever somebody's `__str__` does
        return f"{name} (its message cannot be shown)"
    said = block("\n".join(line for line in lines if line), MESSAGE_LIMIT)
    return f"{name}: {said}" if said else name


def _place(error: BaseException) -> str:
    """Return ` (line 7 of In [12], in train)`, or nothing where no frame is the user's."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        where = _cell(frame.filename) or _file(frame.filename)
        if where:
            inside = "" if frame.name.startswith("<") else f", in {frame.name}"
            return f" (line {frame.lineno} of {where}{inside})"
    return ""


def _cell(filename: str) -> str:
    """Return `In [12]` for the code of a cell."""
    shell = _shell()
    named = getattr(getattr(shell, "compile", None), "format_code_name", None)
    found = named(filename) if named is not None else None
    return str(found[1]).replace("In[", "In [") if found else ""


def _file(filename: str) -> str:
    """Return the name of a file that the user wrote."""
    if filename.startswith(("<", *_LIBRARIES, _OWN_FILES)) or "site-packages" in filename:
        return ""
    return Path(filename).name


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None
