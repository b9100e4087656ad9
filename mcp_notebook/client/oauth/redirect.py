"""What the authorization server sends back with the browser, and the page that is shown then. Pure.

Rules (RFC 6749, 4.1.2; RFC 8252, 7.3): only what carries the state of this very
request counts, compared in constant time; a parameter that is there twice is not there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from ...results.html import tag
from ...text import one_line

PATH = "/callback"
LIMIT = 16 * 1024
FIELDS = 16
WORDS = 200
HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)


@dataclass(frozen=True)
class Redirect:
    """The answer of the authorization server: a code, or why there is none."""

    code: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    iss: str | None = None
    refusal: str = ""
    """in the server's words, fit to be shown; empty where there is a code"""


def read(address: str, state: str) -> Redirect | None:
    """Return what *address* (a URL, or its path and query) brings for *state*; None: it is not meant for us."""
    if len(address) > LIMIT:
        return None
    try:
        parts = urlsplit(address.strip())
        fields = parse_qs(parts.query, max_num_fields=FIELDS)
    except ValueError:
        return None
    found = {name: values[0] for name, values in fields.items() if len(values) == 1}
    given = found.get("state", "")
    if parts.path != PATH or not secrets.compare_digest(given.encode(), state.encode()):
        return None
    if code := found.get("code", ""):
        return Redirect(code, given, found.get("iss"))
    words = (found.get("error", "no code came back"), found.get("error_description", ""))
    return Redirect(state=given, refusal=one_line(": ".join(w for w in words if w), WORDS))


def answer(status: str, title: str, words: str) -> bytes:
    """Return a whole HTTP response: a plain page that holds *words*, escaped, and loads nothing."""
    page = tag(
        "html",
        tag("head", tag("meta", charset="utf-8"), tag("title", title)),
        tag("body", tag("h1", title), tag("p", words)),
        lang="en",
    )
    body = f"<!doctype html>{page}".encode()
    head = (f"HTTP/1.1 {status}", *HEADERS, f"Content-Length: {len(body)}")
    return "\r\n".join((*head, "", "")).encode() + body


def answer_to(redirect: Redirect) -> bytes:
    """Return the page for a person who comes back."""
    back = "You can close this page and go back to the notebook."
    if redirect.refusal:
        return answer("200 OK", "Not signed in", f"{redirect.refusal}. {back}")
    return answer("200 OK", "Signed in", back)
