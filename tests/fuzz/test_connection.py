"""A whole connection: real calls at once, and a server that does anything in any order.

What holds:

- each call ends exactly once, soon after there is a reason, with one status that never changes;
- the status says what the error says: done is a result, failed an error of the tool or the connection,
  cancelled and timed out an error of their own;
- a result comes with the state that the reference has for all that was said before it;
- nothing is left running in the tracker, and no call waits for ever;
- what is said to an ended call does not reach it;
- the connection is open or lost, and closed only when it was closed;
- a lost connection that can be reached anew serves the next call; one that cannot says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mcp_notebook.client.call import Call
from mcp_notebook.errors import (
    CallCancelledError,
    CallTimeoutError,
    ConnectionLostError,
    MCPNotebookError,
    ToolError,
)
from mcp_notebook.runtime import runtime

from .lines import notification, strangers, values
from .reference import Expected, facts
from .server import PATIENCE_S, Again, Scripted, connected
from .values import effort

RESULTS = {
    "done": {"result": {"content": [{"type": "text", "text": "yes"}]}},
    "refused": {"error": {"code": -32602, "message": "no"}},
    "locked": {"error": {"code": -32000, "message": "the database is locked"}},
    "failed": {"result": {"content": [{"type": "text", "text": "no"}], "isError": True}},
    "broken": {"result": {"content": 7}},
    "empty": {"result": {}},
}
ERRORS = {
    "failed": (ToolError, ConnectionLostError),
    "cancelled": CallCancelledError,
    "timed out": CallTimeoutError,
}
NOISE = (
    {"method": "notifications/message", "params": {"level": "info", "data": "x"}},
    {"method": "notifications/tools/list_changed"},
    {"method": "notifications/unheard_of", "params": {}},
    {"method": "notifications/progress"},
    {"id": 77_777, "result": {}},
    {"id": "x", "method": "ping"},
    {"id": 88_888, "method": "no/such"},
    ValueError("a line that is no message"),
)


class Ending:
    """A call, what it must show, and how often it has ended."""

    def __init__(self, call: Call, server: Scripted, notify: Callable[[], None]) -> None:
        self.call = call
        self.notify = notify
        self.server = server
        self.expected = Expected()
        self.ends = 0
        self.due = False
        """whether there is a reason to end"""
        self.answered: str | None = None
        """the answer, where nothing but it may end the call"""
        self.disturbed = False
        self.seen: str | None = None
        call.when_done(self._ended)

    def _ended(self) -> None:
        self.ends += 1
        self.notify()


class Connections(RuleBasedStateMachine):
    """A connection, its calls, and the server."""

    calls = Bundle("calls")
    """also a None for each call that could not be begun: what is drawn must not depend on how fast a loss is noticed"""

    @initialize(reusable=st.booleans())
    def connect(self, reusable):
        self.target = Again(reusable=reusable)
        self.connection = connected(self.target)
        self.all: list[Ending] = []
        self.closed = False
        self.deaf = False
        """whether a server has been that hears nothing, and says nothing of it"""

    @property
    def server(self) -> Scripted:
        return self.target.servers[-1]

    # the notebook

    @rule(target=calls, hurried=st.sampled_from([False] * 5 + [True]))
    def start(self, hurried):
        going = self.server.gone or self.deaf
        if self.server.gone and not self.target.reusable:
            return None
        try:
            call = self.connection.start("work", max_timeout=0.005 if hurried else PATIENCE_S * 2)
        except ConnectionLostError:  # it asked for the tools first
            assert going
            return None
        call.when_done(self.target.notify)
        server = self.target.server_of(call)
        assert server is not None, "the request did not arrive"
        ending = Ending(call, server, self.target.notify)
        ending.due = hurried or server.gone  # the loss may not have been noticed
        ending.disturbed = ending.due or server.deaf
        self.all.append(ending)
        return ending

    @rule(ending=calls)
    def cancel(self, ending):
        if ending is None:
            return
        running = not ending.call.done()
        assert ending.call.cancel() or not running or ending.due
        ending.due = ending.disturbed = True

    @rule(ending=calls, words=values, then=st.none() | st.sampled_from(list(RESULTS)))
    def say(self, ending, words, then):
        """Say progress, and perhaps an answer in the same breath, and more progress behind it."""
        if ending is None or ending.call.token not in ending.server.asked:
            return
        token, numbers = ending.call.token, ending.server.asked[ending.call.token]
        messages = [notification(token, words)]
        if not ending.due and not ending.server.gone:
            ending.expected.report(words.get("progress"), words.get("total"), words.get("message"))
        if then is not None:
            messages += [{"id": numbers[-1], **RESULTS[then]}, notification(token, {"progress": 10**9})]
            if not ending.due:
                ending.answered = then
            ending.due = True
        ending.server.say(*({k: v for k, v in m.items() if k != "jsonrpc"} for m in messages))

    @rule(ending=calls)
    def say_last_words(self, ending):
        """Answer, and go: the answer counts."""
        if ending is None:
            return
        server, token = ending.server, ending.call.token
        if server.gone or token not in server.asked:
            return
        if not ending.due:
            ending.answered, ending.due = "done", True
            ending.expected.report(10**6)
        self.lose(server)
        server.say_last(
            {k: v for k, v in notification(token, {"progress": 10**6}).items() if k != "jsonrpc"},
            {"id": server.asked[token][-1], **RESULTS["done"]},
        )

    @rule(noise=st.sampled_from(NOISE))
    def make_noise(self, noise):
        self.server.say(noise)

    @rule(token=strangers, words=values)
    def say_to_nobody(self, token, words):
        message = notification(token, words)
        self.server.say({"method": message["method"], "params": message["params"]})

    @rule(how=st.sampled_from(["silent", "deaf", "broken"]))
    def vanish(self, how):
        server = self.server
        if server.gone:
            return
        server.vanish(how)
        if server.deaf:  # nobody knows before somebody speaks
            self.deaf = True
            for ending in self.all:
                ending.disturbed |= ending.server is server
        else:
            self.lose(server)

    def lose(self, server):
        """Expect the end of what *server* has not answered; what it has, has come before its end."""
        for ending in self.all:
            if ending.server is server and not ending.due:
                ending.due = ending.disturbed = True

    @rule(ending=consumes(calls))
    def see_it_end(self, ending):
        if ending is not None and ending.due:
            self.assert_ended(ending)

    def assert_ended(self, ending):
        """Fail where it goes on, or its end is not one end."""
        call = ending.call
        assert self.target.waits(lambda: ending.ends), f"{call!r} goes on"
        kinds = ERRORS.get(call.status, ())
        with pytest.raises(kinds) if kinds else nullcontext():
            call.result(PATIENCE_S)
        assert ending.ends == 1
        assert not call.progress.running
        assert not call.cancel()
        if ending.answered is not None and not ending.disturbed:
            assert call.status == ("done" if ending.answered == "done" else "failed")
            ending.expected.finish(call.status)
            assert facts(call._operation) == ending.expected.facts()

    @invariant()
    def an_end_stands(self):
        for ending in getattr(self, "all", ()):
            status = ending.call.status
            assert ending.seen in (None, "running", status)
            assert ending.ends <= 1
            ending.seen = status

    @invariant()
    def the_connection_is_open_or_lost(self):
        if hasattr(self, "connection"):
            assert self.connection.state in (("closed",) if self.closed else ("open", "lost"))

    def teardown(self):
        if not hasattr(self, "connection"):
            return
        closing = threading.Thread(target=self.connection.close)
        closing.start()
        closing.join(PATIENCE_S)
        assert not closing.is_alive(), "the connection does not close"
        self.closed = True
        for ending in self.all:
            ending.disturbed = ending.disturbed or not ending.due
            self.assert_ended(ending)
            assert ending.call.progress.repairs.late == 0
        self.an_end_stands()
        self.the_connection_is_open_or_lost()
        left = {operation.id for operation in runtime().tracker.running()}
        assert not left & {ending.call.id for ending in self.all}


def test_every_call_ends_once_whatever_the_server_does(caplog):
    """Concurrent calls; answers of all kinds, cancels, losses, noise and silence; and no error that nobody sees."""
    run_state_machine_as_test(Connections, settings=effort(20, 25))

    logged = [
        r for r in caplog.records if r.levelname == "ERROR" and r.name.startswith(("asyncio", "mcp_notebook"))
    ]
    assert [r.getMessage() for r in logged] == []


def test_a_server_may_use_the_code_that_the_sdk_has_for_a_closed_connection():
    """-32000 is what many servers say for "server error": one call fails, the others go on."""
    target = Again(reusable=True)
    connection = connected(target)
    try:
        one, other = (connection.start("work", max_timeout=PATIENCE_S) for _ in range(2))
        server = target.server_of(one)
        target.server_of(other)
        error = {"code": -32000, "message": "the database is locked"}
        server.say({"id": server.asked[one.token][-1], "error": error})
        with pytest.raises(MCPNotebookError) as caught:
            one.result(PATIENCE_S)

        assert (type(caught.value), connection.state, other.done()) == (ToolError, "open", False)
    finally:
        connection.close()
