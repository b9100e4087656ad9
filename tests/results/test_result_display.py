"""What a result looks like, in a terminal and in a notebook."""

import json

import pytest

from mcp_notebook.results import Image
from mcp_notebook.results.bundle import PARTS
from mcp_notebook.results.fold import LONG_LINES
from mcp_notebook.results.image import SHOWN_BYTES
from mcp_notebook.text import BLOCK_LIMIT

from .result_making import PNG, Page, audio, b64, blob, document, html, image, link, plain, result, text


def test_text_stands_in_pre_so_that_no_front_end_typesets_its_dollars():
    """JUPYTER.md 7: `cost $5 and $6` must not become LaTeX; MathJax skips `<pre>` and the root's class."""
    page = Page(html(result(text("cost $5 and $6"))))

    assert "pre" in page.tags
    assert "mathjax_ignore" in page.values("div", "class")[0]


def test_short_text_is_not_folded():
    """A click for nothing is a nuisance."""
    assert "details" not in Page(html(result(text("line\n" * (LONG_LINES - 1))))).tags


def test_long_text_shows_its_first_lines_and_folds_the_rest():
    """Every line is there once, and the fold says how many are in it."""
    page = Page(html(result(text("\n".join(f"line {i}" for i in range(100))))))

    assert page.tags.count("details") == 1
    assert "line 11… 88 more linesline 12\n" in page.words
    assert page.words.count("line 50\n") == 1


def test_one_long_line_is_folded_too():
    """JSON without line breaks is the usual case."""
    page = Page(html(result(text("x" * 10_000))))

    assert "… 8,000 more characters" in page.words
    assert page.words.count("x") == 10_000


def test_text_beyond_the_limit_says_how_much_there_is_and_where():
    """A notebook of 50 MB opens no more."""
    shown = result(text("y" * (3 * BLOCK_LIMIT)))

    assert "300,000 characters in all: result.text" in Page(html(shown)).words
    assert len(html(shown)) < 2 * BLOCK_LIMIT
    assert len(plain(shown)) == BLOCK_LIMIT


def test_the_terminal_text_is_clean():
    """No colour codes, no bidi controls; the repr is what a terminal shows."""
    shown = result(text("\x1b[31mred\x1b[0m\u202e\x07"))

    assert repr(shown) == plain(shown) == "red"


def test_many_text_blocks_read_as_one_text():
    """SDK: a list of strings comes as one block for each."""
    page = Page(html(result(*(text(f"item {i}") for i in range(200)))))

    assert page.tags.count("details") == 1


def test_a_result_of_very_many_blocks_ends_in_a_count():
    """What is left out is told, with the way to it."""
    page = Page(html(result(*(link("https://x.org") for _ in range(PARTS + 7)))))

    assert page.tags.count("a") == PARTS
    assert "… 7 more blocks: result.content" in page.words


@pytest.mark.parametrize("value", [{"a": {"b": [1, 2, 3]}, "c": "x" * 90}, [{"a": [1]}, {"b": [2]}]])
def test_text_that_repeats_the_structured_value_is_not_shown_again(value):
    """Spec: servers should send the serialized JSON as text too."""
    wire = value if isinstance(value, dict) else {"result": value}
    shown = result(text(json.dumps(value, indent=4)), structured_content=wire)

    assert Page(html(shown)).words.count("a: ") + Page(html(shown)).words.count('{"a"') == 1
    assert plain(shown).count('"a"') == 1


def test_a_wrapped_string_is_shown_as_the_text_that_it_is():
    """Without quotes: it is words, not JSON."""
    assert Page(html(result(text("hello"), structured_content={"result": "hello"}))).words == "hello"


def test_a_list_that_came_as_one_block_for_each_item_is_shown_once():
    """SDK: lists within lists are flattened into blocks."""
    shown = result(text("a"), text("1"), text("b"), structured_content={"result": ["a", [1, "b"]]})

    assert plain(shown) == '["a", [1, "b"]]'


def test_text_that_says_something_else_is_shown_before_the_value():
    """Both are facts."""
    assert plain(result(text("two found"), structured_content={"n": 2})) == 'two found\n{"n": 2}'


def test_an_error_is_marked_in_words():
    """GitHub drops colours, screen readers don't speak them."""
    shown = result(text("no such file"), is_error=True)

    assert plain(shown) == "error: no such file"
    assert Page(html(shown)).words.startswith("error")


def test_an_empty_result_says_so():
    """An empty output looks like a fault."""
    assert plain(result()) == Page(html(result())).words == "nothing returned"


def test_a_picture_carries_its_bytes_and_says_what_it_is():
    """Nothing is loaded from elsewhere."""
    page = Page(html(result(image(PNG))))

    assert page.values("img", "src") == [f"data:image/png;base64,{b64(PNG)}"]
    assert page.values("img", "alt") == ["image/png, 48 bytes"]
    assert plain(result(image(PNG))) == "[image: image/png, 48 bytes: result.images[0].data]"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\xff\xd8\xff..", "jpeg"), (b"GIF87a", "gif"), (b"RIFF....WEBP", "webp"), (PNG, "png")],
)
def test_a_picture_is_shown_as_what_its_bytes_are(data, kind):
    """The declared type is a claim; a wrong one is told."""
    page = Page(html(result(image(data, "image/bmp"))))

    assert page.values("img", "src")[0].startswith(f"data:image/{kind};")
    assert f"image/{kind} (declared as image/bmp)" in page.words


def test_what_is_no_picture_is_a_line_that_says_how_to_get_it():
    """The index counts the images that could be decoded, as `result.images` does."""
    page = Page(html(result(image("%%%"), image(b"hello"))))

    assert "img" not in page.tags
    assert "not valid base64 (image/png, 3 characters): result.content[0].data" in page.words
    assert "can't be shown · image/png, 5 bytes · result.images[0].data" in page.words


def test_a_picture_that_is_too_large_is_a_line():
    """It is in the result, not in the notebook file."""
    page = Page(html(result(image(PNG + b"\0" * SHOWN_BYTES))))

    assert "img" not in page.tags
    assert "too large to show here · image/png, 5.0 MB · result.images[0].data" in page.words


def test_svg_is_shown_as_its_source():
    """SVG can run scripts."""
    page = Page(html(result(image(b"<svg onload=x></svg>", "image/svg+xml"))))

    assert not {"svg", "img"} & set(page.tags)
    assert "<svg onload=x></svg>" in page.words


def test_an_image_shows_itself_by_its_own_mime_type():
    """So nbconvert and GitHub draw it too."""
    assert Image(PNG, "x")._repr_mimebundle_()["image/png"] == b64(PNG)
    assert "img" in Page(html(Image(b"GIF89a", "image/gif"))).tags
    assert Image(b"?", "image/png")._repr_mimebundle_() == {"text/plain": "Image(image/png, 1 byte)"}


def test_sound_has_a_player():
    """Its type is one of audio, spelled plainly, or there is only a line."""
    page = Page(html(result(audio(b"RIFF"))))

    assert page.values("audio", "src") == [f"data:audio/wav;base64,{b64(b'RIFF')}"]
    assert "audio" not in Page(html(result(audio(b"x", "text/html")))).tags
    assert (
        "audio · text/html · 1 byte · result.content[0].data"
        in Page(html(result(audio(b"x", "text/html")))).words
    )


def test_a_link_shows_its_title_its_facts_and_its_address():
    """The title may lie, the address stands below it."""
    shown = result(
        link(
            "https://x.org/a?b=1&c=2",
            "a.pdf",
            title="Report",
            description="Q3",
            mime_type="application/pdf",
            size=482_000,
        )
    )
    page = Page(html(shown))

    assert page.values("a", "href") == ["https://x.org/a?b=1&c=2"]
    assert "Report · a.pdf · application/pdf · 482 kBQ3https://x.org/a?b=1&c=2" in page.words
    assert "https://x.org/a?b=1&c=2" in plain(shown)


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JaVa\nScript:x",
        "data:text/html,x",
        "file:///etc",
        "http://[",
        "//x.org",
        "vbscript:x",
        "command:y",
        "",
    ],
)
def test_only_http_and_https_can_be_clicked(uri):
    """The address is still told."""
    page = Page(html(result(link(uri), document("x", uri=uri))))

    assert "a" not in page.tags


def test_an_embedded_text_says_where_it_is_from():
    """Long ones fold as any text."""
    page = Page(html(result(document("def f():\n    pass", "file:///m.py", "text/x-python"))))

    assert page.words == "resource · file:///m.py · text/x-pythondef f():\n    pass"


def test_an_embedded_blob_is_a_line():
    """Its size is that of its bytes, not of its base64."""
    page = Page(html(result(blob(b64(b"0" * 5_000), mime_type="application/zip"))))

    assert (
        page.words == "resource · file:///a.bin · application/zip · 5.0 kB · result.content[0].resource.blob"
    )


def test_markdown_is_rendered_only_where_it_is_declared():
    """Nothing is guessed from the looks of a text."""
    assert "strong" not in Page(html(result(text("**b**")))).tags
    assert "strong" not in Page(html(result(document("**b**", mime_type="text/plain")))).tags
    assert "strong" in Page(html(result(document("**b**", mime_type="text/markdown; charset=utf-8")))).tags
    assert "strong" in Page(html(result(text("**b**", _meta={"mimeType": "text/markdown"})))).tags
    assert "strong" in Page(html(result(document("**b**", _meta={"mimeType": "text/markdown"})))).tags


def test_long_markdown_is_folded_under_its_first_line():
    """A rendered text can't be cut in two, so its heading stands for it."""
    page = Page(html(result(document("# Title\n\n" + "word\n\n" * 60, mime_type="text/markdown"))))

    assert page.tags.count("details") == 1
    assert "Title · 123 lines" in page.words
