"""The collector visits no test of this room unasked: where its visits matter, the tests ask for them."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """Begin with few young objects, and keep them young."""
    gc.collect(1)
    gc.disable()
    yield
    gc.enable()
