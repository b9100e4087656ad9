"""Replace an attribute of somebody else's class for a while, and put it back exactly.

What others have laid over ours in the meantime stays: ours is inert by then,
because it asks whether anybody captures.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_MISSING: Any = object()


class Patch:
    """*value* as the attribute *name* of the class *owner*, until it is removed."""

    def __init__(self, owner: type, name: str, value: Any) -> None:
        self._owner, self._name, self._value = owner, name, value
        self._before = vars(owner).get(name, _MISSING)
        setattr(owner, name, value)

    def remove(self) -> None:
        """Put back what was there, or nothing where nothing was."""
        if vars(self._owner).get(self._name, _MISSING) is not self._value:
            return
        if self._before is _MISSING:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)


def around(owner: type, name: str, wrapper: Callable[..., Any]) -> Patch:
    """Let ``wrapper(original, self, ...)`` run where the method *name* of *owner* is called.

    *original* is bound to *self*.
    """
    before = vars(owner)[name]

    @functools.wraps(before)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return wrapper(before.__get__(self, type(self)), self, *args, **kwargs)

    return Patch(owner, name, method)
