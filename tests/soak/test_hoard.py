"""What a hostile server can make a kernel remember: neither results that nobody holds, nor more than a bounded history."""

from __future__ import annotations

import json
import sys

import pytest

from .soak import soaking

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is looked up in /proc")

CELLS = 5
PANEL = 256
"""operations that a panel remembers"""
# A closed view's button calls `cancel_all` of its panel, or the `cancel` of its bar's last row.


@pytest.fixture(scope="module")
def kernel():
    """A kernel that is connected to the hoarder."""
    with soaking() as running:
        running.ok("import hoard\nhoard.begin()\nhoard.cell(5, seconds=0.3)")
        yield running


def held(kernel):
    """Return what the kernel holds."""
    return json.loads(kernel.ok("print(looking.look())").stdout)


@pytest.mark.timeout(300)
def test_results_that_nobody_holds_are_gone_though_their_bars_were_shown(kernel):
    """The views of the last cells stay for a page that reloads; what their calls returned does not."""
    for _ in range(CELLS):
        kernel.ok("hoard.cell(8, size=200_000, seconds=0.3)")

    now = held(kernel)
    assert (now["Call"], now["ToolResult"], now["Batch"]) == (0, 0, 0)


@pytest.mark.timeout(300)
def test_histories_are_bounded_for_the_kernel_however_many_cells_had_a_board(kernel):
    """What the tracker has forgotten is forgotten, but for one panel that it still remembers a part of."""
    for _ in range(CELLS):
        kernel.ok("hoard.cell(200, seconds=0.3)")

    now = held(kernel)
    assert now["finished"] < CELLS * 200
    assert now["Operation"] <= now["finished"] + PANEL
