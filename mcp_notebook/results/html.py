"""Write HTML in one manner: what is not `Html` is escaped, whoever made it.

Rules: a stranger's text gets in only as the child or the attribute of a `tag`,
which escapes it; joining `Html` with `+` or an f-string gives plain text, which
is escaped again, so a mistake shows on the screen and never runs. Facts stand
in the text: GitHub drops every `style`. Colours are `var(--jp-…, rgb(…))`:
JupyterLab's sanitizer for untrusted notebooks keeps that form, and drops
`var()` with a `#hex` fallback.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ..text import HISTORY_LIMIT, block, one_line

MUTED = "color:var(--jp-ui-font-color2, rgb(120,120,120))"
ERROR = "color:var(--jp-error-color1, rgb(220,60,50))"
LINE = "1px solid rgba(128,128,128,0.3)"
SMALL = "font-size:0.9em"
CODE_FONT = "font-family:var(--jp-code-font-family, monospace)"
MONO = f"{CODE_FONT};font-size:0.95em"
PLAIN_CODE = "background-color:transparent;padding:0"
PRE = f"{CODE_FONT};{PLAIN_CODE};margin:0;border:none;white-space:pre-wrap;overflow-wrap:break-word;text-align:left"

_VOID = frozenset({"br", "hr", "img"})
_SCHEMES = frozenset({"http", "https"})
_HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")


class Html(str):
    """Markup of this package: the only text that `tag` passes on as it is."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return *text* as HTML that reads as *text*, quotes included; `Html` stays as it is."""
    return text if isinstance(text, Html) else Html(html.escape(block(text, limit=len(text) + 1)))


def tag(name: str, *children: str, **attributes: str) -> Html:
    """Return the element *name*; an attribute named `class_` is `class`, an empty one is left out.

    The names of tags and attributes are ours, never a server's. A `True`-like
    attribute (`open`, `controls`) is written `open="open"`.
    """
    written = "".join(
        f' {key.rstrip("_")}="{html.escape(block(value, limit=len(value) + 1))}"'
        for key, value in attributes.items()
        if value
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """Return *parts* one after another, those that are not `Html` escaped."""
    return Html(escape(between).join(escape(part) for part in parts))


def root(*children: str) -> Html:
    """Return the outermost element of an output: left-aligned, and never typeset as LaTeX."""
    return tag(
        "div", *children, class_="mathjax_ignore tex2jax_ignore", style="text-align:left;line-height:1.45"
    )


def muted(*children: str) -> Html:
    """Return *children* as a quiet remark."""
    return tag("span", *children, style=f"{MUTED};{SMALL}")


def details(summary: str, *children: str, opened: bool = False) -> Html:
    """Return *children* folded under *summary*."""
    head = tag("summary", summary, style="cursor:pointer")
    return tag("details", head, *children, open="open" if opened else "", style="margin:0")


def pre(text: str) -> Html:
    """Return *text* in its own lines, wrapped where it is too wide."""
    return tag("pre", text, style=PRE)


def host(uri: str, *, mail: bool = False) -> str:
    """Return where *uri* leads (`example.org`, or the address of a `mailto:`), or nothing where no link may.

    Nor may one that a browser might read otherwise than Python does: with a backslash, with what
    cannot be seen, with a host that is not plain ASCII.
    """
    if "\\" in uri or one_line(uri, len(uri) + 1) != uri:
        return ""
    try:
        parts = urlsplit(uri)
        name = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme in _SCHEMES:
        return name if _HOST.fullmatch(name) else ""
    return parts.path if mail and parts.scheme == "mailto" else ""


def anchor(uri: str, label: str) -> Html:
    """Return a link to *uri* that says where it leads; where `host` knows nothing, both as text."""
    if not host(uri, mail=True):
        address = tag("code", one_line(uri, HISTORY_LIMIT), style=PLAIN_CODE)
        return address if label == uri else join([label, " ", address])
    return join([link(uri, label), behind(uri, label)])


def link(uri: str, label: str) -> Html:
    """Return a bare link; whoever uses it says where it leads, and asks `host` whether it may."""
    return tag("a", tag("bdi", label), href=uri, rel="noopener noreferrer", target="_blank")


def behind(uri: str, label: str) -> Html:
    """Return the host of a link to *uri*, unless its *label* is the address and shows it plainly."""
    where = host(uri, mail=True)
    plain = label in (uri, where) and "@" not in uri.partition("://")[2]
    return Html() if plain else muted(f" ({one_line(where, 253)})")
