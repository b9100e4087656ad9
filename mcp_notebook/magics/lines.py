"""What a magic's line says: options, server, tool, arguments. Plain values out, no side effects."""

from __future__ import annotations

import ast
import json
import shlex
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from ..client.connection import Connection


class ConnectLine(NamedTuple):  # made in a tenth of a dataclass's time: %load_ext is a blink
    """A parsed %mcp_connect."""

    target: object
    name: str | None
    headers: dict[str, str]
    env: dict[str, str]
    limits: dict[str, float | None]
    config: str | None
    listed: tuple[str, ...]
    """the servers of the list that are wanted; empty: all"""
    auth: str | None = None


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


def silenced(line: str) -> tuple[str, bool]:
    """Return *line* without a trailing semicolon, and whether it had one: it silences the output."""
    bare = line.rstrip()
    return (bare[:-1], True) if bare.endswith(";") else (line, False)


def connect(line: str, namespace: Mapping[str, object]) -> ConnectLine:
    """Read %mcp_connect: our long options wherever they stand, the rest is the target."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"cannot read the line: {error}") from None
    target, options = _sort(words)
    if options["--config"]:
        return _listed(target, options)
    if not target:
        raise UsageError("nothing to connect to; try %mcp_connect demo, a command line or a URL")
    alone = target[0] if len(target) == 1 else None
    named = options["--name"][-1] if options["--name"] else None
    held = namespace.get(alone) if alone is not None and alone != "demo" else None
    return ConnectLine(
        target=held if held is not None else alone or target,
        name=named or (alone if held is not None else None),
        headers=dict(_pair(h, ":", "--header", "Authorization: Bearer …") for h in options["--header"]),
        env=dict(_pair(e, "=", "--env", "KEY=value") for e in options["--env"]),
        limits={"timeout": seconds(options["--timeout"][-1])} if options["--timeout"] else {},
        config=None,
        listed=(),
        auth="oauth" if options["--oauth"] else None,
    )


def _listed(names: list[str], options: dict[str, list[str]]) -> ConnectLine:
    """Read %mcp_connect --config FILE [NAME]…: the file has the rest."""
    if odd := [option for option in ("--header", "--env", "--timeout", "--oauth") if options[option]]:
        raise UsageError(f"{odd[0]} does not go with --config: the file has that")
    wanted = (*names, *options["--name"])
    return ConnectLine(None, None, {}, {}, {}, options["--config"][-1], wanted)


def _sort(words: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the words of the target, and the values of our options."""
    target: list[str] = []
    options: dict[str, list[str]] = {
        "--name": [],
        "--header": [],
        "--env": [],
        "--timeout": [],
        "--config": [],
        "--oauth": [],
    }
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if word == "--":
            target += rest
        elif option not in options:
            target.append(word)
        elif option == "--oauth":
            options[option].append(word)
        else:
            value = value if equals else next(rest, "")
            if not value:
                raise UsageError(f"{option} wants a value")
            options[option].append(value)
    return target, options


def options(parser: Any, line: str) -> Any:
    """Read a line that is all options; whatever is wrong with it is a `UsageError`."""
    try:
        return parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"cannot read the line: {error}") from None


def call(parser: Any, line: str) -> CallLine:
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


def form(root: Any, line: str) -> tuple[Connection, str | None, list[str]]:
    """Read %mcp_form: the connection, the tool (None: all of them), and the words that fill it in."""
    from ..arguments import split_words

    words = split_words(line)
    if not words:
        return root.connection(), None, []
    subject = plain(words[0])
    named = subject in root.connections and (root.default is None or subject not in root.connection().tools)
    if named and len(words) == 1:
        return root.connection(subject), None, []
    return *find_tool(root, None, subject), words[1:]


def prefill(words: list[str], schema: dict[str, Any], scope: Scope) -> dict[str, object]:
    """Return the arguments that a form begins with."""
    from ..arguments import from_words

    return from_words(tuple(words), schema, scope.evaluate)


def find_tool(root: Any, server: str | None, tool: str) -> tuple[Connection, str]:
    """Return the connection and the tool's own name: `server.tool`, or a tool of the default server."""
    if server is not None:
        return root.connection(server), tool
    if root.default is None or tool in root.connection().tools:
        return root.connection(), tool
    owner, bare = split_owner(tool, root.connections)
    if owner is not None:
        return root.connection(owner), bare
    prefix, dot, _ = tool.partition(".")
    return root.connection(prefix if dot else None), tool


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


class Scope:
    """The names that a line may use: the notebook's, and those of the function it stands in."""

    def __init__(self, shell: Any, local_ns: dict[str, Any]) -> None:
        # One mapping: a comprehension sees only globals.
        self._names = {**shell.user_ns, **local_ns}

    def evaluate(self, expression: str) -> object:
        """Return the value of a Python *expression*."""
        return eval(expression.strip(), self._names)  # noqa: S307 - the user's own cell

    def run(self, body: str) -> object:
        """Run Python statements and return the value of the last expression."""
        tree = ast.parse(body)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(compile(tree, "<cell>", "exec"), self._names)  # noqa: S102 - the user's own cell
        if not isinstance(last, ast.Expr):
            return None
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), self._names)  # noqa: S307


class Request:
    """A request that was not sent."""

    def __init__(self, request: dict[str, object]) -> None:
        self.request = request

    def __repr__(self) -> str:
        from ..text import block

        return block(json.dumps(self.request, indent=2, ensure_ascii=False))

    def _repr_html_(self) -> str:
        from ..results.html import pre, root, tag

        return str(root(tag("div", "not sent (dry run):"), pre(repr(self))))


def hush(shell: Any, value: object) -> None:
    """Keep *value* from showing itself in the running cell; an assignment still gets it."""
    hook = shell.displayhook

    def quiet() -> bool:
        # IPython asks this before it writes anything, with the value in the caller's `result`.
        return sys._getframe(1).f_locals.get("result") is value or bool(type(hook).quiet(hook))  # noqa: SLF001

    def speak(*_: object) -> None:
        hook.__dict__.pop("quiet", None)
        shell.events.unregister("post_run_cell", speak)

    hook.quiet = quiet
    shell.events.register("post_run_cell", speak)


def plain(word: str) -> str:
    """Return *word* without its quotes."""
    from ..arguments import unquote

    return unquote(word)


def name(word: str) -> str:
    """Return *word* if it can be a variable's name."""
    if not word.isidentifier():
        raise UsageError(f"{word!r} is not a name that a result can be assigned to")
    return word


def seconds(word: str) -> float | None:
    """Return a number of seconds, or None for `none`."""
    if word.lower() in ("none", "off"):
        return None
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not value > 0:
        raise UsageError(f"{word!r} is not a number of seconds above 0, or none")
    return value


def whole(word: str) -> int:
    """Return a whole number of at least 1."""
    if not (word.isascii() and word.isdecimal() and word.strip("0") and len(word) <= 18):  # noqa: PLR2004
        raise UsageError(f"{word!r} is not a whole number of at least 1")
    return int(word)


def _pair(text: str, separator: str, option: str, example: str) -> tuple[str, str]:
    key, found, value = text.partition(separator)
    if not found or not key.strip():
        raise UsageError(f"{option} wants {example!r}; got {text!r}")
    return key.strip(), value.strip()
