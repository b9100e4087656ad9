"""How a loop ended, told by the frame that let go of its iterator.

A `for` loop tells nobody that it was left: its iterator is simply freed. But
it is freed at once, inside the frame that left it, and that frame still knows:

- an exception on its way out has just left a traceback entry for the frame,
  at the instruction where the frame stands;
- `break` and `return` drop the iterator with an instruction of their own;
- everything else (a variable rebound, a collector's visit) abandons it.

CPython 3.11 makes an exception that C code raised only when it is caught:
then its kind is not known here, and `unsure` says so.
"""

from __future__ import annotations

import asyncio
import dis
import gc
import inspect
import sys
import time
from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType
from typing import NamedTuple, cast

from ..errors import LoopStopped
from ..progress import Status


def _codes(*names: str) -> frozenset[int]:
    return frozenset(dis.opmap[name] for name in names if name in dis.opmap)


LEAVING = _codes("POP_TOP", "POP_ITER")
RUN_OUT = _codes("END_FOR") if sys.version_info >= (3, 13) else frozenset[int]()
"""what its own loop's pop follows; before 3.13 it pops by itself, and what follows leaves another loop"""
FORGETTING = frozenset(code for name, code in dis.opmap.items() if name.startswith(("DELETE_", "STORE_")))
YIELDING = _codes("YIELD_VALUE", "CLEANUP_THROW")
RAISING = _codes("RAISE_VARARGS", "RERAISE")
THROWN_INTO = _codes("YIELD_VALUE", "RESUME", "SEND", "JUMP_BACKWARD_NO_INTERRUPT")
FETCHING = _codes("FOR_ITER")
ASYNC_END = _codes("END_ASYNC_FOR")

SUSPENDABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
WORD = 2
"""bytes of an instruction: `for` asks for the iterator, and then for its items"""
YOUNG = 20_000
"""young objects that are looked through at any time"""
DEEP_S = 1.0
"""between two looks through all objects, which takes a while"""
_deep_at = float("-inf")


class Ending(NamedTuple):
    """How a loop ended."""

    status: Status
    unsure: bool = False
    """whether an exception ended it whose kind cannot be seen"""
    working: bool = True
    """whether an item was in work: it was not where the source itself raised"""


def how(frame: FrameType, begun_in: CodeType | None, begun_at: int = -1) -> Ending:
    """Return how a loop ended that was begun in *begun_in*, at that instruction, and freed while *frame* ran."""
    instruction = _instruction(frame.f_code, frame.f_lasti)
    if frame.f_code is begun_in and instruction in LEAVING and not _ran_out(frame):
        return Ending("stopped")
    if instruction in FORGETTING:
        return Ending("abandoned")
    raised, error = _in_flight(frame, deep=frame.f_code is begun_in)
    if not raised:
        return Ending("done" if instruction in ASYNC_END and frame.f_code is begun_in else "abandoned")
    if error is None and instruction in YIELDING:
        return Ending("abandoned")  # a generator that was closed
    fetching = instruction in FETCHING and frame.f_lasti == begun_at + WORD and frame.f_code is begun_in
    return Ending(of(error), unsure=error is None, working=not fetching)


def _ran_out(frame: FrameType) -> bool:
    """Return whether *frame* drops an iterator that has ended: from 3.14 on after END_FOR, not within FOR_ITER."""
    return _instruction(frame.f_code, frame.f_lasti - WORD) in RUN_OUT


def of(error: BaseException | None) -> Status:
    """Return the status that goes with *error*; of an unknown one, that it failed."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, LoopStopped):
        return "stopped"
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, GeneratorExit):
        return "abandoned"
    return "done" if isinstance(error, StopAsyncIteration) else "failed"


def _in_flight(frame: FrameType, *, deep: bool) -> tuple[bool, BaseException | None]:
    """Return whether an exception is leaving *frame*, and which, where it can be found.

    It was made a moment ago, so its traceback is among the youngest objects,
    unless the collector has just been here.
    """
    anywhere = _raises_again(frame)
    for objects in _generations(deep=deep):
        for mark in reversed(objects):
            if type(mark) is not TracebackType or mark.tb_frame is not frame:
                continue
            if anywhere or mark.tb_lasti == frame.f_lasti:
                return True, _carrier(mark, objects)
    return False, None


def _raises_again(frame: FrameType) -> bool:
    """Return whether an exception that leaves *frame* may have been raised at another instruction of it."""
    instruction = _instruction(frame.f_code, frame.f_lasti)
    return bool(frame.f_code.co_flags & SUSPENDABLE) or instruction in RAISING | ASYNC_END


def _generations(*, deep: bool) -> Iterator[list[object]]:
    global _deep_at  # noqa: PLW0603 - the collector is the process's, too
    # A list is kept nowhere here: it would hold this very generator, and so itself, and everything.
    few = gc.get_count()[0] <= YOUNG
    if few:
        yield gc.get_objects(generation=0)
        yield gc.get_objects(generation=1)
    now = time.monotonic()
    if not deep or now - _deep_at < DEEP_S:
        return
    _deep_at = now
    for generation in (2,) if few else (0, 1, 2):
        yield gc.get_objects(generation=generation)


def _carrier(mark: TracebackType, objects: list[object]) -> BaseException | None:
    """Return the exception that carries *mark*."""
    trail = [mark]
    while trail[-1].tb_next is not None:
        trail.append(trail[-1].tb_next)
    known = {id(entry) for entry in trail}
    # By its type: `isinstance` asks the object, and whatever lies in memory may answer with an error of its own.
    every = (o for o in reversed(objects) if issubclass(type(o), BaseException))
    errors = cast("list[BaseException]", list(every))
    for error in errors:
        if error.__traceback__ is not None and id(error.__traceback__) in known:
            return error
    # 3.11: what was raised, or thrown in, as an object is there, but has no traceback before it is caught.
    origin = trail[-1]
    if _instruction(origin.tb_frame.f_code, origin.tb_lasti) not in RAISING | THROWN_INTO:
        return None
    return next((error for error in errors if error.__traceback__ is None), None)


def _instruction(code: CodeType, at: int) -> int:
    return code.co_code[at] if at >= 0 else -1
