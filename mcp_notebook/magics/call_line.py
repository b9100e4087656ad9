"""What the lines of %mcp_call and %mcp_form say: options, server, tool, arguments. Plain values out, no side effects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.error import UsageError

from .lines import name, plain

if TYPE_CHECKING:
    from ..client.connection import Connection
    from ..client.directory import Directory
    from .scope import Scope


class CallLine(NamedTuple):
    """A parsed %mcp_call."""

    tool: str
    words: tuple[str, ...]
    server: str | None
    out: str | None
    quiet: bool
    limits: dict[str, float | None]
    bg: bool
    format: str | None
    no_raise_error: bool
    no_progress: bool
    dry_run: bool
    py: bool


def read(parser: Any, line: str) -> CallLine:
    """Read %mcp_call with *parser*; options may stand anywhere before or after the tool."""
    from ..arguments import split_words

    parsed = vars(parser.parse_intermixed_args(split_words(line)))
    words: list[str] = parsed.pop("words")
    said = {name: parsed.pop(name) for name in ("timeout", "max_timeout")}
    parsed["limits"] = {name: value for name, value in said.items() if value is not ...}
    if len(words) > 1 and words[1] == "<<":
        parsed["out"] = name(words[0])
        words = words[2:]
    if not words:
        raise UsageError(
            "%mcp_call wants a tool: %mcp_call [OPTIONS] [SERVER.]TOOL [k=v]…; %mcp_tools lists them"
        )
    return CallLine(tool=plain(words[0]), words=tuple(words[1:]), **parsed)


def form(servers: Directory, line: str) -> tuple[Connection, str | None, list[str]]:
    """Read %mcp_form: the connection, the tool (None: all of them), and the words that fill it in."""
    from ..arguments import split_words

    words = split_words(line)
    if not words:
        return servers.find(), None, []
    subject = plain(words[0])
    named = subject in servers and (servers.default is None or subject not in servers.find().tools)
    if named and len(words) == 1:
        return servers.find(subject), None, []
    return *find_tool(servers, None, subject), words[1:]


def prefill(words: list[str], schema: dict[str, Any], scope: Scope) -> dict[str, object]:
    """Return the arguments that a form begins with."""
    from ..arguments import from_words

    return from_words(tuple(words), schema, scope.evaluate)


def find_tool(servers: Directory, server: str | None, tool: str) -> tuple[Connection, str]:
    """Return the connection and the tool's own name: `server.tool`, or a tool of the default server."""
    if server is not None:
        return servers.find(server), tool
    if servers.default is None or tool in servers.find().tools:
        return servers.find(), tool
    owner, bare = split_owner(tool, servers)
    if owner is not None:
        return servers.find(owner), bare
    prefix, dot, _ = tool.partition(".")
    return servers.find(prefix if dot else None), tool


def split_owner(tool: str, servers: Iterable[str]) -> tuple[str | None, str]:
    """Return the server that `server.tool` names, and the tool; a server's name may itself hold a dot."""
    owner = max((name for name in servers if tool.startswith(f"{name}.")), key=len, default=None)
    return owner, tool if owner is None else tool.removeprefix(f"{owner}.")


def arguments(line: CallLine, cell: str | None, schema: dict[str, Any], scope: Scope) -> dict[str, object]:
    """Return the arguments of the header and of the cell's body; the header wins."""
    from ..arguments import from_body, from_words, merge

    header = from_words(line.words, schema, scope.evaluate)
    if cell is None:
        return header
    body = from_body(cell, schema, evaluate_body=scope.run if line.py else None)
    return merge(body, header)
