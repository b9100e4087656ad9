"""How somebody else's loop ended, seen from the call that closed its bar, or freed its iterator.

Between the user's loop and our iterator there are frames of the library:
generators, which are closed when the user's loop lets go of them. So it is the
user's frame that is asked; and where it only waits for an item, the library's.
"""

from __future__ import annotations

import dis
import math
import sys
from types import FrameType

from ..progress import Status
from ..progress.state import number
from ..tracking import endings
from ..tracking.endings import Ending
from ..tracking.loop import Loop

LIBRARIES = ("tqdm", "rich")
_OWN = __name__.rpartition(".")[0]
_GIVING = {dis.opmap.get(name) for name in ("YIELD_VALUE", "RESUME", "CLEANUP_THROW")}
"""where a generator waits while its item is in use: it is being closed there, it has not failed"""


def outside(frame: FrameType | None) -> FrameType | None:
    """Return *frame*, or the nearest one around it that is not the library's (nor ours)."""
    while frame is not None and is_library(frame):
        frame = frame.f_back
    return frame


def is_library(frame: FrameType) -> bool:
    """Return whether *frame* runs code of the library, or of this room."""
    name = str(frame.f_globals.get("__name__", ""))
    return name.partition(".")[0] in LIBRARIES or name.startswith(_OWN)


def let_go(loop: Loop, frame: FrameType) -> Ending:
    """Return how *loop* ended, its iterator being freed while *frame* ran."""
    user = outside(frame)
    if user is None:
        return Ending("abandoned")
    ending = endings.how(user, loop.code)
    if ending.status != "abandoned" or user is frame:
        return ending
    ending = endings.how(frame, None)
    if _at(frame) in _GIVING and (ending.unsure or ending.status == "abandoned"):
        return Ending("abandoned")
    return ending._replace(working=False)  # the next item was asked for: the one before is done


def closed(loop: Loop, frame: FrameType) -> Status:
    """Return how *loop*, counted by hand, ended: its bar is being closed by *frame*.

    Done with its count; with the exception that the call is part of handling;
    done where there is no total, else stopped short of it.
    """
    if _complete(loop):
        return "done"
    user, error = _surroundings(frame)
    if error is not None:
        return endings.of(error)
    if user is not None and _freed(frame):
        return endings.how(user, loop.code)[0]
    return by_count(loop)


def by_count(loop: Loop) -> Status:
    """Return how *loop*, closed by somebody who did not say why, ended."""
    return "done" if loop.total is None or _complete(loop) else "stopped"


def freed(loop: Loop) -> Status:
    """Return how *loop*, whose bar is gone, ended."""
    return "done" if _complete(loop) else "abandoned"


def _complete(loop: Loop) -> bool:
    """Return whether what was counted by hand has reached its total; sums of floats may miss it by a hair."""
    total, done = number(loop.total), number(loop.n) or 0.0
    return total is not None and (done >= total or math.isclose(done, total))


def _at(frame: FrameType) -> int:
    """Return the instruction that *frame* is at."""
    return frame.f_code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else -1


def _freed(frame: FrameType | None) -> bool:
    while frame is not None and is_library(frame):
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _surroundings(frame: FrameType | None) -> tuple[FrameType | None, BaseException | None]:
    """Return the user's frame, and the exception that it, or the library, is handling."""
    handled = sys.exc_info()[1]
    passed = _frames(handled)
    at = frame
    while at is not None:
        if handled is not None and at in passed:
            return outside(at), handled
        if not is_library(at):
            return at, None
        if at.f_code.co_name == "__exit__":  # its third argument is the exception
            given = at.f_locals.get(at.f_code.co_varnames[2])
            if isinstance(given, BaseException):
                return outside(at), given
        at = at.f_back
    return None, None


def _frames(error: BaseException | None) -> list[FrameType]:
    found, trace = [], error.__traceback__ if error is not None else None
    while trace is not None:
        found.append(trace.tb_frame)
        trace = trace.tb_next
    return found
