"""Kernels come, go and are several: the client is told which, what happened, and what to do."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from mcp.shared.exceptions import MCPError

from .places import PATIENCE_S, text_of

NONE = "no notebook kernel is serving; in the notebook run %mcp_serve"


def test_without_a_kernel_the_loop_tools_are_listed_and_say_what_is_missing(place, era):
    """Many clients list once, at their start; resources are none, reading one is an error."""

    async def visit():
        async with place.client(mode=era) as client:
            assert [t.name for t in (await client.list_tools()).tools] == [
                "list_loops",
                "watch_loop",
                "stop_loop",
            ]
            assert (await client.list_resources()).resources == []
            assert (await client.list_resource_templates()).resource_templates == []
            with pytest.raises(MCPError, match="no notebook kernel is serving"):
                await client.read_resource("notebook://loops")
            return client.instructions, await client.call_tool("list_loops")

    instructions, result = asyncio.run(visit())

    assert (result.is_error, text_of(result)) == (True, NONE)
    assert NONE in instructions
    assert place.said == [f"mcp-notebook bridge: {NONE}"]


def test_a_kernel_that_comes_later_is_found_by_the_next_call(place):
    """The bridge need not be started again."""

    async def visit():
        async with place.client() as client:
            assert (await client.call_tool("who")).is_error
            await asyncio.to_thread(place.kernel)
            return await client.call_tool("who")

    assert text_of(asyncio.run(visit())) == "train"


@pytest.mark.parametrize(
    ("era", "by"), [("auto", signal.SIGKILL), ("legacy", signal.SIGKILL), ("auto", signal.SIGTERM)]
)
def test_a_call_in_flight_learns_that_its_kernel_died(place, era, by):
    """A result that names the kernel and the cure, not a hang."""
    kernel = place.kernel()

    async def visit():
        async with place.client(mode=era) as client:
            call = asyncio.create_task(client.call_tool("hang"))
            assert await asyncio.to_thread(kernel.comes_to, hanging=True)
            await asyncio.to_thread(kernel.end, by)
            return await call, await client.call_tool("who")

    in_flight, later = asyncio.run(visit())

    assert (in_flight.is_error, text_of(in_flight)) == (True, f"{kernel.label} went away; {NONE}")
    assert text_of(later) == f"{kernel.label} went away; {NONE}"


def test_a_dead_kernels_fork_does_not_keep_a_call_waiting(place):
    """A worker process holds the kernel's sockets open; that its process is gone is seen all the same."""
    kernel = place.kernel()

    async def visit():
        async with place.client() as client:
            call = asyncio.create_task(client.call_tool("hang"))
            assert await asyncio.to_thread(kernel.comes_to, hanging=True)
            child = int(text_of(await client.call_tool("fork", {"seconds": 600})))
            await asyncio.to_thread(kernel.end)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await call
            finally:
                os.kill(child, signal.SIGKILL)

    assert text_of(asyncio.run(visit())) == f"{kernel.label} went away; {NONE}"


def test_a_kernel_that_was_restarted_is_found_by_the_next_call(place):
    """Another process, another port, another token: nothing to do for the client."""
    kernel = place.kernel("first")

    async def visit():
        async with place.client() as client:
            before = await client.call_tool("who")
            await asyncio.to_thread(kernel.end)
            await asyncio.to_thread(place.kernel, "second")
            return before, await client.call_tool("who")

    before, after = asyncio.run(visit())

    assert (text_of(before), text_of(after)) == ("first", "second")


def test_of_several_kernels_the_newest_is_used_and_that_is_said(place, era):
    """On stderr and in the instructions, with how to choose."""
    place.kernel("old")
    new = place.kernel("new")
    told = f"using {new.label}, the newest of 2; --kernel NAME chooses another: old"

    async def visit():
        async with place.client(mode=era) as client:
            return client.instructions, await client.call_tool("who")

    instructions, result = asyncio.run(visit())

    assert text_of(result) == "new"
    assert instructions.endswith(f"The bridge is {told}.")
    assert place.said == [f"mcp-notebook bridge: {told}"]


def test_a_newer_kernel_takes_the_next_call_and_leaves_the_open_one(place):
    """Somebody has just run %mcp_serve there; what was begun ends where it began."""
    old = place.kernel("old")

    async def visit():
        async with place.client() as client:
            call = asyncio.create_task(client.call_tool("count", {"to": 300, "delay": 0.01}))
            assert await asyncio.to_thread(old.comes_to, called="count")
            await asyncio.to_thread(place.kernel, "new")
            return await client.call_tool("who"), await call

    who, count = asyncio.run(visit())

    assert (text_of(who), text_of(count)) == ("new", "counted to 300")


def test_a_kernel_can_be_chosen_and_is_kept(place):
    """By name or pid; without it the newest would be used."""
    old = place.kernel("old")
    place.kernel("new")

    async def ask(word):
        async with place.client("--kernel", word) as client:
            return text_of(await client.call_tool("who"))

    assert asyncio.run(ask("old")) == "old"
    assert asyncio.run(ask(str(old.pid))) == "old"
    assert f"using {old.label} because of --kernel old; also serving: new" in place.said[0]


def test_a_name_that_no_kernel_has_lists_those_there_are(place):
    """No other kernel is used instead."""
    place.kernel("train")

    async def visit():
        async with place.client("--kernel", "tarin") as client:
            return await client.call_tool("who")

    result = asyncio.run(visit())

    assert result.is_error
    assert "'tarin'" in text_of(result)
    assert "'train'" in text_of(result)


def test_a_refused_token_is_said_without_the_token(place):
    """A stale file: the tools are listed all the same, a call names the kernel and the cure."""
    stale = place.kernel("stale", published="wrong")

    async def visit():
        async with place.client() as client:
            assert len((await client.list_tools()).tools) == 3
            return await client.call_tool("who")

    result = asyncio.run(visit())

    assert result.is_error
    assert text_of(result).startswith(f"{stale.label} refused the token that it had published; ")
    assert "%mcp_serve" in text_of(result)
    assert stale.token not in text_of(result)


def test_proxies_are_for_the_internet(place):
    """A proxy of the environment would be handed the token."""
    place.kernel()
    place.env |= {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": ""}

    async def visit():
        async with place.client() as client:
            return await client.call_tool("who")

    assert text_of(asyncio.run(visit())) == "train"
