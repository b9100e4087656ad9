"""The timeline in a real kernel: shown once, sharp, whatever matplotlib was told."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from driver import Kernel
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def kernel():
    """A kernel in which something was called and tracked."""
    running = Kernel(sys.executable, forked=True, cwd=ROOT)
    running.ok("%load_ext mcp_notebook\nimport mcp_notebook as mcpn\n%mcp_connect demo")
    running.ok("%mcp_call process_items items=a,b,c delay=0.05")
    running.ok("import time\nfor _ in mcpn.track(range(4), 'steps'):\n    time.sleep(0.05)")
    yield running
    running.close()


def pictures(cell) -> list[tuple[Image.Image, dict]]:
    """Return the pictures that a cell shows, with how they are to be shown."""
    shown = [m["content"] for m in cell.of("display_data", "execute_result", "update_display_data")]
    assert all("image/png" in one["data"] for one in shown)
    return [
        (Image.open(io.BytesIO(base64.b64decode(one["data"]["image/png"]))), one["metadata"]["image/png"])
        for one in shown
    ]


@pytest.mark.parametrize("set_up", ["", "%matplotlib inline", "import matplotlib.pyplot as plt"])
@pytest.mark.parametrize("line", ["%mcp_history --plot", "h = %mcp_history --plot", "mcpn.history().plot()"])
def test_the_timeline_is_one_picture(kernel, set_up, line):
    """Twice as fine as it is shown, and not cropped; first in a kernel without pyplot."""
    if set_up:
        kernel.ok(set_up)
    ((image, size),) = pictures(kernel.ok(line))

    assert image.size == (2 * size["width"], 2 * size["height"])


def test_no_figure_is_left_to_pyplot(kernel):
    """It would be shown again at the end of the cell."""
    cell = kernel.ok(
        "import matplotlib.pyplot as plt\nfigure = mcpn.history().plot()\nprint(plt.get_fignums())"
    )

    assert cell.stdout == "[]\n"
    assert not cell.of("display_data", "execute_result")


def test_loops_are_told_with_their_cell(kernel):
    """As `In [3]` has it."""
    cell = kernel.ok("print([(r.label, r.cell) for r in mcpn.history().loops])")

    assert cell.stdout == "[('steps', 3)]\n"


def test_the_table_is_a_table(kernel):
    """In words and in HTML."""
    (shown,) = kernel.ok("%mcp_history").of("execute_result")

    assert "demo.process_items" in shown["content"]["data"]["text/plain"]
    assert "<table" in shown["content"]["data"]["text/html"]
