"""Turn figures and pictures into PNG that a client takes: bounded in pixels and bytes.

Rules: neither matplotlib nor Pillow is imported. What is drawn larger than `SIDE`
pixels is drawn smaller. A figure that pyplot still holds and no window shows is
let go afterwards: the inline backend would show it again under the next cell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ...results import Image
from ...text import one_line
from .neighbours import is_artist

SIDE = 2_000
BYTES = 5_000_000
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture's *data*, and the line of text that goes with it."""

    data: bytes
    words: str


def size_of(data: bytes) -> str:
    """Return the kind and size of picture *data* in words."""
    image = Image(data, "")
    return Image(data, image.kind or "").label


def figures_of(values: Iterable[Any]) -> list[Any]:
    """Return the figures of things drawn by matplotlib, each once; none where something else is among them."""
    found: dict[int, Any] = {}
    for value in values:
        figure = _figure_of(value) if is_artist(value) else None
        if figure is None:
            return []
        found[id(figure)] = figure
    return list(found.values())


def figure(value: Any) -> Drawn:
    """Return a figure of matplotlib as PNG."""
    data = _within_bounds(_renders(value))
    _let_go(value)
    width, height = value.get_size_inches()
    title = _title(value)
    named = f'figure "{title}"' if title else "figure"
    return Drawn(data, f"{named}, {width:.3g} × {height:.3g} in, {size_of(data)}")


def picture(value: Any) -> Drawn:
    """Return a picture of Pillow as PNG."""
    width, height = value.size
    data = _within_bounds(_thumbnails(value))
    return Drawn(data, f"picture, {width} × {height} px, mode {value.mode}, {size_of(data)}")


def _figure_of(artist: Any) -> Any:
    """Return the outermost figure that *artist* belongs to, or None."""
    owner = artist if hasattr(artist, "savefig") else getattr(artist, "figure", None)
    while owner is not None and not hasattr(owner, "savefig"):
        owner = getattr(owner, "figure", None)  # a subfigure
    return owner


def _renders(value: Any) -> Iterator[bytes]:
    longest = max(*value.get_size_inches(), 0.01)
    dpi = min(float(value.dpi), SIDE / longest)
    for _ in range(_TRIES):
        target = BytesIO()
        value.savefig(target, format="png", dpi=dpi)
        yield target.getvalue()
        dpi /= 2


def _thumbnails(value: Any) -> Iterator[bytes]:
    side = SIDE
    for _ in range(_TRIES):
        copy = value.copy() if value.mode in ("1", "L", "LA", "RGB", "RGBA") else value.convert("RGBA")
        copy.thumbnail((side, side))
        target = BytesIO()
        copy.save(target, format="PNG")
        yield target.getvalue()
        side //= 2


def _within_bounds(attempts: Iterator[bytes]) -> bytes:
    data = b""
    for data in attempts:
        if len(data) <= BYTES:
            return data
    raise ValueError(f"a picture of {len(data):,} bytes is too large to send")


def _title(value: Any) -> str:
    """Return the title of a figure, or of its first axes that have one."""
    axes = value.get_axes()
    words = [value.get_suptitle() if hasattr(value, "get_suptitle") else "", *(a.get_title() for a in axes)]
    return one_line(next((w for w in words if w), ""), 100)


def _let_go(value: Any) -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    manager = getattr(value.canvas, "manager", None)
    windowless = type(manager) is getattr(
        sys.modules.get("matplotlib.backend_bases"), "FigureManagerBase", None
    )
    if pyplot is not None and windowless:
        pyplot.close(value)
