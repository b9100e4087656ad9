"""The notebook as the one who is asked: its handlers report to a server, where the revision lets clients report."""

from __future__ import annotations

import json

import pytest

import mcp_notebook as mcpn

from .cells import Gate
from .listening import PATIENCE_S, over_stdio


def asked(era: str) -> list[dict]:
    """Let a server ask with a progress token, answer after a loop, and return what the server has heard."""
    gate = Gate()
    gate.open()

    def elicit(params):
        for _ in mcpn.track(range(3), "look"):
            gate.wait()
        return {"name": params.message}

    with mcpn.connect(over_stdio(era), name="asking", elicitation=elicit) as connection:
        answer = connection.call("work", {"do": "ask"}, timeout=PATIENCE_S)
        assert answer.data == {"name": "who?"}
        return json.loads(connection.call("work", {"do": "tell"}).text)


@pytest.mark.spec("progress.either-side", "progress.stop", "progress.original-token")
def test_a_handlers_loop_reports_under_the_servers_token_before_its_answer():
    """As the raw wire has it: nothing but reports under that token, the last value, then the response."""
    heard = asked("legacy")

    reports = [m["params"] for m in heard if m.get("method") == "notifications/progress"]
    (answered,) = [n for n, m in enumerate(heard) if m.get("id") == "question"]
    assert {report["progressToken"] for report in reports} == {"theirs"}
    assert reports[-1]["progress"] == reports[-1]["total"] == 3
    assert heard[answered - 1]["params"] == reports[-1]


@pytest.mark.spec("progress.server-only")
def test_a_client_of_the_newest_revision_sends_no_progress():
    """Although it was given a token, and its loop has run."""
    methods = [message["method"] for message in asked("modern")]

    assert methods.count("tools/call") == 3
    assert "notifications/progress" not in methods
    assert mcpn.loops()[-1].label == "look"
