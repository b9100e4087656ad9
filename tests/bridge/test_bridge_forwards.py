"""What a client gets through the bridge is what the kernel sent, in both eras."""

from __future__ import annotations

import asyncio

import pytest
from mcp.shared.exceptions import MCPError

from .kernel_stand_in import PIXEL, STRUCTURED
from .places import text_of

FOUR = [(0.0, 3.0, "step 0"), (1.0, 3.0, "step 1"), (2.0, 3.0, "step 2"), (3.0, 3.0, "step 3")]


def test_tools_and_results_pass_as_they_are(served, era):
    """Structured content with nulls, an image, `_meta` on every level, null arguments."""

    async def visit():
        async with served.client(mode=era) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("rich", {"loop": None, "deep": {"a": [None]}})

    names, result = asyncio.run(visit())

    assert names[:4] == ["list_loops", "watch_loop", "stop_loop", "count"]
    assert result.structured_content == {**STRUCTURED, "arguments": {"loop": None, "deep": {"a": [None]}}}
    assert (result.content[0].meta, result.content[1].data) == ({"example/block": 1}, PIXEL)
    assert result.meta["example/result"] == {"deep": [1, 2]}


def test_errors_pass_as_they_are(served, era):
    """A JSON-RPC error keeps code, words and data; a tool's failure stays a result."""

    async def visit():
        async with served.client(mode=era) as client:
            with pytest.raises(MCPError) as refusal:
                await client.call_tool("refuse")
            with pytest.raises(MCPError) as unknown:
                await client.read_resource("notebook://loops/nine")
            return refusal.value.error, unknown.value.error, await client.call_tool("crash")

    refusal, unknown, crash = asyncio.run(visit())

    assert (refusal.code, refusal.message, refusal.data) == (-32050, "not on a Sunday", {"day": "Sunday"})
    assert (unknown.code, unknown.data) == (-32002, {"uri": "notebook://loops/nine"})
    assert (crash.is_error, text_of(crash)) == (True, "it broke")


def test_resources_and_templates_pass(served, era):
    """Listed, and read."""

    async def visit():
        async with served.client(mode=era) as client:
            listed = (await client.list_resources()).resources
            templates = (await client.list_resource_templates()).resource_templates
            return listed, templates, (await client.read_resource("notebook://loops")).contents

    listed, templates, contents = asyncio.run(visit())

    assert [resource.uri for resource in listed] == ["notebook://loops"]
    assert [template.uri_template for template in templates] == ["notebook://loops/{id}"]
    assert (contents[0].text, contents[0].mime_type) == ("[]", "application/json")


def test_progress_passes_whole_and_in_order(served, era):
    """Numbers and words as sent, zero first, before the result; a failing call's progress, too."""
    heard = []

    async def hear(*report):
        heard.append(report)

    async def visit():
        async with served.client(mode=era) as client:
            result = await client.call_tool("count", {"to": 3}, progress_callback=hear)
            assert heard == FOUR
            heard.clear()
            with pytest.raises(MCPError, match="counted, and refused"):
                await client.call_tool("count", {"to": 3, "fail": True}, progress_callback=hear)
            return result

    assert text_of(asyncio.run(visit())) == "counted to 3"
    assert heard == FOUR


def test_a_large_picture_passes_after_progress(served, era):
    """The SDK's client stops at events of 1 MiB unless told; a plot can be larger."""

    async def hear(*_):
        pass

    async def visit():
        async with served.client(mode=era) as client:
            return await client.call_tool("picture", {"size": 3_000_000}, progress_callback=hear)

    assert len(asyncio.run(visit()).content[0].data) == 3_000_000


def test_what_nobody_hears_is_not_asked_for(served, era):
    """Without a token the kernel is not asked for progress; a vendor's `_meta` reaches it either way."""
    kernel = served.kernels[0]

    async def visit():
        async with served.client(mode=era) as client:
            await client.call_tool("count", {"to": 3}, meta={"example/tag": era})

    asyncio.run(visit())

    assert kernel.noted(vendor=era) == [{"called": "count", "asks": False, "vendor": era}]


def test_five_watchers_and_a_glance_at_once(served, era):
    """Every long call is open while the others run, and each hears its own progress only."""
    kernel = served.kernels[0]
    cancelled = len(kernel.noted(cancelled="hang"))

    async def watch(client, to):
        heard = []

        async def hear(progress, total, _message):
            heard.append((progress, total))

        await client.call_tool("count", {"to": to, "delay": 0.01}, progress_callback=hear)
        return heard

    async def visit():
        async with served.client(mode=era) as client, asyncio.TaskGroup() as group:
            hanging = asyncio.create_task(client.call_tool("hang"))
            watchers = [group.create_task(watch(client, to)) for to in range(20, 25)]
            glance = await client.call_tool("who")
            heard = [await watcher for watcher in watchers]
            hanging.cancel()
            return text_of(glance), heard

    glance, heard = asyncio.run(visit())

    assert glance == "train"
    assert heard == [[(float(n), float(to)) for n in range(to + 1)] for to in range(20, 25)]
    assert kernel.comes_to(cancelled + 1, cancelled="hang")
