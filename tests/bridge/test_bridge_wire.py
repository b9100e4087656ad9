"""What stands on the pipes: tokens, order, cancelling, and nothing but JSON-RPC."""

from __future__ import annotations

import subprocess
import sys

from .raw_client import RawClient

THREE = [(0, 2, "step 0"), (1, 2, "step 1"), (2, 2, "step 2")]


def test_every_token_a_client_may_choose_comes_back(served, era):
    """Strings and integers, 0 among them; progress first, then the response, then nothing."""
    with served.bridge() as bridge:
        client = RawClient(bridge, era)
        for number, token in enumerate([0, 7, "seven", "7"]):
            client.call("count", number, token=token, to=2)
            *reports, response = client.until(number)
            client.call("who", f"after {number}")

            told = [report["params"] for report in reports]
            assert [(p["progress"], p["total"], p["message"]) for p in told] == THREE
            assert {(type(p["progressToken"]), p["progressToken"]) for p in told} == {(type(token), token)}
            assert response["result"]["content"][0]["text"] == "counted to 2"
            assert len(client.until(f"after {number}")) == 1
        bridge.communicate()


def test_two_calls_keep_their_tokens_apart(served, era):
    """The string and the number of the same look are two tokens."""
    with served.bridge() as bridge:
        client = RawClient(bridge, era)
        client.call("count", "a", token="1", to=30, delay=0.005)
        client.call("count", "b", token=1, to=20, delay=0.005)
        messages = client.until("a")
        if not any(m.get("id") == "b" for m in messages):
            messages += client.until("b")
        bridge.communicate()

    reported = [m["params"] for m in messages if m.get("method") == "notifications/progress"]
    of = {token: [p["progress"] for p in reported if p["progressToken"] == token] for token in ("1", 1)}
    assert of == {"1": list(range(31)), 1: list(range(21))}


def test_cancelling_reaches_the_kernel_at_once_and_is_not_answered(served, era):
    """`notifications/cancelled` cancels the kernel's handler; the connection stays usable."""
    kernel = served.kernels[0]
    cancelled = len(kernel.noted(cancelled="hang"))
    with served.bridge() as bridge:
        client = RawClient(bridge, era)
        client.call("hang", 1, token="t")
        assert client.next()["params"] == {"progressToken": "t", "progress": 1}
        client.send("notifications/cancelled", {"requestId": 1})
        assert kernel.comes_to(cancelled + 1, cancelled="hang")
        client.call("who", 2)
        answers = client.until(2)
        bridge.communicate()

    assert [answer["id"] for answer in answers] == [2]


def test_the_loop_tools_have_one_definition(place):
    """With a kernel or without, a client reads the same words."""
    with place.bridge() as bridge:
        client = RawClient(bridge)
        client.send("tools/list", {}, number=1)
        without = client.until(1)[-1]["result"]["tools"]
        place.kernel()
        client.send("tools/list", {}, number=2)
        there = client.until(2)[-1]["result"]["tools"]
        bridge.communicate()

    assert [tool["name"] for tool in without] == ["list_loops", "watch_loop", "stop_loop"]
    assert there[:3] == without


def test_it_loads_nothing_of_the_notebook():
    """A client waits for its start: no widgets, no shell, no schema checker."""
    program = (
        "import sys, mcp_notebook.bridge.server, mcp_notebook.bridge.serving, mcp_notebook.bridge.switch;"
        "print(*{'IPython', 'ipywidgets', 'ipykernel', 'jsonschema', 'traitlets', 'zmq'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert (said.stdout.strip(), said.stderr) == ("", "")
