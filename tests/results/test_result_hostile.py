"""A server is a stranger: whatever it sends, nothing runs."""

import pytest

from mcp_notebook.results import Table

from .result_making import PNG, Page, audio, blob, document, html, image, link, result, text

OURS = "div span pre code b bdi a img audio details summary ul li table thead tbody tr th td"
MARKDOWN = "p h1 h2 h3 h4 h5 h6 em strong s blockquote ol hr br"
TAGS = {*OURS.split(), *MARKDOWN.split()}
ATTRIBUTES = {
    "style",
    "class",
    "href",
    "rel",
    "target",
    "src",
    "alt",
    "open",
    "controls",
    "preload",
    "scope",
    "start",
}
CLASSES = {"mathjax_ignore tex2jax_ignore"}

EVIL = [
    "<script>alert(1)</script>",
    "</pre></div><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "</summary></details><iframe src=javascript:alert(1)>",
    "<!-- <![CDATA[ <?php",
    "javascript:alert(1)",
    '[x](javascript:alert(1)) ![y](https://evil.example/p.png) <https://evil.example/"onclick=x>',
    "[x]: javascript:alert(1)\n\n[x]",
    '```" onload="x jp-Dialog\n</code></pre><script>\n```',
    '[a](https://e.org/ "t\\" onclick=x") <a href=javascript:x>b</a>',
    "| <img src=x onerror=y> |\n|:--:|\n| <script> |",
    "&lt;script&gt;&#60;script&#62;",
    "\ud800\x00\x1b[31m\u202e<script\x00>",
    'https://e.org/"onclick="alert(1)',
    "https://e.org/' style='position:fixed",
]


def everything(evil):
    """Every field of every block, and every key and value of structured content, is *evil*."""
    markdown = {"mimeType": "text/markdown"}
    return (
        text(evil),
        text(evil, _meta=markdown),
        text(f"# {evil}\n\n" + f"{evil}\n\n" * 40, _meta=markdown),
        image(PNG, evil),
        image(evil.encode("utf-8", "replace"), evil),
        image(evil.encode("utf-8", "replace"), "image/svg+xml"),
        image(evil, evil),
        audio(b"x", evil),
        audio(b"x", f"audio/{evil}"),
        audio(evil),
        link(evil, evil, title=evil, description=evil, mime_type=evil),
        link("https://x.org/" + evil, "n"),
        document(evil, evil, evil),
        document(evil, "https://x.org/" + evil, "text/markdown"),
        blob(evil, evil, evil),
    )


def structured(evil):
    return {
        evil: evil,
        "long": evil * 50,
        "lines": f"{evil}\n" * 60,
        "rows": [{evil: evil, "b": 1}] * 60,
        "deep": {evil: {evil: [{evil: [evil, [evil]]}]}},
    }


def assert_harmless(page):
    assert set(page.tags) <= TAGS
    assert {name for _, name, _ in page.attributes} <= ATTRIBUTES
    assert {value for _, name, value in page.attributes if name == "class"} <= CLASSES
    assert all(value.startswith(("http://", "https://", "mailto:")) for value in page.values("a", "href"))
    assert all(value.startswith("data:image/png;base64,") for value in page.values("img", "src"))
    assert all(value.startswith("data:audio/") for value in page.values("audio", "src"))
    assert not any(
        "position" in value or "url(" in value for _, name, value in page.attributes if name == "style"
    )


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("is_error", [False, True])
def test_hostile_text_in_every_field_never_becomes_a_tag_or_a_handler(evil, is_error):
    """Parsed as a browser would: only our tags, our attributes, and addresses that can't run."""
    shown = result(structured_content=structured(evil), is_error=is_error)
    # The SDK refuses some of these values when it parses; here they got through.
    shown.raw.content[:] = everything(evil)

    assert_harmless(Page(html(shown)))


@pytest.mark.parametrize("evil", EVIL)
def test_every_block_alone_is_as_harmless(evil):
    """No block relies on its neighbours to close a tag."""
    for block in everything(evil):
        assert_harmless(Page(html(result(block))))


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_text_in_a_table_is_text(evil):
    """Tool names and descriptions are the server's too."""
    table = Table((evil, "b"), ((evil, evil),), caption=evil, code=frozenset({0}))

    assert_harmless(Page(html(table)))
    assert_harmless(Page(html(Table(("a",), (), empty=evil))))


@pytest.mark.parametrize("name", ["text", "json", "raw"])
@pytest.mark.parametrize("evil", EVIL[:-4])
def test_every_format_is_as_harmless(evil, name):
    """What is asked for by `--format` is escaped as well."""
    assert_harmless(Page(html(result(text(evil), document(evil, evil, evil)).show(name))))


def test_controls_and_lone_surrogates_never_reach_the_notebook_file():
    """A lone surrogate can't be encoded, so the whole output message would be lost."""
    shown = result(*everything("\ud800\x00\x1b[31m\u202e"), structured_content=structured("\ud800\x00\u202e"))

    for value in shown._repr_mimebundle_().values():
        value.encode()
        assert not set(value) & set("\x00\x1b\u202e")


def test_the_bundle_is_of_plain_strings():
    """A subclass of str is refused by some JSON writers."""
    assert all(type(value) is str for value in result(text("x"))._repr_mimebundle_().values())


def test_colours_survive_the_sanitizer_of_untrusted_notebooks():
    """JupyterLab drops `var(--x,#666)` and keeps `var(--x, rgb(…))`."""
    shown = result(*everything("x"), structured_content=structured("x"), is_error=True)
    styles = [value for _, name, value in Page(html(shown)).attributes if name == "style"]

    assert styles
    assert not any("#" in style for style in styles)
