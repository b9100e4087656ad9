"""Results of a wrong shape, and hostile ones of the right shape."""

from __future__ import annotations

import json

from .behaviours import BUT_HTTP, misbehaves
from .protocol import SCHEMAS, Ask
from .tools_numbers import ENDLESS, HUGE

REFUSED = {"end": "ToolError: .*validation error", "status": "failed"}
OVER_SSE = {
    "end": "ConnectionLostError: ",
    "status": "failed",
    "state": "lost",
    "after": "ConnectionLostError",
}


def _result(name: str, literal: str, says: str, **wanted: object) -> None:
    def play(ask: Ask) -> None:
        ask.literal(literal)

    play.__doc__ = says
    misbehaves(play, name=f"result_{name}", **wanted)


_result("empty", "{}", "an empty object", **REFUSED)
_result("without_content", '{"structuredContent":{"a":1}}', "no content", **REFUSED)
_result("content_null", '{"content":null}', "content is null", **REFUSED)
_result("content_text", '{"content":"ok"}', "content is a string", **REFUSED)
_result("content_empty", '{"content":[]}', "content is empty", end="$")
_result(
    "block_of_unknown_type",
    '{"content":[{"type":"hologram","data":1}]}',
    "a block of an unknown type",
    **REFUSED,
)
_result(
    "block_without_type",
    '{"content":[{"text":"ok"}]}',
    "a block without type",
    **REFUSED,
    over={"2026": {"end": "ok", "status": "done"}},
)
_result("block_null", '{"content":[null]}', "a block that is null", **REFUSED)
_result("text_number", '{"content":[{"type":"text","text":5}]}', "the text is a number", **REFUSED)
_result("text_null", '{"content":[{"type":"text","text":null}]}', "the text is null", **REFUSED)
_result(
    "image_broken",
    '{"content":[{"type":"image","data":"%%%","mimeType":"image/png"}]}',
    "an image that is none",
    end="$",
)
_result(
    "image_of_a_hostile_type",
    '{"content":[{"type":"image","data":"iVBORw0KGgo=","mimeType":"text/html\\"><script>"}]}',
    "an image of type text/html",
    end="$",
)
_result(
    "link_of_javascript",
    '{"content":[{"type":"resource_link","uri":"javascript:alert(1)","name":"<b>"}]}',
    "a link to javascript:",
    end="$",
)
_result(
    "is_error_yes",
    '{"content":[{"type":"text","text":"bad"}],"isError":"yes"}',
    "`isError` is the word yes",
    end="ToolError: ",
    status="failed",
)
_result(
    "is_error_word",
    '{"content":[{"type":"text","text":"bad"}],"isError":"perhaps"}',
    "`isError` is another word",
    **REFUSED,
)
_result(
    "is_error_mute",
    '{"content":[],"isError":true}',
    "an error that says nothing",
    end="ToolError: result_is_error_mute: the tool failed and said nothing",
    status="failed",
)
_result(
    "is_error_hostile",
    '{"content":[{"type":"text","text":"\\u001b[2Ja\\u0000\\u202eb"}],"isError":true}',
    "an error of control characters",
    end="ToolError: result_is_error_hostile: ab$",
    status="failed",
)
_result("meta_number", '{"content":[],"_meta":5}', "`_meta` is a number", **REFUSED)
_result(
    "structured_list",
    '{"content":[],"structuredContent":[1]}',
    "structured content is a list",
    end="$",
    over={"2025": REFUSED},
)
_result(
    "structured_nan",
    '{"content":[],"structuredContent":{"a":NaN,"b":-Infinity,"c":1e400}}',
    "NaN and infinities as values",
    end="$",
)
_result(
    "structured_huge",
    f'{{"content":[],"structuredContent":{{"a":{HUGE}}}}}',
    "an integer of 400 digits as value",
    end="$",
)
_result(
    "structured_deep",
    '{"content":[],"structuredContent":{"a":' + "[" * 150 + "]" * 150 + "}}",
    "150 levels as value",
    end="$",
)
_result(
    "text_of_5000_digits",
    json.dumps({"content": [{"type": "text", "text": ENDLESS}]}),
    "text that is an integer of 5,000 digits",
    end="9{60}",
)
_result(
    "text_deep",
    json.dumps({"content": [{"type": "text", "text": "[" * 100_000}]}),
    "text that is JSON of 100,000 levels",
    end=r"\[{60}",
)
_result(
    "text_hostile",
    json.dumps({"content": [{"type": "text", "text": "\u001b[2J\u0000a\u202e<script>"}]}),
    "control characters in the text",
    end=".*<script>",
)
_result(
    "of_many_blocks",
    json.dumps({"content": [{"type": "text", "text": "b"}] * 10_000}),
    "10,000 blocks",
    end="b",
)
_result(
    "surrogates",
    '{"content":[{"type":"text","text":"a\\ud83dz"}]}',
    "half an emoji in the text",
    end="a.?z",
    silent=BUT_HTTP,
    over={
        "memory": {"end": "CallTimeoutError", "status": "timed out"},
        "sse": {"end": "CallTimeoutError", "status": "timed out"},
    },
)
_result("task", '{"task":{"taskId":"1","status":"working"}}', "a task that nobody asked for", **REFUSED)


@misbehaves(end="x{60}", over={"sse": OVER_SSE})
def result_of_20_megabytes(ask: Ask) -> None:
    """20 MB of text."""
    ask.answer("x" * 20_000_000)


NOT_AS_PROMISED = {"status": "failed"}
SCHEMAS.update(
    schema_broken={"type": "object", "minProperties": "x"},
    schema_of_loops={"$ref": "#"},
    schema_of_loops_beside={
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
        "$ref": "#/$defs/a",
    },
    schema_elsewhere={"$ref": "http://127.0.0.1:9/schema.json"},
    schema_unmet={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    schema_without_structure={"type": "object"},
    schema_of_slow_patterns={"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}},
    schema_of_doubles={
        "properties": {"a": {"$ref": "#/$defs/d0"}},
        "$defs": {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(40)} | {"d40": {}},
    },
)
for _schema in SCHEMAS.values():
    _schema.setdefault("type", "object")


def _schema(name: str, end: str, says: str, structured: object = None, status: str = "failed") -> None:
    def play(ask: Ask) -> None:
        more = {} if structured is None else {"structuredContent": structured}
        ask.answer(**more)

    play.__doc__ = says
    misbehaves(play, name=name, end=end, status=status)


# A schema that cannot be judged judges nothing, as with arguments.
_schema("schema_broken", "ok", "an output schema that is none", {"n": 1}, "done")
_schema("schema_of_loops", "ok", "an output schema that is itself", {"n": 1}, "done")
_schema("schema_of_loops_beside", "ok", "an output schema of two that are each other", {"n": 1}, "done")
_schema("schema_elsewhere", "ok", "an output schema on another server", {"n": 1}, "done")
_schema("schema_unmet", "ToolError: .*not of type 'integer'", "not what the output schema says", {"n": "one"})


def schema_of_slow_patterns(ask: Ask) -> None:
    """An output schema whose pattern takes 2**60 steps: see test_stuck.py."""
    ask.answer(structuredContent={"a": "a" * 60 + "!"})


def schema_of_doubles(ask: Ask) -> None:
    """An output schema of 2**40 references: see test_stuck.py."""
    ask.answer(structuredContent={"a": 1})


_schema("schema_without_structure", "ToolError: .*structured content", "nothing for the output schema")
