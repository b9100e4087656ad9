"""The parts of a hostile server: schemas, declarations and results whose every field is an attack."""

from __future__ import annotations

import base64
from typing import Any

from mcp_types import (
    Annotations,
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
    Tool,
    ToolAnnotations,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
MARKDOWN = {"mimeType": "text/markdown"}


def schema(evil: str) -> dict[str, Any]:
    """Return a schema that says *evil* wherever a schema can say something."""
    return {
        "type": "object",
        "title": evil,
        "description": evil,
        "$comment": evil,
        "properties": {
            evil: {"type": "string", "description": evil, "default": evil},
            "plain": {"type": "string", "description": evil, "default": evil, "title": evil, "examples": [evil]},
            "choice": {"enum": [evil, "fine", f"x{evil}"], "description": evil},
            "only": {"const": evil},
            "number": {"type": "integer", "minimum": 0, "maximum": 9, "format": evil},
            "words": {"type": "string", "pattern": evil, "format": evil},
            "inner": {"type": "object", "properties": {evil: {"enum": [evil]}}, "required": [evil]},
            "either": {"anyOf": [{"const": evil}, {"type": "array", "items": {"enum": [evil]}}]},
            "kept": {"type": "object", "default": {evil: [evil]}},
            "referred": {"$ref": f"#/$defs/{evil}"},
        },
        "required": ["number"],
        "$defs": {evil: {"enum": [evil]}},
    }  # fmt: skip


def declaration(evil: str, name: str | None = None) -> Tool:
    """Return a tool whose every word is *evil*; its *name* too, where none is given."""
    return Tool(
        name=evil if name is None else name,
        title=evil,
        description=evil,
        input_schema=schema(evil),
        annotations=ToolAnnotations(title=evil),
        _meta={evil: evil},
    )


def content(evil: str) -> list[Any]:
    """Return a block of every type, each field *evil* in turn; what the SDK's types refuse is built past them."""
    said = evil.encode("utf-8", "replace")
    return [
        text(evil),
        text(evil, meta=MARKDOWN),
        text(f"# {evil}\n\n" + f"{evil}\n\n" * 40, meta=MARKDOWN) if len(evil) < 2_000 else text(evil),
        _image(PNG, evil),
        _image(said, evil),
        _image(said, "image/svg+xml"),
        ImageContent.model_construct(type="image", data=evil, mime_type=evil),
        _audio(said, evil),
        _audio(said, f"audio/{evil}"),
        _audio(said, "audio/wav"),
        AudioContent.model_construct(type="audio", data=evil, mime_type=evil),
        link(evil, evil),
        link("https://evil.invalid/" + evil, "n"),
        link("https://good.invalid\\@evil.invalid/", evil),
        _document(evil, evil, evil),
        _document(evil, "https://evil.invalid/" + evil, "text/markdown"),
        _document(evil, "file:///a.svg", "image/svg+xml"),
        EmbeddedResource.model_construct(
            type="resource",
            resource=BlobResourceContents.model_construct(uri=evil, mime_type=evil, blob=evil),
        ),
        TextContent.model_construct(type=evil, text=evil),
    ]


def result(evil: str, *, is_error: bool = False) -> CallToolResult:
    """Return a result that holds all of `content`, and *evil* keys and values as structured content."""
    return CallToolResult.model_construct(
        content=content(evil), structured_content=structured(evil), is_error=is_error, meta={evil: evil}
    )


def holding(*parts: Any) -> CallToolResult:
    """Return a result of *parts* alone."""
    return CallToolResult.model_construct(
        content=list(parts), structured_content=None, is_error=False, meta=None
    )


def structured(evil: str) -> dict[str, Any]:
    """Return JSON of every shape that is drawn in its own way."""
    short = evil[:2_000]
    return {
        evil: evil,
        "long": short * 50,
        "lines": f"{short}\n" * 60,
        "rows": [{evil: evil, "b": 1}] * 60,
        "deep": {evil: {evil: [{evil: [evil, [evil]]}]}},
    }


def text(words: str, meta: Any = None) -> TextContent:
    return TextContent.model_construct(
        type="text", text=words, meta=meta, annotations=Annotations.model_construct(audience=[words])
    )


def _image(data: bytes, mime_type: str) -> ImageContent:
    return ImageContent.model_construct(
        type="image", data=base64.b64encode(data).decode(), mime_type=mime_type
    )


def _audio(data: bytes, mime_type: str) -> AudioContent:
    return AudioContent.model_construct(
        type="audio", data=base64.b64encode(data).decode(), mime_type=mime_type
    )


def link(uri: str, words: str) -> ResourceLink:
    return ResourceLink.model_construct(
        type="resource_link", uri=uri, name=words, title=words, description=words, mime_type=words, size=7
    )


def _document(words: str, uri: str, mime_type: str) -> EmbeddedResource:
    inner = TextResourceContents.model_construct(uri=uri, mime_type=mime_type, text=words)
    return EmbeddedResource.model_construct(type="resource", resource=inner)
