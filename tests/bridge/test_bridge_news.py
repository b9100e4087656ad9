"""What a kernel announces, and that the kernel is another one, reaches the client in its era's way."""

from __future__ import annotations

import asyncio

import mcp_types as types
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated, ToolsListChanged

from .places import PATIENCE_S, text_of

LOOPS = "notebook://loops"
LISTS = [ToolsListChanged(), ResourcesListChanged()]


class Heard:
    """What a client of the older revisions is notified of."""

    def __init__(self) -> None:
        self.notes: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, message) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            self.notes.put_nowait(message.params.uri)
        elif not isinstance(message, Exception):
            self.notes.put_nowait(message.method)

    async def take(self, count: int) -> list[str]:
        """Return the next *count* notes."""
        async with asyncio.timeout(PATIENCE_S):
            return [await self.notes.get() for _ in range(count)]


LIST_NOTES = ["notifications/tools/list_changed", "notifications/resources/list_changed"]


async def take(changes, count):
    """Return the next *count* events of a subscription."""
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(changes) for _ in range(count)]


async def subscribe(client, kind):
    """Send one of the older revisions' two requests."""
    request = {"subscribe": types.SubscribeRequest, "unsubscribe": types.UnsubscribeRequest}[kind]
    params = {"subscribe": types.SubscribeRequestParams, "unsubscribe": types.UnsubscribeRequestParams}[kind]
    await client.session.send_request(request(params=params(uri=LOOPS)), types.EmptyResult)


def test_changed_lists_reach_who_listens(place):
    """Somebody has decorated a function: its tool is there when the client looks again."""
    place.kernel()

    async def visit():
        async with (
            place.client() as client,
            client.listen(tools_list_changed=True, resources_list_changed=True) as changes,
        ):
            await client.call_tool("register", {"name": "fresh"})
            assert await take(changes, 2) == LISTS
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "fresh" in asyncio.run(visit())


def test_changed_lists_reach_an_older_client(place):
    """By notification; the capability says so before."""
    place.kernel()
    heard = Heard()

    async def visit():
        async with place.client(mode="legacy", message_handler=heard) as client:
            assert client.server_capabilities.tools.list_changed
            assert client.server_capabilities.resources.subscribe
            await client.call_tool("register")
            return await heard.take(2)

    assert asyncio.run(visit()) == LIST_NOTES


def test_what_changes_right_after_the_first_answer_is_not_lost(place):
    """A request waits until the kernel has agreed to tell of changes: it could be the one that makes them."""
    place.kernel(published="late")
    heard = Heard()

    async def visit():
        async with place.client(mode="legacy", message_handler=heard) as client:
            await client.call_tool("register")
            return await heard.take(2)

    assert asyncio.run(visit()) == LIST_NOTES


def test_updates_of_a_resource_reach_who_listens_for_it(place):
    """Only those that it named."""
    place.kernel()

    async def visit():
        async with place.client() as client, client.listen(resource_subscriptions=[LOOPS]) as changes:
            await client.call_tool("touch", {"uri": "notebook://loops/other"})
            await client.call_tool("touch", {"uri": LOOPS})
            return await take(changes, 1)

    assert asyncio.run(visit()) == [ResourceUpdated(LOOPS)]


def test_updates_of_a_resource_reach_an_older_client_until_it_unsubscribes(place):
    """`resources/subscribe` is answered when the kernel listens; afterwards nothing comes."""
    place.kernel()
    heard = Heard()

    async def visit():
        async with place.client(mode="legacy", message_handler=heard) as client:
            await client.call_tool("touch")
            await subscribe(client, "subscribe")
            await client.call_tool("touch")
            updated = await heard.take(1)
            await subscribe(client, "unsubscribe")
            await client.call_tool("touch")
            await client.call_tool("register")
            return updated, await heard.take(2)

    assert asyncio.run(visit()) == ([LOOPS], LIST_NOTES)


def test_a_new_kernel_is_announced_and_heard(place):
    """The client learns it without asking, and its subscription goes on there."""
    kernel = place.kernel("first")

    async def visit():
        wanted = {"tools_list_changed": True, "resources_list_changed": True}
        async with (
            place.client() as client,
            client.listen(**wanted, resource_subscriptions=[LOOPS]) as changes,
        ):
            assert text_of(await client.call_tool("who")) == "first"
            await asyncio.to_thread(kernel.end)
            gone = await take(changes, 3)
            await asyncio.to_thread(place.kernel, "second")
            come = await take(changes, 3)
            await client.call_tool("touch")
            return gone, come, await take(changes, 1)

    gone, come, touched = asyncio.run(visit())

    assert gone == come == [*LISTS, ResourceUpdated(LOOPS)]
    assert touched == [ResourceUpdated(LOOPS)]


def test_an_older_client_that_came_first_learns_of_the_kernel(place):
    """It has listed the loop tools; now there is more."""
    heard = Heard()

    async def visit():
        async with place.client(mode="legacy", message_handler=heard) as client:
            before = len((await client.list_tools()).tools)
            await asyncio.to_thread(place.kernel)
            notes = await heard.take(2)
            return before, notes, len((await client.list_tools()).tools)

    before, notes, after = asyncio.run(visit())

    assert notes == LIST_NOTES
    assert (before, after > before) == (3, True)
