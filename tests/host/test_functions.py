"""A function as a tool: definition, arguments, and what can't be one."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import subprocess
import sys
from enum import Enum
from typing import Annotated, Any, Literal, TypedDict

import jsonschema
import pandas as pd
import pytest
from pydantic import BaseModel, Field

from mcp_notebook.errors import ArgumentError
from mcp_notebook.host.functions import describe


class Optimizer(Enum):
    """Ways to go down."""

    SGD = "sgd"
    ADAM = "adam"


@dataclasses.dataclass
class Point:
    """A dataclass as an argument and as a result."""

    x: float
    y: float = 0.0


def train(  # noqa: D417 - not every parameter is told of
    epochs: int,
    lr: float = 0.1,
    items: list[str] | None = None,
    optimizer: Optimizer = Optimizer.SGD,
    mode: Literal["fast", "exact"] = "fast",
):
    """Train the model.

    It stays in memory.

    Args:
        epochs: how many passes
            over the data
        lr (float): the learning rate

    Returns:
        the losses

    """


def properties(fn) -> dict[str, Any]:
    schema = describe(fn).definition.input_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    json.dumps(schema, allow_nan=False)
    return schema["properties"]


def test_the_schema_comes_from_the_signature():
    """Types, defaults, what is required; unknown names are refused, and the schema says so."""
    schema = describe(train).definition.input_schema

    assert schema["required"] == ["epochs"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["epochs"]["type"] == "integer"
    assert schema["properties"]["lr"]["default"] == 0.1
    assert schema["properties"]["mode"]["enum"] == ["fast", "exact"]
    assert schema["properties"]["optimizer"]["default"] == "sgd"
    assert not any("title" in p for p in schema["properties"].values())


def test_the_description_is_the_docstring_without_its_parameters():
    """Which stand in the schema, where clients look for them."""
    function = describe(train)

    assert function.description == "Train the model.\n\nIt stays in memory.\n\nReturns: the losses"
    assert properties(train)["epochs"]["description"] == "how many passes over the data"
    assert properties(train)["lr"]["description"] == "the learning rate"


def numpy_style(x: int, y: int, z: int):
    """Add.

    Parameters
    ----------
    x, y : int
        the first two
    z : int
        the last

    """


def sphinx_style(x: int, y: int, z: int):
    """Add.

    :param x: the first two
    :param int y: the first two
    :param z: the last
    :raises ValueError: never
    """


@pytest.mark.parametrize("fn", [numpy_style, sphinx_style])
def test_the_other_styles_of_docstring_are_read_too(fn):
    """NumPy's `x, y : int` describes both."""
    told = [properties(fn)[name]["description"] for name in "xyz"]

    assert told == ["the first two", "the first two", "the last"]
    assert describe(fn).description.startswith("Add.")
    assert "the last" not in describe(fn).description


def test_a_docstring_in_no_style_is_the_description():
    """Whatever it looks like."""

    def odd():
        """Do it: now.

        :param
        """

    assert describe(odd).description.startswith("Do it: now.")
    assert describe(lambda: 1, name="quiet").definition.description is None


def test_words_of_the_annotation_come_before_those_of_the_docstring():
    """`Field(description=…)` is the nearer one; its limits hold."""

    def f(x: Annotated[int, Field(gt=0, description="near")], y: Annotated[int, Field(gt=0)] = 1):
        """Do.

        Args:
            x: far
            y: told here

        """

    assert properties(f)["x"] == {"type": "integer", "exclusiveMinimum": 0, "description": "near"}
    assert properties(f)["y"]["description"] == "told here"
    with pytest.raises(ArgumentError, match=r"x=0: input should be greater than 0"):
        describe(f).bind({"x": 0})


def test_a_parameter_without_annotation_takes_any_json_value():
    """And passes it on as it is."""

    def f(x, y=None): ...

    assert properties(f)["x"] == {}
    for value in (1, "1", "[1]", None, [1, {"a": None}], {"b": 2.5}):
        assert describe(f).bind({"x": value}) == {"x": value}


def test_defaults_are_the_functions_own_objects():
    """Only what was sent is passed on: nothing is copied, nothing is made JSON."""
    table = pd.DataFrame({"a": [1]})

    def f(data=table, connection=object(), lr: float = math.nan, many=list(range(10_000))): ...  # noqa: B006, B008

    assert [("default" in p) for p in properties(f).values()] == [False] * 4
    assert "required" not in describe(f).definition.input_schema
    assert describe(f).bind({}) == {}
    assert describe(f).bind({"lr": 2}) == {"lr": 2.0}


def test_a_parameter_that_json_cannot_carry_keeps_its_default_or_is_refused():
    """The words name it, and the cure."""

    def good(n: int, data: pd.DataFrame = None): ...

    def bad(n: int, data: pd.DataFrame): ...

    assert list(properties(good)) == ["n"]
    with pytest.raises(ArgumentError, match=r"'data' of bad: JSON has no DataFrame; give it a default"):
        _ = describe(bad).definition


def test_any_name_is_a_name_for_a_parameter():
    """Also those that pydantic keeps for itself."""

    def f(model_config: int, json: int, _private: int, self_: int, schema: int = 1): ...

    sent = {"model_config": 1, "json": 2, "_private": 3, "self_": 4, "schema": 5}
    assert list(properties(f)) == list(sent)
    assert describe(f).bind(sent) == sent


def test_arguments_become_what_the_annotations_say():
    """Text becomes numbers, names become enum members, objects become dataclasses."""

    def f(n: int, o: Optimizer, at: Point, points: list[Point]): ...

    bound = describe(f).bind(
        {"n": "4", "o": "adam", "at": {"x": 1}, "points": [{"x": 1, "y": 2}]},
    )
    assert bound == {"n": 4, "o": Optimizer.ADAM, "at": Point(1.0), "points": [Point(1.0, 2.0)]}


def test_json_sent_as_text_is_read_where_it_would_not_fit():
    """Some clients quote objects and lists; a text that fits stays a text."""

    def f(items: list[int], note: str | None = None, anything=None): ...

    bound = describe(f).bind({"items": "[1, 2]", "note": "[1]", "anything": "{}"})
    assert bound == {"items": [1, 2], "note": "[1]", "anything": "{}"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "train needs epochs: integer (how many passes over the data)"),
        (None, "train needs epochs: integer (how many passes over the data)"),
        ({"epohcs": 3}, "train has no parameter 'epohcs' (did you mean 'epochs'?)"),
        (
            {"epochs": "many"},
            (
                "epochs='many': input should be a valid integer, unable to parse string as an integer; "
                "train wants epochs: integer (how many passes over the data)"
            ),
        ),
        (
            {"epochs": 1, "items": [3]},
            "items[0]=3: input should be a valid string; train wants items: array of string or null",
        ),
        ({"epochs": 1, "mode": "slow"}, "mode='slow': input should be 'fast' or 'exact'"),
    ],
)
def test_wrong_arguments_are_refused_with_parameter_value_and_what_is_wanted(sent, words):
    """A model that called wrongly can mend it."""
    with pytest.raises(ArgumentError) as refused:
        describe(train).bind(sent)
    assert str(refused.value).startswith(words)


def test_a_huge_wrong_value_is_cut():
    """The words stay words."""
    with pytest.raises(ArgumentError) as refused:
        describe(train).bind({"epochs": "x" * 1_000_000})
    assert len(str(refused.value)) < 400


def test_keyword_arguments_take_whatever_else_is_sent():
    """The schema is open then."""

    def f(n: int, **options): ...

    assert describe(f).definition.input_schema["additionalProperties"] is True
    assert describe(f).bind({"n": 1, "deep": {"a": 1}}) == {"n": 1, "deep": {"a": 1}}


class Losses(TypedDict):
    """A record of the standard library."""

    loss: float


class Model(BaseModel):
    """A record of pydantic."""

    loss: float
    points: list[Point] = []


@pytest.mark.parametrize("record", [Point, Losses, Model])
def test_a_record_as_return_annotation_is_published(record):
    """Clients may count on it; a number may be null, for NaN is."""

    def f() -> record: ...

    f.__annotations__["return"] = record
    schema = describe(f).definition.output_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    number = next(iter(schema["properties"].values()))
    assert number["type"] == ["number", "null"]


@pytest.mark.parametrize("annotation", [int, str, None, dict, dict[str, float], list[int], pd.DataFrame, Any])
def test_other_annotations_publish_nothing(annotation):
    """Clients refuse a whole answer that misses its schema, and these are often not quite true."""

    def f(): ...

    f.__annotations__["return"] = annotation
    assert describe(f).definition.output_schema is None


def test_annotations_that_are_text_are_read_in_the_functions_module():
    """As `from __future__ import annotations` leaves them."""

    def f(at: Point, n: "int" = 1): ...  # noqa: UP037

    assert properties(f)["n"]["type"] == "integer"
    assert describe(f).bind({"at": {"x": 1}})["at"] == Point(1.0)


def test_an_annotation_that_names_nothing_is_an_error_at_once_where_the_sdk_is_loaded():
    """The cell that defines the function shows it."""

    def f(x): ...

    f.__annotations__["x"] = "Nowhere"
    with pytest.raises(ArgumentError, match=r"annotations of f: name 'Nowhere' is not defined; define or"):
        describe(f)


def test_registering_imports_nothing_heavy():
    """Neither the SDK nor pydantic: a notebook that never serves pays nothing."""
    code = (
        "import sys\n"
        "from mcp_notebook.host.registry import Functions, decorate\n"
        "functions = Functions()\n"
        "@lambda fn: decorate(functions.add, fn)\n"
        "def train(epochs: 'int' = 3):\n"
        "    '''Train.'''\n"
        "assert functions.get('train').name == 'train'\n"
        "print([m for m in ('mcp', 'mcp_types', 'pydantic', 'docstring_parser') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Trainer:
    """Has a method."""

    def fit(self, n: int):
        """Fit."""
        return n

    def __call__(self, n: int):
        """Call."""
        return n


async def slowly(n: int):
    """Wait."""


def test_methods_partials_and_callable_objects_are_functions_too():
    """With a name, where they have none."""
    assert describe(Trainer().fit).bind({"n": "1"}) == {"n": 1}
    assert describe(functools.partial(train, lr=1), name="quick").description.startswith("Train")
    assert describe(Trainer(), name="trainer").bind({"n": 1}) == {"n": 1}


def test_async_functions_say_so():
    """They run elsewhere."""
    assert describe(slowly).is_async
    assert describe(functools.partial(slowly, n=1), name="partly").is_async
    assert not describe(train).is_async
    assert describe(train, thread=True).thread


def yields():
    """Give one after the other."""
    yield 1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: describe(3), "a tool is a function, not int 3"),
        (lambda: describe(Trainer), "Trainer is a class; register a function, or the bound method"),
        (
            lambda: describe(Trainer.fit),
            "fit takes 'self'; register the method of an object: tool(object.fit)",
        ),
        (lambda: describe(yields), "yields yields, but a tool returns one value; return a list instead"),
        (lambda: describe(lambda: 1), "has no name; give it one: tool(name='…')"),
        (lambda: describe(functools.partial(train)), "has no name; give it one"),
        (lambda: describe(train, name="two words"), "'two words' is no name for a tool: 1 to 128 letters"),
        (lambda: describe(train, name=""), "'' is no name for a tool"),
        (lambda: describe(train, name="x" * 129), "is no name for a tool"),
        (lambda: describe(train, name="x\n"), "is no name for a tool"),
        (lambda: describe(lambda *a: a, name="f"), "f takes *a, but a client sends arguments by name"),
        (lambda: describe(lambda a, /: a, name="f"), "the parameter 'a' of f is positional-only"),
    ],
)
def test_what_cannot_be_a_tool_is_refused_with_the_cure(make, words):
    """Where it is written, not when it is called."""
    with pytest.raises(ArgumentError) as refused:
        make()
    assert words in str(refused.value)
