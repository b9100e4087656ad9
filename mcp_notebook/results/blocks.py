"""One part of a result as HTML, and as the words of a terminal.

Rules: a part that is not drawn says what it is, how large, and how to get it.
Sound and pictures carry their bytes, up to `SHOWN_BYTES`; nothing is loaded from
elsewhere. A picture is what its bytes say (`image`), a link leads to http or https
and shows where (`html`).
"""

from __future__ import annotations

import re

from ..text import HISTORY_LIMIT, block, one_line
from .fold import folded, is_long
from .html import MUTED, PLAIN_CODE, SMALL, Html, anchor, behind, details, host, join, link, muted, tag
from .image import SHOWN_BYTES, data_uri, drawn
from .markdown import LIMIT, rendered
from .parts import Audio, Blob, Document, Link, Notice, Part, Picture, Text
from .words import counted, size

RENDERED = 1_000_000
_SOUND = re.compile(r"audio/[a-z0-9.+-]{1,40}")
_SEPARATOR = " · "


def html(part: Part) -> Html:
    """Return *part* as HTML."""
    match part:
        case Text():
            return _text(part.text, "result.text", markdown=part.markdown)
        case Document():
            body = _text(part.text, "result.text", markdown=part.markdown)
            return join([tag("div", _caption("resource", part.uri, part.mime_type)), body])
        case Picture():
            return _picture(part)
        case Audio():
            return _audio(part)
        case Link():
            return _link(part)
        case Blob():
            return tag(
                "div",
                _caption("resource", part.uri, part.mime_type),
                muted(_SEPARATOR, size(part.size)),
                *_get(part.where),
            )
        case Notice():
            return tag("div", muted(part.words))


def words(part: Part) -> str:
    """Return *part* as text for a terminal; the caller bounds and cleans the whole."""
    match part:
        case Text() | Document():
            return part.text
        case Picture():
            return f"[image: {part.image.label}: {part.where}]"
        case Audio():
            return f"[audio: {_told(part.mime_type, size(len(part.data)))}: {part.where}]"
        case Link():
            about = _told(part.title or part.name, part.description, part.mime_type)
            return f"[link: {about}: {one_line(part.uri, HISTORY_LIMIT)}]"
        case Blob():
            return f"[resource: {_told(part.uri, part.mime_type, size(part.size))}: {part.where}]"
        case Notice():
            return f"[{part.words}]"


def _text(text: str, whole: str, *, markdown: bool) -> Html:
    if not markdown or len(text) > LIMIT:
        return folded(text, whole)
    shown = rendered(text)
    if len(shown) > RENDERED:  # a table of few words can have very many cells
        return folded(text, whole)
    if not is_long(text):
        return shown
    first = one_line(block(text, HISTORY_LIMIT).strip().partition("\n")[0].lstrip("# "), 80)
    lines = counted(text.count("\n") + 1, "line")
    return details(join([first, muted(_SEPARATOR, lines)]), shown)


def _picture(part: Picture) -> Html:
    image = part.image
    if len(image.data) > SHOWN_BYTES:
        return tag("div", muted(f"image too large to show here{_SEPARATOR}{image.label}"), *_get(part.where))
    if image.kind is not None:
        mismatch = image.kind != image.mime_type.lower()
        note = [tag("div", muted(image.label))] if mismatch else []
        return tag("div", drawn(image), *note, style="margin:2px 0")
    if image.mime_type.lower().startswith("image/svg"):
        source = image.data.decode("utf-8", "replace")
        label = muted(f"SVG, shown as its source{_SEPARATOR}{size(len(image.data))}")
        return details(label, folded(source, part.where))
    return tag("div", muted(f"image that can't be shown{_SEPARATOR}{image.label}"), *_get(part.where))


def _audio(part: Audio) -> Html:
    kind = part.mime_type.lower()
    told = _told("audio", part.mime_type, size(len(part.data)))
    if len(part.data) > SHOWN_BYTES or not _SOUND.fullmatch(kind):
        return tag("div", muted(told), *_get(part.where))
    player = tag("audio", controls="controls", preload="metadata", src=data_uri(kind, part.data))
    return tag("div", player, tag("div", muted(told)), style="margin:2px 0")


def _link(part: Link) -> Html:
    """Return a link as its title, what it is, and its address; only http and https can be followed."""
    title = one_line(part.title or part.name or part.uri)
    uri = part.uri
    facts = _told(
        part.name if part.name != title else "",
        part.mime_type,
        size(part.size) if part.size is not None else "",
    )
    # The address stands below; behind the title only where it does not show its host plainly.
    head = join([link(uri, title), behind(uri, uri)]) if host(uri) else tag("b", tag("bdi", title))
    lines = [tag("div", head, *([muted(_SEPARATOR, facts)] if facts else []))]
    if part.description:
        lines.append(tag("div", one_line(part.description, HISTORY_LIMIT)))
    if title != uri:
        lines.append(
            tag("div", tag("code", one_line(uri, HISTORY_LIMIT), style=f"{PLAIN_CODE};{MUTED};{SMALL}"))
        )
    return tag("div", *lines, style="margin:2px 0")


def _caption(kind: str, uri: str, mime_type: str) -> Html:
    shown = one_line(uri, HISTORY_LIMIT)
    where = [_SEPARATOR, anchor(uri, shown) if host(uri) else shown] if uri else []
    what = [_SEPARATOR, one_line(mime_type)] if mime_type else []
    return muted(kind, *where, *what)


def _get(where: str) -> list[Html]:
    return [muted(_SEPARATOR), tag("code", where, style=f"{PLAIN_CODE};{SMALL}")]


def _told(*facts: str) -> str:
    return _SEPARATOR.join(one_line(fact) for fact in facts if fact)
