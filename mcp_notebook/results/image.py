"""An image of a tool result: its bytes, and whether they are what they claim.

Rules: a picture is shown as what its first bytes say it is, never as what was
declared; only PNG, JPEG, GIF and WebP are pictures. SVG is a document that can
run scripts, so it is text.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from ..text import one_line
from .html import Html, root, tag
from .words import size

SHOWN_BYTES = 5_000_000
_NATIVE = ("image/png", "image/jpeg")  # what every front end and nbconvert draw by their own mime type


@dataclass(frozen=True, slots=True, repr=False)
class Image:
    """The decoded *data* of an image and the mime type its server declared."""

    data: bytes
    mime_type: str

    @property
    def kind(self) -> str | None:
        """The mime type that the first bytes show, or None where they show no picture."""
        return sniff(self.data)

    @property
    def label(self) -> str:
        """What it is, in words: `image/png, 12 kB`."""
        declared = one_line(self.mime_type) or "no type"
        kind = self.kind
        said = declared if kind in (None, self.mime_type.lower()) else f"{kind} (declared as {declared})"
        return f"{said}, {size(len(self.data))}"

    def __repr__(self) -> str:
        return f"Image({self.label})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        """Show the picture whatever its size: it was asked for by name."""
        if self.kind is None:
            return {"text/plain": repr(self)}
        if self.kind in _NATIVE:
            return {"text/plain": repr(self), self.kind: b64encode(self.data).decode()}
        return {"text/plain": repr(self), "text/html": str(root(drawn(self)))}


def sniff(data: bytes) -> str | None:
    """Return the mime type that the magic bytes of *data* show, or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def drawn(image: Image) -> Html:
    """Return *image* as an `<img>` that carries its own bytes; only for one that has a `kind`."""
    return tag(
        "img", src=data_uri(image.kind or "", image.data), alt=image.label, style="max-width:100%;height:auto"
    )


def data_uri(mime_type: str, data: bytes) -> str:
    """Return *data* as an address; encoded here, so nothing of the sender's spelling survives."""
    return f"data:{mime_type};base64,{b64encode(data).decode()}"
