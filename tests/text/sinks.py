"""What a sink may hold: printable text, and HTML of our own tags only."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

from mcp_notebook.text import MARKS

VISIBLE_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
JOINERS = {0x200C, 0x200D}
HIDDEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xE0100, 0xE01F0)}
ISOLATED = re.compile("\u2068([^\u2068\u2069\n]*)\u2069")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

OUR_TAGS = "div span b bdi code pre a img audio details summary ul li table thead tbody tr th td style"
MARKDOWN_TAGS = "p em strong s h1 h2 h3 h4 h5 h6 blockquote hr br ol"
TAGS = {*OUR_TAGS.split(), *MARKDOWN_TAGS.split()}
ATTRIBUTES = {
    "*": {"style", "class"},
    "a": {"href", "rel", "target"},
    "img": {"src", "alt"},
    "audio": {"src", "controls", "preload"},
    "details": {"open"},
    "th": {"scope"},
    "ol": {"start"},
}
CLASSES = {"mathjax_ignore tex2jax_ignore"}
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*")
SOUND = re.compile(r"data:audio/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+=*")
STYLE = re.compile(r"[a-z0-9 :;.,%#()_+-]*", re.IGNORECASE)


def is_shown(char: str) -> bool:
    """Whether a character is one that a person sees, or a newline or tab."""
    code, kind = ord(char), unicodedata.category(char)
    if code in HIDDEN or (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return False
    if kind == "Cf":
        return code in VISIBLE_FORMATS | JOINERS
    return char in "\n\t" or kind not in ("Cc", "Cs", "Co", "Zl", "Zp")


def assert_text(text: str, limit: int | None = None, *, line: bool = False) -> None:
    """Fail where *text* holds what is not text; our own isolates, in pairs on one line, are."""
    plain = ISOLATED.sub(r"\1", text)
    odd = sorted(ascii(char) for char in set(plain) if not is_shown(char))
    assert not odd, f"{odd} in {text[:300]!a}"
    assert not re.search("(^|[\x00-\x7f\u200c\u200d])[\u200c\u200d]", plain), ascii(text[:300])
    assert not stacked(plain), ascii(text[:300])
    assert not (line and "\n" in text), ascii(text[:300])
    assert limit is None or len(text) <= limit, len(text)


def stacked(text: str) -> bool:
    """Whether a letter carries more marks than it should."""
    marks = "".join(char for char in set(text) if unicodedata.category(char).startswith("M"))
    return bool(marks) and re.search(f"[{marks}]{{{MARKS + 1},}}", text) is not None


class Page(HTMLParser):
    """HTML as a browser reads it; fails on whatever is not ours."""

    VOID = frozenset({"br", "hr", "img"})

    def __init__(self, source: str, limit: int = 2_000_000) -> None:
        super().__init__()
        self.words, self.links, self._open, self._style = "", [], [], ""
        assert len(source) <= limit, len(source)
        assert_text(source)
        source.encode()
        self.feed(source)
        self.close()
        assert self._open == []
        assert "evil" not in self._style

    def handle_starttag(self, tag, attrs):
        """Only our tags and attributes, and addresses that cannot run."""
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()), (tag, name, value)
        known = dict(attrs)
        assert known.get("class", "mathjax_ignore tex2jax_ignore") in CLASSES
        assert STYLE.fullmatch(known.get("style", "")), known["style"]
        assert not re.search(r"url|position|expression|display:none", known.get("style", ""))
        if tag == "a":
            self.links.append(known["href"])
            assert urlsplit(known["href"]).scheme in ("http", "https", "mailto"), known["href"]
            assert known["rel"] == "noopener noreferrer"
        if tag in ("img", "audio"):
            assert (PICTURE if tag == "img" else SOUND).fullmatch(known["src"])
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """`<hr />` of the Markdown renderer."""
        assert tag in self.VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        """Ends match their beginnings."""
        assert self._open.pop() == tag

    def handle_data(self, data):
        """Remember what a person reads."""
        if self._open and self._open[-1] == "style":
            self._style += data
        else:
            self.words += data

    def handle_comment(self, data):
        """We write none."""
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_bundle(thing: object, limit: int = 2_000_000) -> tuple[str, str]:
    """Check whatever shows itself in a notebook; return its plain text and the words of its HTML."""
    bundle = (
        thing._repr_mimebundle_()
        if hasattr(thing, "_repr_mimebundle_")
        else {"text/html": thing._repr_html_()}
    )
    bundle.setdefault("text/plain", repr(thing))
    assert set(bundle) <= {"text/plain", "text/html", "image/png", "image/jpeg"}
    assert_text(bundle["text/plain"], limit)
    return bundle["text/plain"], Page(bundle["text/html"], limit).words if "text/html" in bundle else ""
