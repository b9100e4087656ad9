"""A forked child (multiprocessing, a data loader) counts for itself, and leaves the parent's runtime alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, sys, threading
import mcp_notebook as mcpn
server = mcpn.serve(name="parent")
before = mcpn.track(range(5), "before")
for _ in mcpn.track(range(3), "parent"): pass
child = os.fork()
if child == 0:
    for _ in mcpn.track(range(7), "child"): pass
    assert [v.label for v in mcpn.loops()] == ["child"], mcpn.loops()
    assert sum(1 for _ in before) == 5
    sys.exit(7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7
assert [v.label for v in mcpn.loops()] == ["parent"]
with mcpn.connect(server) as me:
    assert "parent" in me.call("list_loops").text
print("fine")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_leaves_its_parents_server_alone(tmp_path):
    """It ends at once, too: nothing waits for threads that are not there."""
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == "fine\n", done.stderr
    assert list(tmp_path.iterdir()) == []
