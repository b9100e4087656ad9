"""The place where a test's kernels and bridges live."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .places import Place


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    """Yield an empty place."""
    with _place(tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Place]:
    """Yield a place where a kernel named 'train' serves, for all tests of a module."""
    with _place(tmp_path_factory.mktemp("served")) as place:
        place.kernel("train")
        yield place


@pytest.fixture(params=["auto", "legacy"])
def era(request) -> str:
    """How a client begins: the revision of 2026-07-28, or the older handshake."""
    return request.param


@contextmanager
def _place(home: Path) -> Iterator[Place]:
    """Check at the end that whatever bridges said is ours, and holds no token."""
    place = Place(home)
    try:
        yield place
    finally:
        place.close()
    assert [line for line in place.said if not line.startswith("mcp-notebook bridge: ")] == []
    assert [k.name for k in place.kernels if any(k.token in line for line in place.said)] == []
