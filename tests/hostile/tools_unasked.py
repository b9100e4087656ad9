"""What a server asks and says beside its answers, and the rounds of the newer era."""

from __future__ import annotations

import json

from .behaviours import EVERYWHERE, misbehaves
from .protocol import OPEN, Ask
from .tools_answers import MUTE


def _request(name: str, method: str, params: object = None, number: object = "s-1", says: str = "") -> None:
    def play(ask: Ask) -> None:
        told = {} if params is None else {"params": params}
        ask.send(id=ask.id if number == "ours" else number, method=method, **told)
        ask.progress(5)
        ask.answer()

    play.__doc__ = says or f"the server asks for {method}"
    misbehaves(play, name=f"asks_{name}", progress=5.0)


_SAMPLE = {"messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}], "maxTokens": 5}
_FORM = {"message": "name?", "requestedSchema": {"type": "object", "properties": {}}}
_request("for_roots", "roots/list")
_request("for_sampling", "sampling/createMessage", _SAMPLE)
_request("for_sampling_wrongly", "sampling/createMessage", {"messages": 5})
_request("for_elicitation", "elicitation/create", _FORM)
_request("for_elicitation_wrongly", "elicitation/create", {"mode": "url", "url": 5})
_request("for_a_tool", "tools/call", {"name": "rm"})
_request("for_the_unheard_of", "kernel/restart", {"now": True})
_request("under_our_id", "ping", None, "ours", "a request of the server under the id of ours")
_request("under_an_empty_id", "roots/list", None, "", "a request with an empty id")
_request("under_a_huge_id", "roots/list", None, "i" * 200_000, "a request with an id of 200 kB")
_request(
    "under_a_hostile_id",
    "roots/list",
    None,
    "\u001b[2J\r\n\r\ndata: x",
    "a request with control characters as id",
)
_request("without_id", "roots/list", None, None, "a request with a null id")


def _notice(name: str, method: str, params: object, says: str = "") -> None:
    def play(ask: Ask) -> None:
        ask.notify(method, params)
        ask.progress(5)
        ask.answer()

    play.__doc__ = says or f"{method} with {json.dumps(params)[:40]}"
    misbehaves(play, name=f"says_{name}", progress=5.0)


_notice("the_unheard_of", "notifications/unheard_of", {"a": [None]})
_notice("initialized", "notifications/initialized", {})
_notice("a_log_of_no_level", "notifications/message", {"level": "catastrophe", "data": "x"})
_notice("a_log_without_data", "notifications/message", {"level": "info"})
_notice("a_hostile_log", "notifications/message", {"level": "info", "data": "\u001b[2J\u0000<script>"})
_notice("a_resource_of_no_uri", "notifications/resources/updated", {"uri": 5})
_notice("a_change_with_params", "notifications/tools/list_changed", {"tools": "all", "_meta": {"x": 5}})
_notice("a_cancel_of_nothing", "notifications/cancelled", {"requestId": {"a": 1}})
_notice("an_acknowledged_subscription", "notifications/subscriptions/acknowledged", {"notifications": 5})


def _unread(name: str, text: str, says: str) -> None:
    def play(ask: Ask) -> None:
        ask.wire.message(text)
        ask.progress(5)
        ask.answer()

    play.__doc__ = says
    misbehaves(play, name=f"says_{name}", progress=5.0)


_unread(
    "a_list_as_params",
    '{"jsonrpc":"2.0","method":"notifications/message","params":[1]}',
    "`params` is a list",
)
_unread("a_method_number", '{"jsonrpc":"2.0","method":5}', "`method` is a number")
_unread("a_float_id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', "a request with the id 1.5")
_unread("an_empty_message", "{}", "an empty object")
_unread("half_a_message", '{"jsonrpc":"2.0","me', "half a message")
_unread(
    "a_deep_message",
    '{"jsonrpc":"2.0","method":"notifications/progress","params":' + "[" * 100_000 + "]" * 100_000 + "}",
    "a progress notification 100,000 levels deep",
)


def _rounds(name: str, literal: str, end: str, says: str, **more: object) -> None:
    def play(ask: Ask) -> None:
        ask.progress(5, total=10)
        ask.wire.message(f'{{"jsonrpc":"2.0","id":{ask.id},"result":{literal}}}')

    play.__doc__ = says
    wanted = {"status": "failed", "progress": 5.0, "total": 10.0, **more}
    misbehaves(play, name=name, ways="2026", end=end, **wanted)


_TEXT = '"content":[{"type":"text","text":"ok"}]'
_rounds(
    "result_type_word",
    f'{{{_TEXT},"resultType":"nonsense"}}',
    "ok",
    "`resultType` is a word that nobody knows: read as complete",
    status="done",
)
_rounds("result_type_number", f'{{{_TEXT},"resultType":5}}', "ToolError: ", "`resultType` is a number")
_rounds("result_type_null", f'{{{_TEXT},"resultType":null}}', "ToolError: ", "`resultType` is null")
_rounds("result_type_missing", f"{{{_TEXT}}}", "ToolError: .*resultType", "there is no `resultType`")
_rounds(
    "input_for_nothing", '{"resultType":"input_required"}', "ToolError: ", "input is required, but which?"
)
_rounds(
    "input_of_roots",
    '{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}}}',
    "ToolError: .*List roots not supported",
    "a round that asks for roots",
)
_rounds(
    "input_of_a_form",
    '{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":'
    + json.dumps({"mode": "form", **_FORM})
    + "}}}",
    "ToolError: .*more than 10 rounds",
    "a round that asks for a form, again and again: each time nobody is there",
    stage=10,
)
_rounds(
    "input_of_the_unheard_of",
    '{"resultType":"input_required","inputRequests":{"a":{"method":"kernel/restart"}}}',
    "ToolError: ",
    "a round that asks for what nobody knows",
)
_rounds(
    "input_of_a_list",
    '{"resultType":"input_required","inputRequests":["roots/list"]}',
    "ToolError: ",
    "the requests of a round are a list",
)


@misbehaves(
    ways="2026",
    silent=EVERYWHERE,
    end="ToolError: .*more than 10 rounds",
    status="failed",
    progress=5.0,
    total=10.0,
    stage=10,
)
def input_without_end(ask: Ask) -> None:
    """Every round asks for another one."""
    ask.progress(5, total=10)
    ask.result({"resultType": "input_required", "requestState": f"{ask.round or ''}x"})


@misbehaves(ways="2025", end="ToolError: ", status="failed")
def input_in_the_older_era(ask: Ask) -> None:
    """A round, in an era that has none."""
    ask.result({"resultType": "input_required", "requestState": "x"})


@misbehaves(**MUTE)
def input_as_an_envelope(ask: Ask) -> str:
    """An answer that is a request as well."""
    ask.send(id=[ask.id], method="tools/call", result={"resultType": "input_required"})
    return OPEN
