"""A registry of loops that draws nothing, and what was captured in it."""

from __future__ import annotations

import io

import pytest

from mcp_notebook.foreign.capturing import capture
from mcp_notebook.progress import Tracker
from mcp_notebook.tracking import Loops
from mcp_notebook.tracking.loop import current


@pytest.fixture
def loops():
    """A registry of its own, outside of every loop that another test has left behind."""
    current.set(None)
    return Loops(Tracker(), lambda: (None, 7), lambda: None)


@pytest.fixture
def captured(loops):
    """A capture that lasts as long as the test."""
    with capture(loops) as block:
        yield block


@pytest.fixture
def paper():
    """What a bar draws on."""
    return io.StringIO()
