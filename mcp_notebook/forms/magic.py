"""The magic's line that sends given arguments: as a person would write it, and exact.

Rules: what is written is read back by the line's own grammar before it is
returned: `name=value` where the tool's schema makes the same value of it,
`name:=json` where it does not, one JSON object where a name cannot stand before an
`=`. A line has no line breaks and nothing unseen in it; what would be long, or holds
a text of several lines, is a cell with a JSON body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..arguments import from_words, split_words
from ..errors import ArgumentError
from .values import written

_LINE = 120  # characters of a line that are read at a glance
_READABLE = 200  # characters of a value that is tried without JSON
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z_][\w./-]*", re.ASCII)
_BARE = re.compile(r"[\w@%+:./-]*[\w@%+:/-]")


def magic_line(
    server: str | None,
    tool: str,
    arguments: Mapping[str, object],
    *,
    schema: Mapping[str, Any] | None = None,
) -> str:
    """Return the `%mcp_call` line, or the `%%mcp_call` cell, that sends the same *arguments*.

    They are JSON already, and secrets masked. Without the tool's *schema* every
    value is written as JSON. A *server* of None is the default one.
    """
    target = _target(server, tool)
    line = " ".join([target, *_words(dict(arguments), schema)])
    if not line.isprintable():  # a name that no line can hold
        return f'get_ipython().run_line_magic("mcp_call", {line!a})'
    several_lines = any(isinstance(v, str) and v.count("\n") > 1 for v in arguments.values())
    if arguments and (len(line) > _LINE or several_lines):
        return f"%%mcp_call {target}\n{_json(dict(arguments), indent=2)}"
    return f"%mcp_call {line}"


def _target(server: str | None, tool: str) -> str:
    """Return the words that name a tool; a name with a dot in it keeps its server apart."""
    if server is None:
        return _quoted(tool)
    if _NAME.fullmatch(server) and _NAME.fullmatch(tool):
        return f"{server}.{tool}"
    return f"-s {_quoted(server)} {_quoted(tool)}"


def _quoted(name: str) -> str:
    """Return a name as one shell word, which never looks like an option."""
    return name if _PATH.fullmatch(name) else _single(name)


def _words(arguments: dict[str, Any], schema: Mapping[str, Any] | None) -> list[str]:
    """Return the words that read back as *arguments*: a name each, or all as one JSON object."""
    if all(_NAME.fullmatch(name) for name in arguments):
        words = [_word(name, value, schema) for name, value in arguments.items()]
        if _reads_as(words, arguments, schema or {}):
            return words
    return [_json(arguments)] if arguments else []


def _word(name: str, value: Any, schema: Mapping[str, Any] | None) -> str:
    if schema is not None:
        for text in _texts(value):
            if _reads_as([word := f"{name}={text}"], {name: value}, schema):
                return word
    return f"{name}:={_json(value)}"


def _texts(value: Any) -> Iterator[str]:
    """Yield how a person might write *value* after the `=`, the plainest first."""
    if isinstance(value, str) and len(value) <= _READABLE and value.isprintable():
        if _BARE.fullmatch(value):
            yield value
        if "'" not in value:
            yield _single(value)
        elif not set(value) & set('"\\$`{}'):
            yield f'"{value}"'
    elif value is None or isinstance(value, bool | int | float):
        yield _json(value)
    elif isinstance(value, list) and 0 < len(value) <= _READABLE // 4:
        texts = [one if isinstance(one, str) else _json(one) for one in value]
        if all(_BARE.fullmatch(text) for text in texts):
            yield ",".join(texts)


def _reads_as(words: list[str], arguments: dict[str, Any], schema: Mapping[str, Any]) -> bool:
    """Return whether the line's own grammar makes the *arguments* of the *words*, 1 and 1.0 told apart."""
    try:
        back = from_words(split_words(" ".join(words)), schema, _no_names)
    except ArgumentError:
        return False
    return written(back) == written(arguments)


def _no_names(expression: str) -> object:
    raise NameError(expression)


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON with every character escaped that would break a line or not be seen."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    lines = (
        line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
        for line in text.split("\n")
    )
    return "\n".join(lines)
