"""How a loop ended, told by the frame that let go of its iterator.

A `for` loop tells nobody that it was left: its iterator is simply freed. But
it is freed at once, inside the frame that left it, and that frame still knows:

- an exception on its way out has just left a traceback entry for the frame;
- `break` and `return` drop the iterator with an instruction of their own;
- everything else (a variable rebound, a collector's visit) abandons it.

CPython 3.11 makes an exception that C code raised only when it is caught:
then its kind is not known here, and `unsure` says so.
"""

from __future__ import annotations

import asyncio
import dis
import gc
from types import CodeType, FrameType, TracebackType

from ..errors import LoopStopped
from ..progress import Status

LEAVING = frozenset(dis.opmap[name] for name in ("POP_TOP", "POP_ITER") if name in dis.opmap)
ASYNC_END = dis.opmap["END_ASYNC_FOR"]
YOUNG = 20_000
"""young objects that are looked through; with the collector switched off there can be any number"""


def how(frame: FrameType, begun_in: CodeType | None) -> tuple[Status, bool]:
    """Return how a loop begun in *begun_in* ended, freed while *frame* ran; and whether that is unsure."""
    instruction = frame.f_code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else -1
    here = frame.f_code is begun_in
    if here and instruction == ASYNC_END:
        return "done", False
    if here and instruction in LEAVING:
        return "stopped", False
    raised, error = _in_flight(frame)
    if not raised:
        return "abandoned", False
    return of(error), error is None


def of(error: BaseException | type[BaseException] | None) -> Status:
    """Return the status that goes with *error*; of an unknown one, that it failed."""
    kind = error if isinstance(error, type) else type(error)
    if issubclass(kind, KeyboardInterrupt):
        return "interrupted"
    if issubclass(kind, LoopStopped):
        return "stopped"
    if issubclass(kind, asyncio.CancelledError):
        return "cancelled"
    if issubclass(kind, GeneratorExit):
        return "abandoned"
    return "done" if issubclass(kind, StopAsyncIteration) else "failed"


def _in_flight(frame: FrameType) -> tuple[bool, BaseException | None]:
    """Return whether an exception is leaving *frame*, and which, where it can be found.

    It was made a moment ago, so its traceback is among the youngest objects.
    """
    for generation in (0, 1):
        if gc.get_count()[generation] > YOUNG:
            continue
        young = gc.get_objects(generation=generation)
        marks = [o for o in young if type(o) is TracebackType and o.tb_frame is frame]
        if marks:
            return True, _carrier(marks[-1], young)
    return False, None


def _carrier(mark: TracebackType, young: list[object]) -> BaseException | None:
    bare = None
    for thing in reversed(young):
        if isinstance(thing, BaseException):
            if thing.__traceback__ is mark:
                return thing
            if bare is None and thing.__traceback__ is None:
                bare = thing  # 3.11: raised, and not caught yet
    return bare
