"""Render Markdown that declared itself as such, from a stranger.

Rules: raw HTML shows as text; a link leads to http, https or mail and names its
host, since its text may lie; a picture elsewhere is a link, because loading it
would tell its owner who reads; a fence names no class. CommonMark and tables.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..text import block, one_line
from .html import LINE, MUTED, Html, anchor, behind, escape, host

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LIMIT = 50_000

_IPV6 = re.compile(r"(https?://(?:[^/?#@]*@)?)%5B([\da-f:.]+)%5D(?=[:/?#]|$)", re.IGNORECASE)
"""a host whose brackets markdown-it-py encodes before 4.3: such a link leads nowhere"""

_CELL = f"padding:3px 18px 3px 0;border:none;border-bottom:{LINE}"
_STYLES = {
    "h1": "font-size:1.3em;margin:8px 0 4px 0",
    "h2": "font-size:1.15em;margin:8px 0 4px 0",
    **{f"h{level}": "font-size:1em;margin:8px 0 4px 0" for level in range(3, 7)},
    "p": "margin:4px 0",
    "table": "border-collapse:collapse;table-layout:auto;width:auto;margin:4px 0;border:none",
    "tr": "background-color:transparent",
    "th": f"{_CELL};text-align:left",
    "td": f"{_CELL};text-align:left",
    "blockquote": f"border-left:3px solid rgba(128,128,128,0.3);margin:4px 0;padding:0 0 0 10px;{MUTED}",
}


def rendered(text: str) -> Html:
    """Return *text* as HTML; the first `LIMIT` characters of it."""
    parser = _parser()
    tokens = [_tamed(token) for token in parser.parse(block(text, LIMIT))]
    html: str = parser.renderer.render(tokens, parser.options, {})
    return Html(block(html, len(html) + 1))  # once more: an entity of Markdown can be any character


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = _may_link  # type: ignore[assignment, method-assign]
    parser.normalizeLink = _normal  # type: ignore[assignment, method-assign]
    return parser


def _normal(uri: str) -> str:
    from markdown_it.common.normalize_url import normalizeLink

    start = _IPV6.match(normal := normalizeLink(uri))
    return f"{start[1]}[{start[2]}]{normal[start.end() :]}" if start else normal


def _may_link(uri: str) -> bool:
    return bool(host(uri, mail=True))


def _tamed(token: Token) -> Token:
    style = _STYLES.get(token.tag) if token.nesting == 1 else None
    if style:
        aligned = token.attrs.get("style")
        token.attrs = {"style": f"{style};{aligned}" if aligned else style}
    if token.type == "fence":
        token.info = ""
    if token.children:
        token.children = _inline(token.children)
    return token


def _inline(tokens: list[Token]) -> list[Token]:
    """Return *tokens* with every link naming its host, and every picture a link."""
    out: list[Token] = []
    opened: list[tuple[int, str]] = []
    for token in tokens:
        if token.type == "link_open":
            uri = str(token.attrs["href"])
            token.attrs = {"href": uri, "rel": "noopener noreferrer", "target": "_blank"}
            opened.append((len(out), uri))
            out.append(token)
        elif token.type == "link_close":
            at, uri = opened.pop()
            label = "".join(t.content for t in out[at + 1 :]).strip()
            out += [token, _markup(behind(uri, label))]
        elif token.type == "image":
            out.append(_markup(_picture(token, linked=bool(opened))))
        else:
            out.append(token)
    return out


def _picture(token: Token, *, linked: bool) -> Html:
    uri = str(token.attrs.get("src", ""))
    words = f"image: {one_line(token.content) or 'no description'}"
    return escape(words) if linked else anchor(uri, words)


def _markup(html: Html) -> Token:
    from markdown_it.token import Token

    attributes: dict[str, Any] = {"content": str(html)}
    return Token("html_inline", "", 0, **attributes)
