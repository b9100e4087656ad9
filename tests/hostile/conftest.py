"""The ways to the hostile server, and what is left of them in the end: nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

import mcp_notebook as mcpn
from mcp_notebook.runtime import shutdown

from .observing import Way
from .opening import Servers

OWN = ("mcp_notebook", "asyncio-waitpid")
"""how the threads are called that would be ours"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Yield the servers of a module; afterwards no thread, connection or process of it is left."""
    logging.disable(logging.CRITICAL)  # the SDK logs each frame that it cannot read
    made = Servers()
    yield made
    for connection in mcpn.connections().values():
        connection.close()
    shutdown()
    made.close()
    logging.disable(logging.NOTSET)
    assert [t.name for t in threading.enumerate() if t.name.startswith(OWN) and "import" not in t.name] == []
    assert made.left() == []


@pytest.fixture(scope="module")
def way(servers: Servers) -> Callable[[str], Way]:
    """Return a way by its name, the same one for all tests of a module."""
    ways: dict[str, Way] = {}
    return lambda name: ways.setdefault(name, Way(servers, name))
