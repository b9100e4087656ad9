"""Markdown of a stranger: a renderer that loads nothing, runs nothing, and says where links lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_notebook.results import ToolResult
from mcp_notebook.results.html import host
from mcp_notebook.results.markdown import rendered

from .making import MARKDOWN, holding, link
from .making import text as block
from .sinks import Page, assert_bundle

RUNS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\u2028javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x) [x](file:///etc/passwd) [x](blob:x) [x](ftp://evil.invalid) [x](//evil.invalid)",
    "[x](data:text/html;base64,PHNjcmlwdD4=) ![x](data:image/svg+xml,<svg/onload=x>)",
    "[x](/lab/tree) [x](#a) [x](?a) [x](command:x)",
    "<javascript:alert(1)> <data:text/html,x>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[1]: <javascript:alert(1)> 'title'\n\n[1] ![1]",
    "![x](javascript:alert(1)) [![x](javascript:x)](javascript:x)",
    '[x](https://good.invalid "\\" onmouseover=x")',
    '<a href="https://evil.invalid" onclick=x>x</a> <b/onclick=x>',
    "<https://evil.invalid/\"onmouseover='x'>",
    "<details ontoggle=x open>",
    '```" onload=x\n</code></pre><script>\n```',
    "~~~mermaid\nclick A javascript:x\n~~~",
    "    <script>\n",
    "| <script> | b |\n|:-:|-|\n| ![x](https://evil.invalid/x.png) | `</td><script>` |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "$\\href{javascript:x}{y}$ \\(x\\) $$\\unicode{x202e}$$ \\begin{align}x\\end{align}",
    "&lt;script&gt; &#60;script&#62; &#x3c;script>",
    "# <script>\n===\n\n> <script>\n\n- <script>\n\n1. <script>",
    "<!-- x --> <?x?> <!DOCTYPE x> <![CDATA[x]]>",
]
LIES = {
    "[https://good.invalid](https://evil.invalid)": "evil.invalid",
    "[good.invalid](https://good.invalid@evil.invalid)": "evil.invalid",
    "[https://good.invalid@evil.invalid](https://good.invalid@evil.invalid)": "evil.invalid",
    "<https://good.invalid:pass@evil.invalid/>": "evil.invalid",
    "[x](https://evil.invalid\\\\@good.invalid)": "good.invalid",
    "[x](https://\u0430pple.invalid)": "xn--pple-43d.invalid",
    "<https://\u0430pple.invalid>": "xn--pple-43d.invalid",
    "[x](https://good.invalid\u3002evil.invalid)": "good.invalid.evil.invalid",
    f"[x](https://good.invalid.{'a.' * 60}evil.invalid/)": f"good.invalid.{'a.' * 60}evil.invalid",
    "[x][1]\n\n[1]: https://evil.invalid": "evil.invalid",
    "![good.invalid](https://evil.invalid/pixel.png)": "evil.invalid",
    "[![x](https://good.invalid/x.png)](https://evil.invalid)": "evil.invalid",
    "[](https://evil.invalid)": "evil.invalid",
    "[x](HTTPS://EVIL.INVALID)": "evil.invalid",
    "[x](https://[2001:db8::1]/)": "2001:db8::1",
    "[x](https://%5B2001:db8::1%5D:80/)": "2001:db8::1",
    "[x](https://2130706433/)": "2130706433",
}


@pytest.mark.parametrize("text", RUNS)
def test_nothing_in_markdown_runs_or_is_loaded(text):
    """Only our tags; addresses of http, https and mail; no picture."""
    page = Page(str(rendered(text)))

    assert "<img" not in rendered(text)
    assert not any("javascript" in address for address in page.links)


@pytest.mark.parametrize(("text", "where"), LIES.items())
def test_a_link_says_where_it_leads_whatever_its_text_says(text, where):
    """The host stands behind the link, in the form in which a browser looks it up."""
    page = Page(str(rendered(text)))

    assert page.links
    assert f"({where})" in page.words


def test_an_address_in_brackets_with_more_behind_it_is_no_host():
    """No browser opens it, and it must not be shown as that address."""
    assert Page(str(rendered("[x](https://%5B2001:db8::1%5D.evil.invalid/)"))).links == []


def test_an_entity_cannot_bring_in_what_was_cleaned_before():
    """Markdown decodes `&#x202e;` after the text was cleaned."""
    page = Page(str(rendered("&#x202e;a &lrm; &#x200b; &#xfeff; &#xe0041; &#27;[31m `&#x202e;`")))

    assert page.words.split()[-1] == "&#x202e;"


@given(st.text(st.sampled_from("[]()<>!`*_~#|-\\&;:/@\"' \nahtps.javscript\u202e$"), max_size=80))
def test_no_text_at_all_makes_markup_of_its_own(text):
    """Parsed as a browser would."""
    Page(str(rendered(text)))


@pytest.mark.parametrize(
    "text",
    ["[" * 3_000, "![" * 3_000, ">" * 50_000, "- " * 25_000, "*a **a " * 2_000, "<a " * 16_000]
    + ["|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + "x\n" * 1_000, "|a|b|\n|-|-|\n" * 2_000],
    ids=["brackets", "pictures", "quotes", "lists", "stars", "tags", "one table", "tables"],
)
def test_nested_and_endless_markdown_ends_and_stays_small(text):
    """A few kilobytes do not become a page of many megabytes."""
    shown = ToolResult(holding(block(text, meta=MARKDOWN)))

    assert_bundle(shown)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.invalid\\@good.invalid/",
        "https:\\\\evil.invalid",
        "https://good.invalid\u202e/",
        "https://good.invalid\n.evil.invalid/",
        " https://good.invalid/",
        "https://\u0430pple.invalid/",
        "https://fa\u00df.invalid/",
        "https://good.invalid%2f.evil.invalid/",
        "https://good.invalid\uff0fevil.invalid/",
        "https:good.invalid",
        "https:///good.invalid",
        "//good.invalid",
        "https://[good.invalid/",
        "https://" + "a" * 254,
        "javascript://good.invalid/%0aalert(1)",
    ],
)
def test_an_address_that_could_be_read_in_two_ways_is_text(address):
    """What Python takes for the host may not be what a browser opens."""
    assert host(address) == ""
    shown = ToolResult(holding(link(address, "x")))
    assert Page(shown._repr_mimebundle_()["text/html"]).links == []


def test_a_resource_link_with_a_user_name_says_where_it_leads():
    """The address alone reads as another host."""
    shown = ToolResult(holding(link("https://good.invalid:443@evil.invalid/", "https://good.invalid/")))

    assert "(evil.invalid)" in Page(shown._repr_mimebundle_()["text/html"]).words
