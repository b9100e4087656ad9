"""The functions that this notebook offers, by name; and the decorator that puts them there.

Rules: running a cell again replaces what it defined before. The names of the loop
tools are not for functions.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import ArgumentError
from .definitions import LIST_LOOPS, STOP_LOOP, WATCH_LOOP
from .functions import Function, describe

if TYPE_CHECKING:
    from mcp_types import Tool

logger = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])

RESERVED = frozenset({LIST_LOOPS, WATCH_LOOP, STOP_LOOP})


class Functions:
    """Functions by name; safe in any thread. *on_change* is called after each change, in its thread."""

    def __init__(self, on_change: Callable[[], None] | None = None) -> None:
        self.on_change = on_change
        self._functions: dict[str, Function] = {}
        self._lock = threading.Lock()

    def add(self, function: Function) -> None:
        """Offer *function*; one of the same name is replaced. Raises `ArgumentError` for a reserved name."""
        if function.name in RESERVED:
            raise ArgumentError(
                f"the name {function.name!r} belongs to a tool of every notebook; give another: tool(name='…')"
            )
        with self._lock:
            self._functions[function.name] = function
        self._changed()

    def remove(self, name: str) -> bool:
        """Offer the function called *name* no longer; returns False where there was none."""
        with self._lock:
            found = self._functions.pop(name, None)
        if found is None:
            return False
        self._changed()
        return True

    def get(self, name: str) -> Function | None:
        """Return the function called *name*, or None."""
        with self._lock:
            return self._functions.get(name)

    def all(self) -> tuple[Function, ...]:
        """Return all functions, in the order in which their names first came."""
        with self._lock:
            return tuple(self._functions.values())

    def definitions(self) -> list[Tool]:
        """Return what `tools/list` says; a function that can't be described is left out, and logged."""
        return [tool for function in self.all() if (tool := _defined(function)) is not None]

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()


def _defined(function: Function) -> Tool | None:
    try:
        return function.definition
    except ArgumentError as error:
        logger.warning("%s is not offered to clients: %s", function.name, error)
        return None


@overload
def decorate(register: Callable[[Function], None], fn: F) -> F: ...
@overload
def decorate(
    register: Callable[[Function], None],
    fn: None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    thread: bool = False,
) -> Callable[[F], F]: ...
def decorate(
    register: Callable[[Function], None],
    fn: F | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    thread: bool = False,
) -> F | Callable[[F], F]:
    """Hand *fn*, described, to *register* and return it unchanged; without *fn* return the decorator."""

    def wrap(fn: F) -> F:
        register(describe(fn, name=name, description=description, thread=thread))
        return fn

    return wrap if fn is None else wrap(fn)
