"""Real clients watch a real kernel, while its main thread computes and never yields."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from driver import Kernel

from mcp_notebook.host import discovery

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location(
    "watching_clients", Path(__file__).with_name("watching_clients.py")
)
clients = importlib.util.module_from_spec(_spec)
sys.modules["watching_clients"] = clients
_spec.loader.exec_module(clients)

pytestmark = pytest.mark.timeout(120)

HOT = """
end = time.monotonic() + {seconds}
for i in mcpn.track(range(10**9), 'hot'):
    if time.monotonic() > end: break
"""
NESTED = """
for e in mcpn.track(range(3), 'epoch', message=lambda e: f'loss {{1 / (e + 1):.2f}}'):
    end = time.monotonic() + {seconds} / 3
    for b in mcpn.track(range(10**9), 'batch', total=10**7):
        if time.monotonic() > end: break
"""


class Lab:
    """A kernel that serves, and the way in."""

    def __init__(self, home: Path) -> None:
        self.environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(home)}
        self.kernel = Kernel(sys.executable, cwd=ROOT, env=self.environment, forked=True)
        self.kernel.ok(
            "%load_ext mcp_notebook\nimport time, mcp_notebook as mcpn\nserver = mcpn.serve(name='lab')\n"
            "@mcpn.tool\ndef train(epochs: int = 3, pause: float = 0.2) -> dict:\n"
            "    'Train in memory.'\n"
            "    for e in mcpn.track(range(epochs), 'epoch'): time.sleep(pause)\n"
            "    return {'loss': 0.5}"
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JUPYTER_RUNTIME_DIR", str(home))
            (self.entry,) = discovery.entries()

    def client(self, way: str):
        return clients.client(way, self.entry, self.environment)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One kernel for the module."""
    running = Lab(tmp_path_factory.mktemp("runtime"))
    yield running
    running.kernel.close()


def increasing(values) -> bool:
    """Whether each value is more than the one before."""
    return all(a < b for a, b in pairwise(values))


@pytest.mark.parametrize("way", clients.WAYS)
def test_a_watcher_sees_the_true_count_of_a_cell_that_never_yields(lab, way):
    """At least ten increasing reports in three seconds; the last is the last count."""

    async def watch():
        async with lab.client(way) as client:
            assert {"list_loops", "watch_loop", "stop_loop", "train"} <= await client.names()
            cell = lab.kernel.begin(HOT.format(seconds=3) + "print(i)")
            heard = await client.call("watch_loop", loop="hot", wait_s=30) if await begun(client) else None
            return cell, heard, client.structured(heard)

    cell, heard, state = asyncio.run(watch())
    count = int(lab.kernel.finish(cell).stdout)

    assert len(heard.values) >= 10
    assert increasing(heard.values)
    assert heard.values[-1] == count == state["progress"]
    assert state["status"] == "stopped"  # by `break`
    assert {total for _, total, _ in heard.reports} == {1e9}
    assert all(message.startswith("hot ") for _, _, message in heard.reports)


async def begun(client) -> bool:
    """Wait until a loop runs."""
    for _ in range(200):
        state = client.structured(await client.call("list_loops", include_finished=False))
        if state["loops"]:
            return True
        await asyncio.sleep(0.02)
    raise AssertionError("no loop has begun")


def test_stop_loop_ends_a_hot_cell_and_the_receipt_says_so(lab):
    """`LoopStopped` comes at the next item."""

    async def stop():
        async with lab.client("sdk http") as client:
            cell = lab.kernel.begin(HOT.format(seconds=60))
            await begun(client)
            await asyncio.sleep(0.3)  # long enough for a bar
            asked = client.structured(await client.call("stop_loop", loop="hot"))
            return cell, asked

    cell, asked = asyncio.run(stop())
    lab.kernel.finish(cell)

    assert asked["stopping"] is True
    assert cell.reply["content"]["ename"] == "LoopStopped"
    assert "stopped by an MCP client" in cell.error
    assert cell.receipt.endswith("stopped")


def test_five_watchers_at_once_each_hear_it_all(lab):
    """Each under its own token; list_loops is answered meanwhile."""
    ways = ("sdk http", "sdk http legacy", "fastmcp http", "sdk bridge", "sdk http")

    async def watch(way, ready):
        async with lab.client(way) as client:
            ready.append(way)
            while len(ready) < len(ways):
                await asyncio.sleep(0.05)
            return await client.call("watch_loop", wait_s=30), client

    async def everybody():
        ready = []
        tasks = [asyncio.create_task(watch(way, ready)) for way in ways]
        while len(ready) < len(ways):
            await asyncio.sleep(0.05)
        cell = lab.kernel.begin(NESTED.format(seconds=4))
        return cell, await asyncio.gather(*tasks)

    cell, answers = asyncio.run(everybody())
    lab.kernel.finish(cell)

    assert cell.status == "ok"
    for heard, client in answers:
        assert len(heard.values) >= 8
        assert increasing(heard.values)
        assert heard.values[-1] == 3.0
        assert client.structured(heard)["status"] == "done"
        assert any("batch" in message and "loss" in message for _, _, message in heard.reports)


def test_a_client_that_asks_for_no_progress_gets_the_state_all_the_same(lab):
    """Many hosts show no progress: the answer holds it."""

    async def watch():
        async with lab.client("sdk http") as client:
            cell = lab.kernel.begin(HOT.format(seconds=1.5))
            await begun(client)
            return cell, await client.call_silently("watch_loop", wait_s=0.5)

    cell, result = asyncio.run(watch())
    lab.kernel.finish(cell)

    state = result.structured_content
    assert state["status"] == "running"
    assert state["progress"] > 0
    assert state["next"].startswith("call watch_loop(loop='loop-")
    assert result.content[0].text.startswith("hot  ")


def test_a_watcher_that_cancels_leaves_the_loop_alone(lab):
    """Cancelling the watch ends the watch."""

    async def watch():
        async with lab.client("sdk http") as client:
            cell = lab.kernel.begin(HOT.format(seconds=2))
            await begun(client)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await client.call("watch_loop", loop="hot", wait_s=30)
            return cell, client.structured(await client.call("list_loops", include_finished=False))

    cell, state = asyncio.run(watch())

    assert [one["label"] for one in state["loops"]] == ["hot"]
    assert lab.kernel.finish(cell).status == "ok"


def test_a_watcher_that_is_killed_disturbs_nobody(lab):
    """SIGKILL in the middle: the loop runs on, the next client is served."""
    script = (
        "import asyncio, sys, httpx2\nfrom mcp import Client\n"
        "from mcp.client.streamable_http import streamable_http_client\n"
        "async def main(url, token):\n"
        "    http = httpx2.AsyncClient(headers={'Authorization': 'Bearer ' + token}, timeout=60)\n"
        "    async with http, Client(streamable_http_client(url, http_client=http)) as c:\n"
        "        async def note(p, t, m): print(p, flush=True)\n"
        "        await c.call_tool('watch_loop', {'wait_s': 50}, progress_callback=note)\n"
        "asyncio.run(main(*sys.argv[1:]))"
    )
    cell = lab.kernel.begin(HOT.format(seconds=6))
    arguments = [sys.executable, "-c", script, lab.entry.url, lab.entry.token]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as victim:
        victim.stdout.readline()
        victim.kill()

    async def ask():
        async with lab.client("sdk http") as client:
            return client.structured(await client.call("watch_loop", loop="hot", wait_s=20))

    state = asyncio.run(ask())

    assert lab.kernel.finish(cell).status == "ok"
    assert state["status"] == "stopped"


@pytest.mark.parametrize("way", ["sdk http", "sdk bridge", "fastmcp http"])
def test_a_function_of_the_notebook_reports_to_its_caller(lab, way):
    """Live: it runs in the kernel's memory, its loops under the caller's token."""

    async def call():
        async with lab.client(way) as client:
            heard = await client.call("train", epochs=4)
            return heard, client.structured(heard)

    heard, answer = asyncio.run(call())

    assert answer == {"loss": 0.5}
    assert increasing(heard.values)
    assert heard.values[-1] == 4.0
    assert heard.reports[-1][2].startswith("train · epoch 4/4 · 100 %")


def test_a_function_waits_for_a_busy_kernel_and_says_so(lab):
    """The cell is not disturbed; the call is told what it waits for."""

    async def call():
        async with lab.client("sdk http") as client:
            cell = lab.kernel.begin(HOT.format(seconds=2))
            await begun(client)
            return cell, await client.call("train", epochs=2, pause=0.15)

    cell, heard = asyncio.run(call())

    assert lab.kernel.finish(cell).status == "ok"
    assert "waiting: the kernel is running a cell" in heard.reports[0][2]
    assert increasing(heard.values)
    assert heard.values[-1] == 2.0


def test_the_callers_cancel_stops_the_functions_loop(lab):
    """At its next item; the kernel is free again."""

    async def call():
        async with lab.client("sdk http") as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await client.call("train", epochs=1000, pause=0.05)
            for _ in range(100):
                state = client.structured(await client.call("list_loops"))
                if not any(one["status"] == "running" for one in state["loops"]):
                    break
                await asyncio.sleep(0.05)
            return state["loops"][-1]

    last = asyncio.run(call())

    assert last["label"] == "epoch"
    assert last["status"] == "stopped"
    assert lab.kernel.ok("print('free')").stdout == "free\n"


def test_nothing_secret_is_shown_or_saved(lab):
    """Neither address nor token, in any way a server shows itself."""
    cell = lab.kernel.ok("server\n")
    more = lab.kernel.ok("print(server, server.headers, repr(server), server.command)\n%mcp_serve")

    for message in (*cell.messages, *more.messages):
        told = json.dumps(message[1]["content"], default=str)
        assert lab.entry.token not in told
        assert lab.entry.url not in told
