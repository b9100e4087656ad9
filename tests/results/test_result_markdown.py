"""Markdown from a stranger."""

import pytest

from mcp_notebook.results.markdown import LIMIT, rendered

from .result_making import Page


def shown(words):
    return Page(rendered(words))


def test_the_usual_elements_are_rendered():
    """CommonMark and tables."""
    page = shown("# H\n\n*a* **b** `c` ~~d~~\n\n- x\n\n> q\n\n| a |\n|---|\n| 1 |\n\n```python\nz\n```")

    assert {"h1", "em", "strong", "code", "s", "ul", "li", "blockquote", "table", "td", "pre"} <= set(
        page.tags
    )


def test_raw_html_is_text():
    """It is shown, so that the reader sees what was sent."""
    assert "<b>bold</b>" in shown("<b>bold</b>").words


def test_a_link_names_its_host():
    """The text of a link is the server's, the host is the truth."""
    page = shown("[https://bank.example](https://evil.example/x)")

    assert page.words.strip() == "https://bank.example (evil.example)"
    assert page.values("a", "rel") == ["noopener noreferrer"]


def test_a_link_that_is_its_address_does_not_say_it_twice():
    """Unless a user name in it hides the host."""
    assert shown("<https://x.org/a>").words.strip() == "https://x.org/a"
    assert shown("<https://bank.example@evil.example/>").words.strip().endswith("(evil.example)")


def test_mail_may_be_written():
    """`mailto:` is the third kind of link."""
    page = shown("[write](mailto:a@x.org)")

    assert page.values("a", "href") == ["mailto:a@x.org"]
    assert "(a@x.org)" in page.words


@pytest.mark.parametrize(
    "uri", ["javascript:x", "data:text/html,x", "file:///etc", "#here", "/path", "vbscript:x"]
)
def test_any_other_address_stays_text(uri):
    """Neither a link nor an image comes of it."""
    page = shown(f"[a](<{uri}>) ![b](<{uri}>)")

    assert not {"a", "img"} & set(page.tags)
    assert uri in page.words


def test_a_remote_picture_is_a_link():
    """To load it would tell its owner who reads."""
    page = shown("![plot](https://x.org/p.png)")

    assert "img" not in page.tags
    assert page.values("a", "href") == ["https://x.org/p.png"]
    assert page.words.strip() == "image: plot (x.org)"


def test_a_picture_in_a_link_is_words_in_that_link():
    """Links don't nest."""
    page = shown("[![badge](https://x.org/b.png)](https://y.org)")

    assert page.values("a", "href") == ["https://y.org"]
    assert page.words.strip() == "image: badge (y.org)"


def test_a_fence_names_no_class():
    """A class is a way to dress up as a part of the front end."""
    assert not [name for _, name, _ in shown("```jp-Dialog x\nz\n```").attributes if name == "class"]


def test_only_so_much_is_rendered():
    """Rendering is slow beside showing text."""
    assert len(shown("x" * (2 * LIMIT)).words) <= LIMIT + 10
