"""Clients that watch a served kernel, in a process of their own: `python client.py URL AUTHORIZATION`.

Reads a JSON command a line, answers a JSON line when it is done:

- `{"watch": n}`: n clients follow the next loop to its end; `"watching"` when they ask, then the times at which reports
  came, for each client;
- `{"ask": seconds}`: one client asks for the list of loops again and again; ms of each answer.

Times are `time.monotonic()`, which is one clock for all processes of a machine.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

MOST = 10


async def main(url: str, authorization: str) -> None:
    """Obey until stdin ends."""
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(MOST):
            http = await stack.enter_async_context(
                httpx2.AsyncClient(headers={"Authorization": authorization}, timeout=60)
            )
            clients.append(
                await stack.enter_async_context(Client(streamable_http_client(url, http_client=http)))
            )
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            if "watch" in command:
                told: Any = await _watched(clients[: command["watch"]])
            else:
                told = await _ask(clients[0], command["ask"])
            print(json.dumps(told), flush=True)


async def _watched(clients: list[Any]) -> list[list[float]]:
    after = await _after(clients[0])
    print(json.dumps("watching"), flush=True)
    return await asyncio.gather(*(_watch(client, after) for client in clients))


async def _after(client: Any) -> dict[str, int]:
    """Return the arguments that wait for the next loop: the end of the last one was told."""
    seen = (await client.call_tool("list_loops", {})).structured_content["loops"]
    last = max((int(one["id"].removeprefix("loop-")) for one in seen), default=0)
    return {"cursor": 2 * last + 1} if last else {}


async def _watch(client: Any, after: dict[str, int]) -> list[float]:
    """Return when each report of the next loop came."""
    came: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        came.append(time.monotonic())

    await client.call_tool("watch_loop", after, progress_callback=note)
    return came


async def _ask(client: Any, seconds: float) -> list[float]:
    times = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        await client.call_tool("list_loops", {"include_finished": False})
        times.append((time.monotonic() - began) * 1e3)
        await asyncio.sleep(0.01)
    return times


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
