"""Python objects become JSON values, or an error that says where and why."""

import base64
import datetime as dt
import json
from collections import OrderedDict, deque
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from mcp_notebook.arguments import jsonable
from mcp_notebook.errors import ArgumentError


class Colour(Enum):
    RED = "red"
    PAIR = (1, 2)


class Word(StrEnum):
    YES = "yes"


@dataclass
class Point:
    x: int
    where: Path


class Model(BaseModel):
    when: dt.date
    tags: set[str] = set()


class Kind:
    def __init__(self, kind):
        self.kind = kind


class Array:
    """Stands for a numpy array or scalar: it has a dtype and `tolist`."""

    def __init__(self, values, kind="f"):
        self.values, self.dtype = values, Kind(kind)

    def tolist(self):
        return self.values

    def astype(self, _kind):
        return Array([f"date {value}" for value in self.values], "U")


class Scalar:
    """Stands for a scalar that only has `item`."""

    dtype = Kind("i")

    def item(self):
        return 5


class DataFrame:
    """Stands for a pandas frame."""

    columns = ("a",)

    def to_dict(self, orient):
        assert orient == "records"
        return [{"a": 1}, {"a": Array([2])}]


class PolarsFrame:
    def to_dicts(self):
        return [{"a": 1}]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Path("a/b"), "a/b"),
        (dt.datetime(2024, 1, 2, 3, 4), "2024-01-02T03:04:00"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.time(3, 4), "03:04:00"),
        (Colour.RED, "red"),
        (Colour.PAIR, [1, 2]),
        (Word.YES, "yes"),
        ({Word.YES: 1}, {"yes": 1}),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), str(UUID(int=1))),
        (b"\x00\xff", base64.b64encode(b"\x00\xff").decode()),
        ((1, 2), [1, 2]),
        ({3, 1, 2}, [1, 2, 3]),
        (range(3), [0, 1, 2]),
        (deque("ab"), ["a", "b"]),
        (OrderedDict(a=(1,)), {"a": [1]}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (Point(1, Path("p")), {"x": 1, "where": "p"}),
        (Model(when=dt.date(2024, 1, 2), tags={"t"}), {"when": "2024-01-02", "tags": ["t"]}),
        (Array([1.5, 2.5]), [1.5, 2.5]),
        (Array(3), 3),
        (Array([1, 2], "M"), ["date 1", "date 2"]),
        (Scalar(), 5),
        (DataFrame(), [{"a": 1}, {"a": [2]}]),
        (PolarsFrame(), [{"a": 1}]),
    ],
)
def test_objects_with_an_obvious_form_take_it(value, plain):
    """The values of a notebook can be passed as they are; the result is exactly JSON's types."""
    found = jsonable({"k": value})
    assert found == {"k": plain}
    assert json.loads(json.dumps(found)) == found
    assert type(found["k"]) is type(plain)


def test_what_is_plain_is_returned_as_it_is():
    """No copy of a large argument is made for nothing."""
    value = {"a": [1, 2.5, "x", None, True, {"b": "é"[:0]}]}
    assert jsonable(value) is value


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (float("nan"), "^k is nan, which JSON has no word for"),
        ([1.0, float("inf")], r"^k\[1\] is inf"),
        (object(), "^k is of type object, which JSON has no form for; pass"),
        ({1: 2}, "^k has the key 1, a int; JSON keys are text"),
        (3j, "of type complex"),
        (int, "of type type"),
        (lambda: 0, "of type function"),
        (dt.timedelta(1), "of type"),
        pytest.param(1 << 20_000, "is an integer of", id="huge"),
        pytest.param("\ud800", "lone surrogate", id="surrogate"),
        (Array([float("nan")]), r"^k\[0\] is nan"),
        ({"a": [{"b": {1j}}]}, r"^k\.a\[0\]\.b\[0\] is of type complex"),
    ],
)
def test_what_json_has_no_form_for_is_refused_with_its_place(value, part):
    """Nothing is guessed: a NaN sent as null would be another value."""
    with pytest.raises(ArgumentError, match=part):
        jsonable({"k": value})


def test_an_object_whose_own_conversion_fails_is_refused():
    """Foreign code runs behind a border."""

    class Broken(Array):
        def tolist(self):
            raise RuntimeError("no\nmemory")

    with pytest.raises(
        ArgumentError, match=r"the value, a .*Broken, cannot be written as JSON: RuntimeError: no memory"
    ):
        jsonable(Broken([]))


def test_cycles_and_bottomless_nests_are_refused():
    """Neither hangs nor overflows the stack."""
    ring: list = [1]
    ring.append({"again": ring})
    with pytest.raises(ArgumentError, match="holds itself"):
        jsonable(ring)
    nest: list = []
    for _ in range(5_000):
        nest = [nest]
    with pytest.raises(ArgumentError, match="nested too deeply"):
        jsonable(nest)


def test_the_same_object_twice_is_no_cycle():
    """Sharing is fine."""
    shared = {1, 2}
    assert jsonable([shared, shared]) == [[1, 2], [1, 2]]


plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.dates()
    | st.decimals()
)
anything = st.recursive(
    plain | st.complex_numbers(),
    lambda inner: (
        st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(anything)
def test_any_object_becomes_strict_json_or_an_argument_error(value):
    """Property: what is returned can be encoded and comes back equal."""
    try:
        found = jsonable(value)
    except ArgumentError:
        return
    text = json.dumps(found, allow_nan=False, ensure_ascii=False)
    assert json.loads(text.encode()) == found
