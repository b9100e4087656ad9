"""The functions of a notebook by name, and the decorator."""

from __future__ import annotations

import logging
import threading

import pytest

from mcp_notebook.errors import ArgumentError
from mcp_notebook.host.functions import Function, describe
from mcp_notebook.host.registry import Functions, decorate


def train(epochs: int = 3):
    """Train."""
    return epochs


def test_the_decorator_leaves_the_function_as_it_is():
    """It stays callable, with and without options."""
    functions = Functions()

    assert decorate(functions.add, train) is train
    assert decorate(functions.add, name="other", description="Else.", thread=True)(train) is train
    assert [f.name for f in functions.all()] == ["train", "other"]
    assert functions.get("other").description == "Else."
    assert functions.get("other").thread


def test_running_a_cell_again_replaces_the_function():
    """The newest definition answers, at its old place."""
    functions = Functions()
    functions.add(describe(train))
    functions.add(describe(lambda: 1, name="other"))

    def train_again(): ...

    functions.add(describe(train_again, name="train"))
    assert [f.name for f in functions.all()] == ["train", "other"]
    assert functions.get("train").fn is train_again


@pytest.mark.parametrize("name", ["list_loops", "watch_loop", "stop_loop"])
def test_the_names_of_the_loop_tools_are_taken(name):
    """Clients rely on them."""
    functions = Functions()
    with pytest.raises(ArgumentError, match=f"the name '{name}' belongs to a tool of every notebook"):
        decorate(functions.add, name=name)(train)
    assert functions.all() == ()


def test_each_change_is_told_once_and_nothing_else_is():
    """So that clients hear of a new list."""
    seen = []
    functions = Functions(lambda: seen.append([f.name for f in functions.all()]))

    functions.add(describe(train))
    functions.add(describe(train))
    assert functions.remove("train")
    assert not functions.remove("train")
    assert functions.get("train") is None
    assert seen == [["train"], ["train"], []]


def test_a_function_that_cannot_be_described_does_not_hide_the_others(caplog):
    """It is left out of the list, and the log says why."""

    def broken(x): ...

    broken.__annotations__["x"] = "Nowhere"
    functions = Functions()
    functions.add(describe(train))
    functions.add(Function(broken, "broken"))

    with caplog.at_level(logging.WARNING):
        assert [tool.name for tool in functions.definitions()] == ["train"]
    assert "broken is not offered to clients: cannot read the annotations" in caplog.text


def test_threads_may_add_and_list_at_once():
    """Nothing is lost, nothing breaks."""
    functions = Functions()

    def add(start):
        for n in range(start, start + 100):
            functions.add(Function(train, f"f{n}"))
            functions.all()

    threads = [threading.Thread(target=add, args=(start,)) for start in range(0, 400, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(functions.all()) == 400
