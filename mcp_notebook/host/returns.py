"""What a function says it returns, read with the SDK's own machinery.

Rules. An output schema is published for records (dataclass, pydantic model,
TypedDict) only: MCP clients refuse a whole answer that misses its published
schema, and annotations like `-> dict[str, float]` are often not quite true in a
notebook. NaN is sent as null, so a published number may be null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from .answers.plain import plain
from .signatures import EMPTY, evaluated, spelled, stand_in

if TYPE_CHECKING:
    from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata


@dataclass(frozen=True)
class Returns:
    """What a function says it returns."""

    words: str = "anything"
    metadata: FuncMetadata | None = None
    published: dict[str, Any] | None = None

    @property
    def annotated(self) -> bool:
        """Whether the annotation is one that values can be converted by."""
        return self.metadata is not None

    def convert(self, value: Any) -> dict[str, Any] | None:
        """Return *value* as structured content; raises where it doesn't fit, also as plain data."""
        if self.metadata is None:
            return None
        try:
            converted = self.metadata.convert_result(value)
        except Exception:
            converted = self.metadata.convert_result(plain(value))
        structured: dict[str, Any] | None = getattr(converted, "structured_content", None)
        return structured


def returns(fn: Callable[..., Any], name: str) -> Returns:
    """Return what *fn* says it returns; what can't be described says nothing."""
    annotation = evaluated(fn, name).return_annotation
    if any(annotation is kind for kind in (EMPTY, None, str, bytes, Any, object)):
        return Returns()
    from mcp.server.mcpserver.utilities.func_metadata import func_metadata

    try:
        metadata = func_metadata(stand_in(name, [], annotation))
    except Exception:  # a class of somebody's library: its values speak for themselves
        return Returns()
    if metadata.output_schema is None:
        return Returns()
    published = _nullable(metadata.output_schema) if _is_record(annotation) else None
    return Returns(spelled(annotation), metadata, published)


def _nullable(schema: Any) -> Any:
    """Return *schema* with null wherever a number stands: that is what NaN becomes."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _nullable(part) for key, part in schema.items()}
    if schema.get("type") == "number" and "enum" not in schema:
        changed["type"] = ["number", "null"]
    return changed


def _is_record(annotation: Any) -> bool:
    base = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return isinstance(base, type) and any(
        hasattr(base, mark) for mark in ("__required_keys__", "__dataclass_fields__", "__pydantic_fields__")
    )
