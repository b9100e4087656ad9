"""A whole result as a mime bundle: its parts in order, its structured value once.

Rules: text blocks that only repeat the structured value (servers send both, for
old clients) are shown once, as the richer of the two. An error says so in a word,
not by colour alone. The output is bounded: after `PARTS` parts or `SHOWN_HTML`
characters the rest is a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..text import BLOCK_LIMIT, block, cut
from . import blocks
from .html import ERROR, Html, join, muted, root, tag
from .parts import Document, Part, Text
from .records import written
from .repeats import repeats
from .table import WIDTH
from .tree import tree
from .words import more

PARTS = 50
SHOWN_HTML = 8_000_000
EMPTY = "nothing returned"


@dataclass(frozen=True, slots=True, repr=False)
class Bundle:
    """Something that shows itself as *plain* text and as *html*."""

    plain: str
    html: Html

    def __repr__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/plain": self.plain, "text/html": str(root(self.html))}


@dataclass(frozen=True, slots=True)
class View:
    """What is to be shown: *parts*, the structured *value* where *has_value*, and whether it is an error."""

    parts: tuple[Part, ...]
    value: Any = None
    has_value: bool = False
    is_error: bool = False


def html_of(view: View) -> Html:
    """Return *view* as HTML."""
    shown = [tag("div", html, style="margin:0 0 4px 0") for html in _bounded(_pieces(view))]
    if not shown:
        shown = [tag("div", muted(EMPTY))]
    if not view.is_error:
        return join(shown)
    word = tag("div", tag("b", "error"), style=ERROR)
    return tag("div", word, *shown, style="border-left:3px solid rgb(220,60,50);padding:0 0 0 10px")


def plain_of(view: View) -> str:
    """Return *view* as text for a terminal, cleaned and bounded."""
    shown = "\n".join(line for line in _lines(_pieces(view)) if line) or EMPTY
    return cut(f"error: {shown}" if view.is_error else shown, BLOCK_LIMIT)


def _lines(pieces: Iterable[Part | _Value]) -> Iterator[str]:
    """Yield the words of *pieces*, each cleaned by itself, until there are too many."""
    room = BLOCK_LIMIT
    for piece in pieces:
        if room < 0:
            return
        words = block(_words(piece))
        room -= len(words) + 1
        yield words


@dataclass(frozen=True, slots=True)
class _Value:
    """The structured value, standing among the parts."""

    value: Any


def _pieces(view: View) -> tuple[Part | _Value, ...]:
    """Return what is shown, in order: the value in the place of the text that repeats it, else last."""
    if not view.has_value:
        return tuple(_joined(view.parts))
    value = _Value(view.value)
    if not _is_repeated(view):
        return (*_joined(view.parts), value)
    if isinstance(view.value, str):
        return tuple(_joined(view.parts))
    return (value, *(part for part in view.parts if not isinstance(part, Text)))


def _html(piece: Part | _Value) -> Html:
    return tree(piece.value) if isinstance(piece, _Value) else blocks.html(piece)


def _words(piece: Part | _Value) -> str:
    if not isinstance(piece, _Value):
        return blocks.words(piece)
    line = written(piece.value)
    return line if len(line) <= WIDTH else written(piece.value, indent=2)


def _is_repeated(view: View) -> bool:
    return repeats([part.text for part in view.parts if isinstance(part, Text)], view.value)


def _bounded(pieces: tuple[Part | _Value, ...]) -> Iterator[Html]:
    """Yield the HTML of *pieces* until there are too many, or they are too large; then how many are left."""
    room = SHOWN_HTML
    for count, piece in enumerate(pieces):
        if count == PARTS or room <= 0:
            yield muted(f"{more(len(pieces) - count, 'block')}: result.content")
            return
        html = _html(piece)
        room -= len(html)
        yield html


def _joined(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield *parts*, neighbours that are plain text as one: a list of a thousand strings is one text."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Text) and not part.markdown:
            texts.append(part.text)
            continue
        if texts:
            yield Text("\n".join(texts))
            texts = []
        yield part
    if texts:
        yield Text("\n".join(texts))


def text_of(parts: tuple[Part, ...]) -> str:
    """Return the text of *parts*, embedded text resources too, as it was sent."""
    return "\n".join(part.text for part in parts if isinstance(part, Text | Document))
