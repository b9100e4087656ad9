"""The tools of a connection: a table, and callables with signature and docstring."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..arguments import parameters, signature
from ..arguments.json_text import short_json
from ..errors import UnknownToolError, suggest
from ..results import Table, ToolResult
from ..text import block, line_of, one_line

if TYPE_CHECKING:
    from mcp_types import Tool as Declaration

Caller = Callable[..., ToolResult]

_NAME_LIMIT = 80
_LISTED = 100


class Tool:
    """One tool of a server, callable with its arguments as keywords."""

    def __init__(self, declaration: Declaration, caller: Caller, server: str) -> None:
        self._caller = caller
        self.declaration = declaration
        self.name = declaration.name
        self.__name__ = one_line(declaration.name, _NAME_LIMIT)
        self.__doc__ = _documentation(declaration, server)
        self.__signature__ = _signature(self.input_schema)

    @property
    def description(self) -> str:
        """What the server says of it, as plain text."""
        return block(self.declaration.description or "", 20_000)

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        schema = self.declaration.input_schema
        return schema if isinstance(schema, dict) else {}

    def __call__(self, arguments: dict[str, object] | None = None, /, **options: Any) -> ToolResult:
        """Call the tool; blocks, shows a live bar, returns a `ToolResult`."""
        return self._caller(self.name, arguments, **options)

    def __repr__(self) -> str:
        return f"<Tool {one_line(self.name, _NAME_LIMIT)}({signature(self.input_schema)})>"


class Tools:
    """The tools of one server: `tools.name`, `tools["any name"]`, iteration, a rich table."""

    def __init__(self, declarations: dict[str, Declaration], caller: Caller, server: str) -> None:
        self._tools = {name: Tool(tool, caller, server) for name, tool in declarations.items()}
        self._attributes = {_identifier(name): name for name in reversed(self._tools)}
        self._server = server

    def __getitem__(self, name: str) -> Tool:
        try:
            return self._tools[name]
        except KeyError:
            raise UnknownToolError(
                f"no tool {line_of(name)!r} on {self._server!r}; {suggest(line_of(name), self._shown())}"
            ) from None

    def __getattr__(self, name: str) -> Tool:
        known = self.__dict__.get("_attributes", {})
        if name.startswith("_") and name not in known:
            raise AttributeError(name)
        try:
            return self._tools[known.get(name, name)]
        except KeyError:
            raise AttributeError(
                f"no tool {name!r} on {self._server!r}; {suggest(name, self._shown())}"
            ) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._attributes]

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def names(self) -> list[str]:
        """Return the names of all tools, in the server's order."""
        return list(self._tools)

    def table(self, pattern: str = "") -> Table:
        """Return the tools whose name or description holds *pattern*, as a table."""
        wanted = pattern.lower()
        rows = tuple(
            (tool.name, signature(tool.input_schema), one_line(tool.description, 200))
            for tool in self
            if wanted in tool.name.lower() or wanted in tool.description.lower()
        )
        empty = (
            f"no tool of {self._server!r} matches {pattern!r}"
            if pattern
            else f"{self._server!r} has no tools"
        )
        return Table(
            ("tool", "arguments", "description"),
            rows,
            caption=f"{self._server}",
            empty=empty,
            code=frozenset({0, 1}),
        )

    def __repr__(self) -> str:
        more = ", …" if len(self._tools) > _LISTED else ""
        return f"<Tools of {self._server}: {', '.join(self._shown(_LISTED))}{more}>"

    def _shown(self, limit: int | None = None) -> list[str]:
        return [one_line(name, _NAME_LIMIT) for name in islice(self._tools, limit)]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.table()._repr_mimebundle_(include, exclude)


def _documentation(tool: Declaration, server: str) -> str:
    lines = [
        block(tool.description or one_line(tool.title or tool.name), 20_000),
        "",
        f"MCP tool of {server!r}.",
    ]
    rows = [
        f"    {one_line(name, _NAME_LIMIT)}: {one_line(p.description, 300)}"
        for name, p in islice(parameters(tool.input_schema).items(), _LISTED)
        if p.description
    ]
    return "\n".join([*lines, *(["", "Arguments", *rows] if rows else [])])


def _signature(schema: dict[str, Any]) -> inspect.Signature:
    fields = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if p.required else _default(p.schema.get("default")),
        )
        for name, p in islice(parameters(schema).items(), _LISTED)
        if name.isidentifier() and not keyword.iskeyword(name) and one_line(name, _NAME_LIMIT) == name
    ]
    return inspect.Signature(fields, return_annotation=ToolResult)


class _Long:
    """Stands for a default that a signature cannot show as it is."""

    def __init__(self, value: object) -> None:
        self._words = short_json(value)

    def __repr__(self) -> str:
        return self._words


def _default(value: object) -> object:
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # an integer of very many digits; nesting
        return _Long(value)
    return value if one_line(shown, _NAME_LIMIT) == shown else _Long(value)


def _identifier(name: str) -> str:
    word = re.sub(r"\W", "_", one_line(name, _NAME_LIMIT))
    return f"_{word}" if word[:1].isdigit() else word
