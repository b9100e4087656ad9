"""What a function returned, printed or raised, as a client gets it."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import math
import subprocess
import sys
from collections import deque
from decimal import Decimal
from enum import Enum
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TypedDict

import jsonschema
import numpy as np
import pandas as pd
import PIL.Image
import pytest
from mcp.server.mcpserver import Image as SDKImage
from mcp_types import CallToolResult, ImageContent, TextContent
from pydantic import BaseModel

from mcp_notebook.errors import ArgumentError, LoopStopped
from mcp_notebook.host.answers.plain import NODES
from mcp_notebook.host.functions import describe
from mcp_notebook.host.interrupts import tamed
from mcp_notebook.results import ToolResult


@dataclasses.dataclass
class Fit:
    """A record of the standard library."""

    loss: float
    epochs: int = 3


class Report(BaseModel):
    """A record of pydantic, with a record in it."""

    name: str
    fit: Fit


class Row(TypedDict):
    """A record that is a dict."""

    loss: float


class Colour(Enum):
    """Has values."""

    RED = "red"


def returning(annotation=None):
    """Return a tool whose function says that it returns *annotation*."""

    def f(): ...

    if annotation is not None:
        f.__annotations__["return"] = annotation
    return describe(f)


def answer(value, annotation=None, printed=""):
    """Return the answer for *value*, having checked that it is strict JSON and what was published."""
    function = returning(annotation)
    result = function.answer(value, printed)
    json.dumps(result.model_dump(mode="json", by_alias=True), allow_nan=False)
    if (schema := function.definition.output_schema) is not None and not result.is_error:
        jsonschema.validate(result.structured_content, schema)
    return result


def text(result) -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


def picture(result):
    """Return the one picture of a result, decoded."""
    (block,) = (b for b in result.content if b.type == "image")
    assert block.mime_type == "image/png"
    return PIL.Image.open(BytesIO(base64.b64decode(block.data)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("as it is\n", "as it is\n"),
        (3, "3"),
        (2.5, "2.5"),
        (True, "true"),
        (math.nan, "nan"),
        (np.int64(3), "3"),
        (np.float32(2), "2.0"),
        ([1, 2], "[1, 2]"),
        ((1, "a", None), '[1, "a", null]'),
        ({"a": {"b": [1]}}, '{"a": {"b": [1]}}'),
        (b"\x00\x01", "2 bytes: b'\\x00\\x01'"),
        (1 + 2j, "(1+2j)"),
        (range(3), "[0, 1, 2]"),
    ],
)
def test_plain_values_are_read_as_text(value, shown):
    """Short JSON stands on a line."""
    result = answer(value)

    assert text(result) == shown
    assert not result.is_error


def test_nothing_is_no_content():
    """As the SDK has it."""
    assert answer(None).content == []


@pytest.mark.parametrize(
    ("value", "annotation", "structured"),
    [
        (3, int, {"result": 3}),
        ([1, 2], list[int], {"result": [1, 2]}),
        ({"a": 1}, dict[str, float], {"a": 1.0}),
        ((1, "a"), tuple[int, str], {"result": [1, "a"]}),
        (None, int | None, {"result": None}),
        (np.array([1.0, 2.0]), list[float], {"result": [1.0, 2.0]}),
        (Fit(0.5), Fit, {"loss": 0.5, "epochs": 3}),
        (Fit(math.nan), Fit, {"loss": None, "epochs": 3}),
        ({"loss": math.inf}, Row, {"loss": None}),
        (Report(name="a", fit=Fit(1.0)), Report, {"name": "a", "fit": {"loss": 1.0, "epochs": 3}}),
        (Fit(0.5), None, {"loss": 0.5, "epochs": 3}),
        ({"a": math.nan}, None, {"a": None}),
        ("text", str, None),
        (3, None, None),
    ],
)
def test_structured_content_is_what_the_annotation_says_else_what_the_value_has(
    value, annotation, structured
):
    """NaN and infinity are null: JSON has neither."""
    assert answer(value, annotation).structured_content == structured


@pytest.mark.parametrize(
    ("value", "annotation"), [(None, int), ({"a": None}, dict[str, float]), ("three", list[int])]
)
def test_a_value_that_does_not_fit_its_annotation_is_text_only(value, annotation):
    """A wrong annotation costs the structure, not the answer."""
    result = answer(value, annotation)

    assert result.structured_content is None
    assert not result.is_error


def test_where_a_schema_was_published_a_misfit_is_an_error_that_holds_the_value():
    """Clients would refuse the whole answer otherwise."""
    result = answer({"epochs": 3}, Fit)

    assert result.is_error
    assert text(result).startswith("f says it returns Fit, but its value does not fit (loss: Field required)")
    assert text(result).endswith('correct the annotation or drop it. The value:\n{"epochs": 3}')
    assert text(answer(None, Fit)).endswith("The value:\nNone")


def test_whatever_a_dict_holds_becomes_json():
    """Dates, paths, enums, arrays, sets, records; what JSON has no word for is its repr."""
    cyclic: list = []
    cyclic.append(cyclic)
    told = answer(
        {
            1: dt.date(2026, 1, 2),
            None: dt.timedelta(hours=1),
            (1, 2): PurePosixPath("a/b"),
            "enum": Colour.RED,
            "array": np.arange(3),
            "moment": np.datetime64("2026-01-02T03:04:05.000000000"),
            "number": Decimal("1.50"),
            "missing": [pd.NA, pd.NaT],
            "deque": deque([1]),
            "set": {1},
            "record": Fit(1.0),
            "cyclic": cyclic,
            "surrogate": "\ud800",
            "kind": int,
            "pandas": pd.Timestamp("2026-01-02"),
        }
    ).structured_content

    assert told["1"] == "2026-01-02"
    assert told["None"] == "1:00:00"
    assert told["(1, 2)"] == "a/b"
    assert (told["enum"], told["array"], told["number"]) == ("red", [0, 1, 2], "1.50")
    assert told["moment"].startswith("2026-01-02T03:04:05")
    assert told["missing"] == [None, None]
    assert (told["deque"], told["set"], told["record"]) == ([1], [1], {"loss": 1.0, "epochs": 3})
    assert "nested too deep" in json.dumps(told["cyclic"])
    assert (told["surrogate"], told["kind"]) == ("?", "<class 'int'>")
    assert told["pandas"] == "2026-01-02T00:00:00"


def test_long_texts_are_cut_and_say_so():
    """Nobody reads a megabyte."""
    result = answer("x" * 1_000_000)

    assert len(text(result)) < 101_000
    assert text(result).endswith("… cut: the first 100,000 of 1,000,000 characters")


@pytest.mark.parametrize("value", [list(range(NODES + 1)), {"a": list(range(NODES))}, {"a": np.zeros(10**6)}])
def test_large_values_are_summed_up(value):
    """Whatever they hold; nothing of them is structured content."""
    result = answer(value)

    assert "more than 100,000 parts" in text(result)
    assert len(text(result)) < 2_000
    assert result.structured_content is None
    assert answer({"a": "x" * 2_000_000}).structured_content is None


def test_a_table_is_its_first_rows_and_its_shape():
    """As text and as structure, each cut."""
    result = answer(pd.DataFrame({"n": range(1000), "name": ["x"] * 1000}))
    lines = text(result).splitlines()

    assert lines[0] == "DataFrame, 1,000 rows × 2 columns"
    assert lines[1].split() == ["n", "name"]
    assert lines[-1] == "… 970 more rows"
    assert result.structured_content["columns"] == ["n", "name"]
    assert result.structured_content["shape"] == [1000, 2]
    assert result.structured_content["rows"][:2] == [[0, "x"], [1, "x"]]
    assert len(result.structured_content["rows"]) == 200


def test_an_index_that_says_something_is_told():
    """Row numbers are not."""
    data = pd.DataFrame({"v": [1.5, math.nan]}, index=["a", "b"])

    assert answer(data).structured_content["index"] == ["a", "b"]
    assert answer(data).structured_content["rows"] == [[1.5], [None]]
    assert "index" not in answer(data.reset_index(drop=True)).structured_content
    counts = pd.Series(["x", "y", "x"]).value_counts()
    assert answer(counts).structured_content == {
        "columns": ["count"],
        "rows": [[2], [1]],
        "shape": [2],
        "index": ["x", "y"],
    }
    assert text(answer(counts)).splitlines()[0] == "Series, 2 rows"


def test_odd_tables_are_tables_too():
    """No rows, many columns, doubled and multi-level names, dates."""
    wide = answer(pd.DataFrame(np.zeros((2, 300))))
    assert text(wide).endswith("… 280 more columns")
    assert len(wide.structured_content["columns"]) == 100
    assert text(answer(pd.DataFrame())) == "DataFrame, 0 rows × 0 columns\nno rows"
    assert answer(pd.DataFrame([[1, 2]], columns=["a", "a"])).structured_content["rows"] == [[1, 2]]
    multi = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    assert answer(multi).structured_content["columns"] == ["('a', 'b')"]
    dates = pd.DataFrame({"at": pd.to_datetime(["2026-01-02", None])})
    assert answer(dates).structured_content["rows"] == [["2026-01-02T00:00:00"], [None]]
    with pd.option_context("display.max_rows", 1):
        assert "… 10 more rows" in text(answer(pd.DataFrame({"a": range(40)})))


def test_a_table_of_polars_is_read_likewise():
    """Where polars is installed."""
    polars = pytest.importorskip("polars")

    result = answer(polars.DataFrame({"a": [1, None], "b": ["x", "y"]}))
    assert text(result).splitlines()[0] == "DataFrame, 2 rows × 2 columns"
    assert result.structured_content == {
        "columns": ["a", "b"],
        "rows": [[1, "x"], [None, "y"]],
        "shape": [2, 2],
    }
    assert answer(polars.Series("s", [1])).structured_content["columns"] == ["s"]


def test_an_array_is_summed_up_and_small_ones_are_told_whole():
    """Shape, kind and range say more than a million numbers."""
    small = answer(np.array([[1.0, math.nan], [3.0, 4.0]]))
    assert text(small).startswith("array of float64, shape (2, 2), min 1, max 4, mean 2.66667\n")
    assert small.structured_content == {"shape": [2, 2], "dtype": "float64", "values": [[1, None], [3, 4]]}

    large = answer(np.zeros((1000, 1000)))
    assert len(text(large)) < 1_000
    assert "values" not in large.structured_content
    assert text(answer(np.array([]))) == "array of float64, shape (0,)"
    assert text(answer(np.array([math.nan]))).startswith("array of float64, shape (1,), nothing finite")
    assert text(answer(np.array(2.5))) == "2.5"


@pytest.fixture(name="plt")
def _pyplot():
    """Yield pyplot without figures; imported by who needs it, not by each process that collects."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    plt.close("all")
    yield plt
    plt.close("all")


@pytest.mark.parametrize(
    "make",
    [
        lambda axes: axes.figure,
        lambda axes: axes,
        lambda axes: axes.plot([1, 2]),
        lambda axes: np.array([axes, axes], dtype=object),
        lambda axes: axes.set_title("t"),
    ],
)
def test_a_figure_is_a_picture_with_a_line_of_text(plt, make):
    """By whichever of its parts it is returned."""
    figure, axes = plt.subplots()
    axes.set_title("Loss")

    result = answer(make(axes))
    assert picture(result).size == (640, 480)
    assert text(result).startswith('figure "')
    assert "6.4 × 4.8 in, image/png" in text(result)
    assert plt.get_fignums() == []
    figure.savefig(BytesIO())  # it is let go by pyplot, not destroyed


def test_several_figures_are_several_pictures_and_large_ones_are_drawn_smaller(plt):
    """No side is longer than 2,000 pixels."""
    first, second = plt.figure(), plt.figure(figsize=(60, 30))

    blocks = answer([first, second]).content
    assert [b.type for b in blocks] == ["text", "image", "text", "image"]
    assert PIL.Image.open(BytesIO(base64.b64decode(blocks[3].data))).size == (2000, 1000)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "F", "1"])
def test_a_picture_of_pillow_is_png(mode):
    """In every mode; a large one is scaled down, and the text tells its true size."""
    result = answer(PIL.Image.new(mode, (4000, 20)))

    assert picture(result).size == (2000, 10)
    assert text(result).startswith(f"picture, 4000 × 20 px, mode {mode}, image/png")


def test_bytes_that_are_a_picture_are_one():
    """By their first bytes."""
    target = BytesIO()
    PIL.Image.new("RGB", (3, 2)).save(target, "png")

    assert picture(answer(target.getvalue())).size == (3, 2)


def shown(**methods):
    """Return an object whose class has these methods, each returning what is given."""

    def giving(value):
        return lambda *_, **__: value

    return type("Shown", (), {name: giving(value) for name, value in methods.items()})()


def test_objects_show_themselves_as_in_a_notebook():
    """A picture first, then Markdown, then their repr; HTML where they have nothing better."""
    target = BytesIO()
    PIL.Image.new("RGB", (3, 2)).save(target, "png")
    png = target.getvalue()

    assert picture(answer(shown(_repr_png_=png, _repr_html_="<b>x</b>"))).size == (3, 2)
    bundle = {"image/png": base64.b64encode(png).decode(), "text/plain": "x"}
    assert picture(answer(shown(_repr_mimebundle_=(bundle, {})))).size == (3, 2)
    assert text(answer(shown(_repr_markdown_="# x", _repr_html_="<b>x</b>"))) == "# x"
    assert text(answer(shown(_repr_html_="<b>x</b>", __repr__="x"))) == "x"
    assert text(answer(shown(_repr_html_="<b>x</b>"))) == "<b>x</b>"
    assert text(answer(shown(_repr_png_=None, __repr__="x"))) == "x"


def fails(*_, **__):
    """Fail."""
    raise RuntimeError("no")


@pytest.mark.parametrize("method", ["__repr__", "_repr_png_", "_repr_mimebundle_", "_repr_html_", "__len__"])
def test_an_object_that_fails_to_show_itself_is_still_an_answer(method):
    """In whatever it fails."""
    value = type("Broken", (), {method: fails})()

    result = answer(value)
    assert not result.is_error
    assert "Broken" in text(result)


def test_what_is_mcp_already_passes():
    """Blocks, results, this package's results, the SDK's pictures; also in lists."""
    block = TextContent(text="x")
    raw = CallToolResult(content=[block], structured_content={"a": 1}, is_error=True)
    png = SDKImage(data=b"\x89PNG", format="png")

    assert answer(block).content == [block]
    assert answer(raw) is raw
    assert answer(ToolResult(raw)) is raw
    assert isinstance(answer(png).content[0], ImageContent)
    assert [b.type for b in answer(["y", block, png, {"a": 1}]).content] == ["text", "text", "image", "text"]


def test_what_was_printed_is_a_block_of_its_own():
    """The last state of a redrawn line, the end of a long text."""
    assert [b.text for b in answer(1, printed="a\nb\n").content] == ["1", "printed:\na\nb\n"]
    assert answer(1, printed=" \n").content == answer(1).content
    assert answer(None, printed="  1 %\r 50 %\r100 %\r\nend").content[0].text == "printed:\n100 %\nend"
    long = answer(None, printed="".join(f"{n}\n" for n in range(100_000))).content[0].text
    assert long.startswith("printed (the last 10,000 of 588,890 characters):")
    assert long.endswith("99999\n")
    assert answer(None, printed="\x1b[31mred\x1b[0m").content[0].text == "printed:\nred"


def failing(error, printed=""):
    """Return the answer of a function that raised *error* here."""
    with pytest.raises(type(error)) as raised:
        raise error
    result = returning().failure(raised.value, printed)
    assert result.is_error
    return result


HERE = Path(__file__).name


def test_an_error_is_its_last_line_and_the_users_own():
    """The library frames below say nothing to a client."""
    line = failing.__code__.co_firstlineno + 3
    assert text(failing(ValueError("bad lr"))) == f"ValueError: bad lr (line {line} of {HERE}, in failing)"
    assert text(failing(KeyError())) == f"KeyError (line {line} of {HERE}, in failing)"

    with pytest.raises(json.JSONDecodeError) as below:
        json.loads("{")
    assert f"of {HERE}, in test_an_error" in text(returning().failure(below.value))


def test_ends_that_are_no_faults_are_said_as_what_they_are():
    """Interrupted, stopped, left."""
    assert text(failing(KeyboardInterrupt())).startswith("interrupted by the user of the notebook (line ")
    assert text(returning().failure(tamed(KeyboardInterrupt()))) == "interrupted by the user of the notebook"
    assert text(failing(LoopStopped("epochs was stopped by a client"))).startswith(
        "stopped: epochs was stopped by a client (line "
    )
    assert text(failing(SystemExit(2))).startswith("the function ended itself with sys.exit(2)")


def test_an_error_without_a_place_has_none():
    """An argument that was refused was refused by us."""
    with pytest.raises(ArgumentError) as refused:
        describe(lambda n: n, name="f").bind({})
    refused.value.__traceback__ = None
    assert text(returning().failure(refused.value)) == "ArgumentError: f needs n: any value"


class Mute(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError


def test_errors_of_every_kind_have_words():
    """Mute ones, long ones, ones with notes; what was printed before stays."""
    noted = ValueError("bad")
    noted.add_note("try 1")

    assert text(failing(Mute())).startswith("Mute (its message cannot be shown)")
    assert len(text(failing(ValueError("x" * 100_000)))) < 5_000
    assert text(failing(noted)).startswith("ValueError: bad\ntry 1 (line ")
    assert failing(ValueError("x"), printed="before").content[1].text == "printed:\nbefore"


def test_no_library_is_imported_to_recognise_its_values():
    """A notebook without pandas stays without it."""
    code = (
        "import sys\n"
        "from mcp_notebook.host.functions import describe\n"
        "describe(lambda: 1, name='f').answer(object())\n"
        "print([m for m in ('pandas', 'numpy', 'polars', 'matplotlib', 'PIL', 'IPython') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
