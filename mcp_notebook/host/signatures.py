"""Read the signature of a function whose annotations may be any expression."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, get_args

from ..errors import ArgumentError
from ..text import one_line
from .answers.plain import spoken

EMPTY: Any = inspect.Parameter.empty


def evaluated(fn: Callable[..., Any], name: str) -> inspect.Signature:
    """Return the signature of *fn* with its annotations as what they name; raises `ArgumentError`."""
    try:
        return inspect.signature(fn, eval_str=True)
    except Exception as error:  # an annotation is any expression
        raise ArgumentError(
            f"cannot read the annotations of {name}: {one_line(str(error))}; define or import what they name first"
        ) from error


def spelled(annotation: Any) -> str:
    """Return *annotation* as a person writes it."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return one_line(spoken(annotation).replace("typing.", ""), 80)


def unwrapped(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function below the `functools.partial`s around it."""
    while isinstance(fn, partial):
        fn = fn.func
    return fn


def stand_in(
    name: str, parameters: Sequence[inspect.Parameter], annotation: Any = EMPTY
) -> Callable[..., None]:
    """Return a function that has this signature, and does nothing."""

    def shim() -> None:
        """Stand in for the function."""

    shim.__name__ = "".join(c if c.isalnum() else "_" for c in name)
    shim.__signature__ = inspect.Signature(parameters, return_annotation=annotation)  # type: ignore[attr-defined]
    return shim
