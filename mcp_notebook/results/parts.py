"""Read a tool's content blocks into plain values: the one place that knows their attributes.

Rules: a block is known by its `type` word, so the SDK is never imported; a field
that is missing, None or not text reads as empty; what can't be decoded or isn't
known becomes a `Notice` that says so, never an error. Markdown is what declares
itself `text/markdown`; nothing is guessed.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..text import one_line
from .image import Image
from .words import counted


@dataclass(frozen=True, slots=True)
class Text:
    """A text block."""

    text: str
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An embedded resource that is text."""

    text: str
    uri: str
    mime_type: str
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Blob:
    """An embedded resource that is bytes; *where* is how a user gets at them (base64)."""

    size: int
    uri: str
    mime_type: str
    where: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image block; *where* is how a user gets at its bytes."""

    image: Image
    where: str


@dataclass(frozen=True, slots=True)
class Audio:
    """An audio block; *where* is how a user gets at it (base64)."""

    data: bytes
    mime_type: str
    where: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a resource of the server; *size* in bytes where it was told."""

    uri: str
    name: str
    title: str
    description: str
    mime_type: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A block that can't be shown, and why, in words."""

    words: str


Part = Text | Document | Blob | Picture | Audio | Link | Notice


def read(content: Iterable[Any] | None) -> tuple[Part, ...]:
    """Return one part for each block of *content*, in order."""
    return tuple(_parts(content or ()))


def _parts(content: Iterable[Any]) -> Iterator[Part]:
    images = 0
    for index, block in enumerate(content):
        where = f"result.content[{index}]"
        match getattr(block, "type", None):
            case "text":
                yield Text(_text(block, "text"), _declares_markdown(block))
            case "image":
                part = _image(block, f"result.images[{images}].data", where)
                images += isinstance(part, Picture)
                yield part
            case "audio":
                yield _audio(block, where)
            case "resource_link":
                yield _link(block)
            case "resource":
                yield _resource(block, where)
            case other:
                yield Notice(f"a block of unknown type {one_line(repr(other), 60)}: {where}")


def _image(block: Any, where: str, raw: str) -> Part:
    data = decode(_text(block, "data"))
    if data is None:
        return _broken("image", block, raw)
    return Picture(Image(data, _text(block, "mime_type")), where)


def _audio(block: Any, where: str) -> Part:
    data = decode(_text(block, "data"))
    if data is None:
        return _broken("audio", block, where)
    return Audio(data, _text(block, "mime_type"), f"{where}.data")


def _broken(kind: str, block: Any, where: str) -> Notice:
    length = counted(len(_text(block, "data")), "character")
    return Notice(
        f"{kind} that is not valid base64 ({one_line(_text(block, 'mime_type'))}, {length}): {where}.data"
    )


def _link(block: Any) -> Link:
    size = getattr(block, "size", None)
    return Link(
        uri=_text(block, "uri"),
        name=_text(block, "name"),
        title=_text(block, "title"),
        description=_text(block, "description"),
        mime_type=_text(block, "mime_type"),
        size=size if isinstance(size, int) and size >= 0 else None,
    )


def _resource(block: Any, where: str) -> Part:
    resource = getattr(block, "resource", None)
    uri, mime_type = _text(resource, "uri"), _text(resource, "mime_type")
    if isinstance(getattr(resource, "text", None), str):
        markdown = _is_markdown(mime_type) or _declares_markdown(resource) or _declares_markdown(block)
        return Document(_text(resource, "text"), uri, mime_type, markdown)
    if isinstance(getattr(resource, "blob", None), str):
        length = len(_text(resource, "blob").rstrip("=")) * 3 // 4
        return Blob(length, uri, mime_type, f"{where}.resource.blob")
    return Notice(f"an embedded resource without contents: {where}")


def decode(encoded: str) -> bytes | None:
    """Return the bytes of base64 text, line breaks and missing padding forgiven, or None."""
    packed = "".join(encoded.split()).rstrip("=")
    try:
        return b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError:
        return None


def _text(value: Any, name: str) -> str:
    found = getattr(value, name, None)
    return found if isinstance(found, str) else ""


def _declares_markdown(block: Any) -> bool:
    meta = getattr(block, "meta", None)
    named = meta.get("mimeType") if isinstance(meta, dict) else None
    noted = getattr(getattr(block, "annotations", None), "mimeType", None)
    return _is_markdown(named) or _is_markdown(noted)


def _is_markdown(mime_type: Any) -> bool:
    return isinstance(mime_type, str) and mime_type.split(";")[0].strip().lower() == "text/markdown"
