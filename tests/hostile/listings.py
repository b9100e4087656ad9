"""Lists of tools that are none, or too many, or not what they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .protocol import Server, declared, plain_list

Listing = Callable[[Server, Any], dict[str, Any]]
LISTINGS: dict[str, Listing] = {}
HOSTILE_NAMES = (
    "\u001b[2Jerase",
    "a\u0000b",
    "line\nbreak\r\n",
    "\u202eesrever",
    "<script>alert(1)</script>",
    "__class__",
    "_tools",
    "",
    "../../etc/passwd",
    "n" * 5_000,
    "def",
    "🙂",
)


def _with(name: str, *more: Any, **fields: Any) -> None:
    """Register a list of the good tool and *more*, or with *fields* instead."""
    LISTINGS[name] = lambda _server, _cursor: {"tools": [declared("good"), *more], **fields}


def _schema(name: str, schema: Any) -> None:
    _with(name, {"name": "odd", "inputSchema": schema})


_with("duplicates", declared("good", description="first"), declared("good", description="last"))
_with("hostile_names", *(declared(name) for name in HOSTILE_NAMES))
_with("name_missing", {"inputSchema": {"type": "object"}})
_with("name_number", {"name": 5, "inputSchema": {"type": "object"}})
_with("tool_null", None)
_with("tools_null", tools=None)
_with("tools_dict", tools={"good": declared("good")})
_with("thousands", *(declared(f"tool_{i}") for i in range(3_000)))
_with("long_descriptions", *(declared(f"t{i}", description="\u001b[2J<b>" + "d" * 100_000) for i in range(5)))
_with("description_number", declared("odd", description=5))
_with("annotations_odd", declared("odd", annotations={"title": 5, "readOnlyHint": "perhaps"}))
_with("cursor_number", nextCursor=5)
_with("cursor_empty", nextCursor="")
_with("cursor_loop", nextCursor="again")
_with(
    "headers_odd",
    declared(
        "odd",
        inputSchema={"type": "object", "properties": {"a": {"type": "string", "x-mcp-header": "X:\r\nY"}}},
    ),
)
_schema("schema_list", [1])
_schema("schema_null", None)
_schema("schema_true", True)
_schema("schema_of_text", {"type": "string"})
_schema("schema_typeless", {})
_schema("schema_broken", {"type": "object", "properties": [], "required": 5})
_schema("schema_loop", {"type": "object", "$ref": "#"})
_schema("schema_loop_inside", {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}})
_schema("schema_elsewhere", {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}})
_schema("schema_slow", {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}})
_schema(
    "schema_of_doubles",
    {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/d0"}},
        "$defs": {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(40)} | {"d40": {}},
    },
)
_schema("schema_deep", {"type": "object", "properties": {"a": {"not": {}}}})


def _deep(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


_schema("schema_deep", _deep(80))


def pages(_server: Server, cursor: Any) -> dict[str, Any]:
    """List a new page for ever."""
    n = int(cursor or 0)
    return {"tools": [declared("good"), declared(f"page_{n}")], "nextCursor": str(n + 1)}


def changing(server: Server, _cursor: Any) -> dict[str, Any]:
    """List another tool each time."""
    return {"tools": [declared("good"), declared(f"tool_{next(server.listed)}")]}


def vanishing(_server: Server, _cursor: Any) -> dict[str, Any]:
    """List nothing any more."""
    return {"tools": []}


LISTINGS.update(pages=pages, changing=changing, vanishing=vanishing, plain=plain_list)
