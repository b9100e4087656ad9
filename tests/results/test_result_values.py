"""What a result gives as Python values."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from mcp_notebook.errors import ArgumentError
from mcp_notebook.results import Image, ToolResult

from .result_making import PNG, audio, b64, blob, document, image, link, plain, result, text


def test_text_is_the_text_blocks_and_text_resources_joined_by_newlines():
    """Images and links have no text of their own."""
    shown = result(text("one"), image(PNG), document("two"), link("https://x.org"), text("three"))

    assert shown.text == "one\ntwo\nthree"


def test_text_is_given_as_it_was_sent():
    """Only what is shown is cleaned; the value is the server's."""
    assert result(text("\x1b[31mred\x1b[0m\u202e")).text == "\x1b[31mred\x1b[0m\u202e"


def test_data_is_the_structured_value_before_the_text():
    """The server said what it meant: structured content wins."""
    assert result(text('{"a": 2}'), structured_content={"a": 1}).data == {"a": 1}


@pytest.mark.parametrize("value", [[1, 2], "text", 3, True, None, {"a": 1}])
def test_data_unwraps_what_the_sdk_had_to_wrap(value):
    """SDK: a return value that is no object is sent as `{"result": value}`."""
    assert result(structured_content={"result": value}).data == value


@pytest.mark.parametrize("value", [{"result": 1, "more": 2}, {"results": 1}, {}])
def test_data_leaves_any_other_object_as_it_is(value):
    """Only exactly the key `result` is a wrapper."""
    assert result(structured_content=value).data == value


def test_structured_is_never_unwrapped():
    """`structured` is what was on the wire."""
    assert result(structured_content={"result": 1}).structured == {"result": 1}


def test_a_structured_value_that_is_no_object_is_itself():
    """Spec 2026-07-28: structured content may be any JSON value."""
    assert result(structured_content=[1, 2]).data == [1, 2]
    assert result(structured_content=0).data == 0


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ('{"a": [1]}', {"a": [1]}),
        (" 5 ", 5),
        ("hello", "hello"),
        ("007", "007"),
        ("", ""),
        ("NaN", "NaN"),
        ("[" * 99_999, "[" * 99_999),
        ("9" * 5_000, "9" * 5_000),
    ],
)
def test_without_structured_content_data_is_decoded_json_or_the_text(words, value):
    """What is not strict JSON, or can't be decoded, stays text; nothing raises."""
    assert result(text(words)).data == value


def test_data_and_images_are_decoded_once():
    """A change that a user makes to `result.data` is still there in the next cell."""
    shown = result(text("[1]"), image(PNG))

    assert shown.data is shown.data
    assert shown.images is shown.images


def test_images_are_the_decoded_bytes_in_order():
    """An image that is not base64 is left out, so no entry is without data."""
    shown = result(image(PNG), image("%%%"), image(b"GIF89a", "image/gif"))

    assert shown.images == [Image(PNG, "image/png"), Image(b"GIF89a", "image/gif")]


def test_base64_with_line_breaks_and_without_padding_is_decoded():
    """MIME encoders break lines, others drop the padding; the bytes are the same."""
    packed = b64(PNG).rstrip("=")

    assert result(image(packed[:20] + "\r\n" + packed[20:])).images[0].data == PNG


def test_the_bare_facts_are_passed_on():
    """`raw`, `call`, `content` and `is_error` are what they were."""
    raw = result(text("x"), is_error=True).raw
    shown = ToolResult(raw, call="the call")

    assert (shown.raw, shown.call, shown.content, shown.is_error) == (raw, "the call", raw.content, True)


def test_missing_fields_read_as_empty():
    """A result from elsewhere than the SDK may lack anything; nothing raises."""
    bare = ToolResult(SimpleNamespace())
    holes = ToolResult(
        SimpleNamespace(
            content=[
                SimpleNamespace(type=t)
                for t in ("text", "image", "audio", "resource", "resource_link", "new", None)
            ]
            + [None]
        )
    )

    assert (bare.content, bare.structured, bare.text, bare.data, bare.images, bare.is_error) == (
        [],
        None,
        "",
        "",
        [],
        False,
    )
    assert "unknown type 'new': result.content[5]" in plain(holes)
    assert "without contents" in plain(holes)


def test_a_format_that_does_not_exist_names_those_that_do():
    """The error holds the cure."""
    with pytest.raises(ArgumentError, match="no format 'yaml'; there are: auto, text, json, raw"):
        result().show("yaml")


def test_show_auto_is_the_result_itself():
    """So `_` and the display stay the same object."""
    shown = result(text("x"))

    assert shown.show() is shown


def test_show_text_is_the_text_alone():
    """Images and structured content stay out of it."""
    assert plain(result(text("x"), image(PNG), structured_content={"a": 1}).show("text")) == "x"
    assert plain(result().show("text")) == "nothing returned"


def test_show_json_is_the_data_as_indented_json():
    """Letters stay letters."""
    assert plain(result(text('{"ä": 1}')).show("json")) == '{\n  "ä": 1\n}'


def test_show_raw_has_the_names_of_the_wire_and_short_base64():
    """A page of base64 hides the rest; only content blocks hold base64."""
    long = "A" * 400
    shown = plain(result(image(long), blob(long), audio(long), structured_content={"data": long}).show("raw"))

    assert shown.count("… (400 characters of base64)") == 3
    assert '"mimeType": "image/png"' in shown
    assert f'"structuredContent": {{\n    "data": "{long}"' in shown


def test_the_room_imports_neither_the_sdk_nor_the_notebook():
    """Loading the extension is quick because nothing heavy comes with it."""
    heavy = ["mcp", "mcp_types", "pydantic", "IPython", "ipywidgets", "markdown_it"]
    code = f"import sys, mcp_notebook.results; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_a_result_can_be_the_same_and_show_itself_otherwise():
    """`%mcp_call --format json` assigns a whole result, not a picture of it."""
    shown = result(text('{"a": 1}')).shown_as("json")

    assert (shown.data, shown.text) == ({"a": 1}, '{"a": 1}')
    assert repr(shown) == plain(shown) == '{\n  "a": 1\n}'
