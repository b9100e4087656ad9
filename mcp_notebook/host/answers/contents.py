"""Turn what a function returned into MCP content: text for reading, a picture where it is one.

Rules: MCP's own values pass as they are; a picture comes with a line of text;
plain data is JSON text; objects show themselves as they would in a notebook
(picture, Markdown, `repr`, HTML, in this order). Every text is cut at
`TEXT_LIMIT` and says so. Nothing raises: what can't be shown is its `repr`.
"""

from __future__ import annotations

import logging
import math
import reprlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...results import Image
from ...results.words import counted, size
from .arrays import array_structured, array_text
from .bundles import bundle, decoded
from .frames import frame
from .neighbours import is_numpy, is_pandas, is_pil, is_polars, overrides_repr
from .pictures import BYTES, Drawn, figure, figures_of, picture, size_of
from .plain import TooLargeError, fields_of, plain, spoken, text, written

if TYPE_CHECKING:
    from mcp_types import ContentBlock

logger = logging.getLogger(__name__)

TEXT_LIMIT = 100_000
_HEAD = 200


@dataclass(frozen=True, slots=True)
class Content:
    """The *blocks* that show a value, and its *structured* content where the value itself has one."""

    blocks: list[ContentBlock]
    structured: dict[str, Any] | None = None


def content(value: Any) -> Content:
    """Return the content that shows *value*."""
    try:
        return _content(value)
    except TooLargeError as error:
        return Content(_text(f"{_measured(value)}: {error}\n{reprlib.repr(value)}"))
    except Exception:  # somebody's rendering failed: the notebook's owner learns it, the client gets words
        logger.debug("cannot show a %s", type(value).__name__, exc_info=True)
        return Content(_text(spoken(value)))


def cut_text(whole: str, limit: int = TEXT_LIMIT) -> str:
    """Return *whole*, its end replaced by words where it is longer than *limit*."""
    if len(whole) <= limit:
        return text(whole)
    return f"{text(whole[:limit])}\n… cut: the first {limit:,} of {counted(len(whole), 'character')}"


def _content(value: Any) -> Content:
    if value is None:
        return Content([])
    if isinstance(value, str):
        return Content(_text(value))
    if isinstance(value, bool | int | float):
        return Content(_text(_scalar(value)))
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    return _of_a_library(value) or _of_mcp(value) or _data(value) or _shown_by_itself(value)


def _of_a_library(value: Any) -> Content | None:
    """Return a table, an array or a picture."""
    if is_pandas(value) or is_polars(value):
        table = frame(value)
        return Content(_text(table.text), table.structured)
    if figures := figures_of(_items(value)):
        return Content([block for drawn in map(figure, figures) for block in _picture(drawn)])
    if is_pil(value):
        return Content(_picture(picture(value)))
    if is_numpy(value):
        if value.ndim:
            return Content(_text(array_text(value)), array_structured(value))
        return content(value.item() if value.dtype.kind in "biufU" else str(value))
    return None


def _of_mcp(value: Any) -> Content | None:
    """Return the blocks of content blocks, of the SDKs' helpers, and of lists with some among their items."""
    from mcp_types import ContentBlock

    if isinstance(value, ContentBlock):
        return Content([value])
    for name in ("to_image_content", "to_audio_content"):
        if callable(getattr(type(value), name, None)):
            return Content([getattr(value, name)()])
    if isinstance(value, list | tuple) and any(_is_for_eyes(item) for item in value):
        return Content([block for item in value for block in content(item).blocks])
    return None


def _data(value: Any) -> Content | None:
    """Return plain data as JSON; an object of JSON is structured content, too."""
    if isinstance(value, Mapping) or fields_of(value) is not None:
        told = plain(value)
        return Content(_text(written(told)), told) if isinstance(told, dict) else None
    return Content(_text(written(plain(value)))) if isinstance(value, Sequence | AbstractSet) else None


def _shown_by_itself(value: Any) -> Content:
    """Return what IPython's display protocol gives, the clearest for a reader first."""
    shown = bundle(value)
    for kind in ("image/png", "image/jpeg"):
        if data := decoded(shown.get(kind)):
            return Content(_picture(Drawn(data, f"{type(value).__name__}, {size_of(data)}")))
    if isinstance(markdown := shown.get("text/markdown"), str):
        return Content(_text(markdown))
    if overrides_repr(value) or not isinstance(shown.get("text/html"), str):
        return Content(_text(spoken(value, TEXT_LIMIT)))
    return Content(_text(shown["text/html"]))


def _items(value: Any) -> list[Any]:
    """Return the items of what may be several axes or lines, or *value* alone."""
    if isinstance(value, list | tuple) and len(value) <= _HEAD:
        return list(value)
    if is_numpy(value) and value.ndim and value.dtype.kind == "O" and value.size <= _HEAD:
        return list(value.flat)
    return [value]


def _is_for_eyes(item: Any) -> bool:
    """Return whether an item of a list is better shown by itself than as JSON."""
    from mcp_types import ContentBlock

    return (
        isinstance(item, ContentBlock)
        or hasattr(type(item), "to_image_content")
        or hasattr(type(item), "to_audio_content")
        or is_pil(item)
        or is_pandas(item)
        or is_polars(item)
        or bool(figures_of([item]))
    )


def _bytes(value: bytes) -> Content:
    if Image(value, "").kind and len(value) <= BYTES:
        return Content(_picture(Drawn(value, size_of(value))))
    more = "…" if len(value) > _HEAD else ""
    return Content(_text(f"{size(len(value))}: {value[:_HEAD]!r}{more}"))


def _picture(drawn: Drawn) -> list[ContentBlock]:
    from mcp_types import ImageContent

    kind = Image(drawn.data, "").kind or "image/png"
    if len(drawn.data) > BYTES:
        return _text(f"{drawn.words}: too large to send")
    return [*_text(drawn.words), ImageContent(data=b64encode(drawn.data).decode(), mime_type=kind)]


def _text(whole: str) -> list[ContentBlock]:
    from mcp_types import TextContent

    return [TextContent(text=cut_text(whole))]


def _scalar(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(float(value))
    told = plain(value)
    return told if isinstance(told, str) else written(told)


def _measured(value: Any) -> str:
    name = type(value).__name__
    return f"{name} of {counted(len(value), 'item')}" if hasattr(value, "__len__") else name
