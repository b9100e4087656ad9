"""Ask an object how it shows itself: IPython's display protocol, without IPython.

Rules: only methods of the class count, so an object that has an answer for every
attribute (a mock, a proxy) shows nothing.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

_METHODS = {
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_markdown_": "text/markdown",
    "_repr_html_": "text/html",
}


def bundle(value: Any) -> dict[str, Any]:
    """Return what *value* shows by the methods of its class, by media type."""
    shown: dict[str, Any] = {}
    for method, kind in _METHODS.items():
        if callable(getattr(type(value), method, None)):
            found = getattr(value, method)()
            shown[kind] = found[0] if isinstance(found, tuple) and found else found
    if callable(getattr(type(value), "_repr_mimebundle_", None)):
        found = value._repr_mimebundle_(include=None, exclude=None)
        found = found[0] if isinstance(found, tuple) else found
        shown.update(found or {})
    return shown


def decoded(data: Any) -> bytes | None:
    """Return the bytes of a picture: IPython allows them as they are, and as base64."""
    if isinstance(data, str):
        data = b64decode(data)
    return data if isinstance(data, bytes) and data else None
