"""A function of the notebook as an MCP tool: its definition, its arguments, its answers.

Rules. Describing costs nothing: the SDK is imported and the schema built on first
use. Only where the SDK is loaded already (a server has been started) is the schema
built at once, so that what is wrong with it is said where the function is written.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from . import answers, arguments
from .docstrings import Doc, read
from .returns import Returns, returns
from .schemas import MACHINERY, Takes, takes
from .signatures import unwrapped

if TYPE_CHECKING:
    from mcp_types import CallToolResult, Tool

NAME_LIMIT = 128
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")
"""the specification's rule for names of tools (2025-11-25, server/tools)"""


class Function:
    """A function that clients may call; made by `describe`."""

    def __init__(
        self, fn: Callable[..., Any], name: str, description: str | None = None, *, thread: bool = False
    ) -> None:
        self.fn = fn
        self.name = name
        self.thread = thread
        self._description = description

    @property
    def is_async(self) -> bool:
        """Whether calling it gives something to await."""
        fn = unwrapped(self.fn)
        return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(fn, "__call__", None))  # noqa: B004

    @property
    def description(self) -> str:
        """What it does, in the words given, or in those of its docstring without the parameters."""
        return self._doc.description if self._description is None else self._description

    @cached_property
    def definition(self) -> Tool:
        """What `tools/list` says of it; raises `ArgumentError` where its signature can't be described."""
        from mcp_types import Tool

        return Tool(
            name=self.name,
            description=self.description or None,
            input_schema=self._takes.schema,
            output_schema=self._returns.published,
        )

    def bind(self, arguments_: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the arguments to call it with, as what the annotations say; raises `ArgumentError`."""
        return arguments.bind(arguments_ or {}, self._takes, self.name)

    def answer(self, value: Any, printed: str = "") -> CallToolResult:
        """Return the MCP result for what it returned and printed.

        This runs the value's own code (`repr`, rendering): call it where the
        function itself ran. Never raises.
        """
        return answers.answer(value, printed, self._returns, self.name)

    def failure(self, error: BaseException, printed: str = "") -> CallToolResult:
        """Return the MCP result for what it raised: the error, and the user's line that led to it."""
        return answers.error(answers.failure(error), printed)

    def __repr__(self) -> str:
        return f"<tool {self.name}>"

    @cached_property
    def _doc(self) -> Doc:
        return read(unwrapped(self.fn).__doc__)

    @cached_property
    def _takes(self) -> Takes:
        return takes(self.fn, self.name, self._doc.parameters)

    @cached_property
    def _returns(self) -> Returns:
        return returns(self.fn, self.name)


def describe(
    fn: Callable[..., Any],
    *,
    name: str | None = None,
    description: str | None = None,
    thread: bool = False,
) -> Function:
    """Return *fn* as a tool. Raises `ArgumentError` for what can't be one, with the cure."""
    _check_kind(fn)
    name = _checked_name(fn, name)
    _check_parameters(fn, name)
    function = Function(fn, name, description, thread=thread)
    if MACHINERY in sys.modules:
        _ = function.definition
    return function


def _check_kind(fn: object) -> None:
    if isinstance(fn, type):
        raise ArgumentError(
            f"{fn.__name__} is a class; register a function, or the bound method of an object"
        )
    if not callable(fn):
        raise ArgumentError(f"a tool is a function, not {type(fn).__name__} {fn!r}")
    below = unwrapped(fn)
    if inspect.isgeneratorfunction(below) or inspect.isasyncgenfunction(below):
        raise ArgumentError(f"{below.__name__} yields, but a tool returns one value; return a list instead")


def _checked_name(fn: Callable[..., Any], name: str | None) -> str:
    found = getattr(fn, "__name__", None) if name is None else name
    if found is None or found == "<lambda>":
        raise ArgumentError(f"{fn!r} has no name; give it one: tool(name='…')")
    if not isinstance(found, str) or not _NAME.fullmatch(found):
        raise ArgumentError(
            f"{found!r} is no name for a tool: 1 to {NAME_LIMIT} letters, digits, '_', '-' and '.'; "
            f"give another: tool(name='…')"
        )
    return found


def _check_parameters(fn: Callable[..., Any], name: str) -> None:
    try:
        parameters = list(inspect.signature(fn).parameters.values())
    except ValueError as error:
        raise ArgumentError(f"{name} has no signature to read; wrap it in a function that has") from error
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            raise ArgumentError(
                f"{name} takes *{parameter.name}, but a client sends arguments by name; "
                f"take a list instead: {parameter.name}: list"
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise ArgumentError(
                f"the parameter {parameter.name!r} of {name} is positional-only, but a client sends arguments "
                f"by name; drop the '/'"
            )
    if parameters and parameters[0].name == "self" and not inspect.ismethod(fn):
        raise ArgumentError(f"{name} takes 'self'; register the method of an object: tool(object.{name})")
