"""The collector visits no test of this room unasked: where its visits matter, the tests ask for them."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from mcp_notebook.tracking import endings


@pytest.fixture(autouse=True)
def _no_collection(monkeypatch) -> Iterator[None]:
    """Begin with few young objects, and keep them young."""
    gc.collect(1)
    gc.disable()
    monkeypatch.setattr(endings, "_deep_at", float("-inf"))
    yield
    gc.enable()
