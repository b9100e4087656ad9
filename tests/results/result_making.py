"""Results as a server would send them, and what a browser would see of them."""

import base64
from html.parser import HTMLParser

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from mcp_notebook.results import ToolResult

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def b64(data):
    return base64.b64encode(data).decode()


def text(words, **more):
    return TextContent(type="text", text=words, **more)


def image(data, mime_type="image/png"):
    return ImageContent(type="image", data=data if isinstance(data, str) else b64(data), mime_type=mime_type)


def audio(data, mime_type="audio/wav"):
    return AudioContent(type="audio", data=data if isinstance(data, str) else b64(data), mime_type=mime_type)


def link(uri, name="name", **more):
    return ResourceLink(type="resource_link", uri=uri, name=name, **more)


def document(words, uri="file:///a.txt", mime_type=None, **more):
    inner = TextResourceContents(uri=uri, mime_type=mime_type, text=words)
    return EmbeddedResource(type="resource", resource=inner, **more)


def blob(data, uri="file:///a.bin", mime_type=None):
    inner = BlobResourceContents(uri=uri, mime_type=mime_type, blob=data)
    return EmbeddedResource(type="resource", resource=inner)


def result(*content, **more):
    return ToolResult(CallToolResult(content=list(content), **more))


def html(shown):
    return shown._repr_mimebundle_()["text/html"]


def plain(shown):
    return shown._repr_mimebundle_()["text/plain"]


class Page(HTMLParser):
    """The tags, attributes and words of an HTML text; fails on tags that don't match."""

    VOID = frozenset({"br", "hr", "img"})

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.data, self.open = [], [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.data.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    def handle_decl(self, decl):
        raise AssertionError(decl)

    @property
    def words(self):
        return "".join(self.data)

    def values(self, tag, name):
        return [value for t, n, value in self.attributes if (t, n) == (tag, name)]
