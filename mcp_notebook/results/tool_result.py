"""What a tool returned: the server's words as Python values, and on the screen.

Rules: the properties give what was sent, untouched; only what is shown is cleaned
and bounded. Nothing raises because of what a server sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import ArgumentError
from ..text import block
from .bundle import EMPTY, Bundle, View, html_of, plain_of, text_of
from .fold import folded
from .html import muted
from .image import Image
from .parts import Part, Picture, read
from .raw import as_json
from .records import written
from .repeats import MISSING, decoded, unwrapped

if TYPE_CHECKING:
    from mcp_types import CallToolResult, ContentBlock

Format = Literal["auto", "text", "json", "raw"]


@dataclass(frozen=True, repr=False, eq=False)
class ToolResult:
    """The result of one tool call.

    *raw* is the SDK's `CallToolResult`, *call* the `Call` it ended, *format*
    how it shows itself.
    """

    raw: CallToolResult
    call: Any = None
    format: Format = "auto"

    @property
    def content(self) -> list[ContentBlock]:
        """The MCP content blocks, in order."""
        return list(getattr(self.raw, "content", None) or ())

    @property
    def structured(self) -> Any:
        """The structured content as sent: a dict, from 2026-07-28 on any JSON value; None where there is none."""
        return getattr(self.raw, "structured_content", None)

    @property
    def is_error(self) -> bool:
        """Whether the tool said that it failed."""
        return bool(getattr(self.raw, "is_error", False))

    @cached_property
    def text(self) -> str:
        """The text blocks and embedded text resources, joined by newlines."""
        return text_of(self._parts)

    @cached_property
    def data(self) -> Any:
        """The result as a value: what was sent as structured, else JSON text decoded, else the text.

        A bare value that the SDK had to wrap as `{"result": value}` is unwrapped.
        """
        if self.structured is not None:
            return unwrapped(self.structured)
        value = decoded(self.text)
        return self.text if value is MISSING else value

    @cached_property
    def images(self) -> list[Image]:
        """The images that could be decoded, in order."""
        return [part.image for part in self._parts if isinstance(part, Picture)]

    def show(self, format: Format = "auto") -> Any:  # noqa: A002 - the magic's option has this name
        """Return something that shows this result as *format* says.

        `auto` as it shows itself; `text` the text alone; `json` the `data`; `raw`
        all that was sent, base64 shortened. Raises `ArgumentError` for another word.
        """
        match format:
            case "auto":
                return self
            case "text":
                return _lines(self.text, "result.text")
            case "json":
                return _lines(written(self.data, indent=2), "result.data")
            case "raw":
                return _lines(written(as_json(self.raw), indent=2), "result.raw")
        raise ArgumentError(f"no format {format!r}; there are: {', '.join(get_args(Format))}")

    def shown_as(self, format: Format) -> ToolResult:  # noqa: A002 - likewise
        """Return the same result, showing itself as *format* says."""
        return self if format == self.format else replace(self, format=format)

    def __repr__(self) -> str:
        return plain_of(self._view) if self.format == "auto" else repr(self.show(self.format))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if self.format != "auto":
            shown: dict[str, str] = self.show(self.format)._repr_mimebundle_(include, exclude)
            return shown
        view = self._view
        return Bundle(plain_of(view), html_of(view))._repr_mimebundle_(include, exclude)

    @cached_property
    def _parts(self) -> tuple[Part, ...]:
        return read(self.content)

    @property
    def _view(self) -> View:
        has_value = self.structured is not None
        return View(self._parts, unwrapped(self.structured), has_value, self.is_error)


def _lines(text: str, whole: str) -> Bundle:
    return Bundle(block(text) or EMPTY, folded(text, whole) if text else muted(EMPTY))
