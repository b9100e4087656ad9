"""Replace an attribute of somebody else's class for a while, and put it back exactly.

What others have laid over ours in the meantime stays; and should they put ours
back later, it passes on every call.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, Self, TypeVar

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
_MISSING: Any = object()


class Patch:
    """The attribute *name* of the class *owner*, which has another value until it is put back."""

    def __init__(self, owner: type, name: str) -> None:
        self.on = False
        self._owner, self._name = owner, name
        self._before = self._value = vars(owner).get(name, _MISSING)

    def put(self, value: Any) -> Self:
        """Give it *value*."""
        self.on, self._value = True, value
        setattr(self._owner, self._name, value)
        return self

    def remove(self) -> None:
        """Put back what was there, or nothing where nothing was."""
        self.on = False
        if vars(self._owner).get(self._name, _MISSING) is not self._value:
            return
        if self._before is _MISSING:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)


def harmless(function: Callable[P, T]) -> Callable[P, T | None]:
    """Let a fault of ours be logged: it must not stop the work that somebody else's bar stands for."""

    @functools.wraps(function)
    def safe(*args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return function(*args, **kwargs)
        except Exception:
            logger.exception("a bar could not be followed")
            return None

    return safe


def around(owner: type, name: str, wrapper: Callable[..., Any]) -> Patch:
    """Let ``wrapper(original, self, ...)`` run where the method *name* of *owner* is called.

    *original* is bound to *self*.
    """
    before = vars(owner)[name]
    patch = Patch(owner, name)

    @functools.wraps(before)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        original = before.__get__(self, type(self))
        return wrapper(original, self, *args, **kwargs) if patch.on else original(*args, **kwargs)

    return patch.put(method)
