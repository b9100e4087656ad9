"""Receipts: true in plain text, and HTML in which a stranger's words stay words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcp_notebook.notebook.receipts import Receipt, html, plain, words
from mcp_notebook.progress import Tracker
from mcp_notebook.progress.words import MARKS

from .views import Clock, Elements, opened, view_of

ENDS = [status for status in MARKS if status != "running"]

OURS = {"div", "span", "b", "bdi", "style"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></b><h1>mine",
    "<!-- ",
    "<![CDATA[x]]>",
    "&lt;b&gt;&#60;b&#62;",
    "\"'><svg onload=alert(1)>",
    "a\nb<b>\x00\x1b[31m",
    "$x$ `code` **bold** [link](javascript:alert(1))",
)


def parsed(*operations):
    """Return the HTML of a receipt, parsed."""
    return Elements(str(html(view_of(*operations))))


@pytest.mark.parametrize("end", [None, *ENDS])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_never_become_elements(hostile, end):
    """As label, as message and as the note of an end."""
    elements = parsed(opened(hostile, (3, 10, hostile), end=end, note=hostile if end else None))
    harmless = parsed(opened("label", (3, 10, "message"), end=end, note="note" if end else None))

    assert elements.tags == harmless.tags
    assert set(elements.tags) <= OURS
    assert {name for name, _ in elements.attributes} <= {"style", "class"}
    assert (elements.odd, elements.open) == ([], [])


@given(st.text(), st.text(), st.text())
@example("</div>", "<b>", "</span>")
def test_no_text_at_all_changes_the_elements(label, message, note):
    """Whatever it is: the same elements, balanced."""
    failed = parsed(opened(label, (1, 2, message), end="failed", note=note or "note"))
    usual = parsed(opened("label", (1, 2, "message"), end="failed", note="note"))

    assert {*failed.tags} == {*usual.tags}
    assert (failed.odd, failed.open) == ([], [])


def test_an_escaped_word_is_read_as_it_was_sent():
    """`&lt;` of a server is shown as `&lt;`, not as `<`."""
    assert "&lt;b&gt; & <i>" in parsed(opened("&lt;b&gt; & <i>", end="done")).words


def test_facts_stand_in_the_text_not_in_the_style():
    """GitHub strips styles, and a screen reader reads none."""
    clock = Clock()
    operation = opened("import", (3, 10, "step 3"), clock=clock)
    clock.now += 2
    operation.finish("failed", "no space")

    assert parsed(operation).words.split() == [
        "import",
        "3/10",
        "in",
        "2.0",
        "s",
        "·",
        "30",
        "%",
        "·",
        "1.5/s",
        "·",
        "✗",
        "failed:",
        "no",
        "space",
        "·",
        "step",
        "3",
    ]
    assert plain(view_of(operation)) == "import  3/10 in 2.0 s · 30 % · 1.5/s · failed: no space"


@pytest.mark.parametrize("status", ENDS)
def test_each_end_has_a_mark_and_a_word(status):
    """Colour is never the only sign."""
    said = Elements(str(words(view_of(opened("work", (1, 2), end=status)).rows[0]))).words

    assert f"{MARKS[status]} {status}" in said


@pytest.mark.parametrize("note", ["the job failed badly", "failed", "failed: failed"])
def test_the_mark_stands_before_the_status_not_in_the_note(note):
    """A server's own words often hold the word that we mark."""
    said = Elements(str(words(view_of(opened("work", (1, 2), end="failed", note=note)).rows[0]))).words

    assert said.endswith(f"✗ failed: {note}")


def test_a_message_of_the_last_step_is_not_said_of_what_is_done():
    """`processing d` is not true any more."""
    assert "processing d" not in parsed(opened("work", (4, 4, "processing d"), end="done")).words
    assert "processing d" in parsed(opened("work", (3, 4, "processing d"), end="cancelled")).words


def test_both_forms_are_in_the_bundle():
    """Plain text for the terminal and the diff, HTML for the page."""
    receipt = Receipt(view_of(opened("work", (1, 1), end="done")))
    bundle = receipt._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(receipt)
    assert bundle["text/plain"].startswith("work  1")


def test_parts_are_indented_below_their_total():
    """In both forms."""
    total = opened("total", (1, 2))
    part = opened("part", (1, 4), parent=total)
    view = view_of(total, part)

    assert plain(view).splitlines()[1].startswith("  part  |█████···············|")
    assert "margin-left:18px" in str(html(view))


def test_what_is_not_listed_is_counted_in_both_forms():
    """Forty rows, sixteen lines, one count."""
    tracker = Tracker(Clock())
    operations = [tracker.open(f"n{n}") for n in range(40)]
    for operation in operations:
        operation.finish("done")
    view = view_of(*operations)

    assert plain(view).splitlines()[-1] == "24 more: 24 done"
    assert "24 more: 24 done" in Elements(str(html(view))).words


@pytest.mark.parametrize(
    ("reports", "end", "width"),
    [
        ([], None, "0%"),
        ([(5, 10)], None, "50%"),
        ([(15, 10)], "done", "100%"),
        ([(5,)], None, "0%"),
        ([(5,)], "done", "100%"),
        ([(5, 10)], "failed", "50%"),
        ([], "failed", "0%"),
    ],
)
def test_a_bar_is_as_full_as_is_true(reports, end, width):
    """Overshoot is full, unknown is empty until it is done, a failure stands where it stood."""
    styles = [
        value for name, value in parsed(opened("work", *reports, end=end)).attributes if name == "style"
    ]

    assert any(style.startswith(f"width:{width};") for style in styles)
