"""Tab for the magics: servers, tools, parameters, enum values, flags.

One matcher of IPython's second matcher API, so that it works in terminal
IPython and through the kernel's `complete_request` alike, and keeps Python's
own completions away from our lines. It asks nothing of a server: what is
offered is what connecting has already told, and only what a line would read
as that text again: nothing in it ends the line, or is evaluated.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from .call_line import split_owner

if TYPE_CHECKING:
    from .commands import MCPMagics

_LINE = re.compile(r"(?:^|[=\s(])%{1,2}(mcp_\w+)[ \t]+(.*)$", re.DOTALL)
_VALUED = ("-s", "--server", "-o", "--out", "-t", "--timeout", "--max-timeout", "-f", "--format")
_CONNECT_FLAGS = ("--name", "--header", "--env", "--timeout", "--oauth")
_SUBJECTS = {
    "mcp_disconnect": ("--all",),
    "mcp_tools": (),
    "mcp_cancel": ("--all",),
    "mcp_connect": _CONNECT_FLAGS,
    "mcp_history": ("--last", "--logs", "--plot"),
    "mcp_serve": ("--name", "--port", "--stop"),
    "mcp_tool": ("--name", "--thread"),
}
# What stands for itself in a line; other values stand in quotes, other names are not offered.
_WORD = re.compile(r"(?!-)[^\s={}\[\]$'\"\\;]{1,128}(?<!:)")
_WITHOUT_SUBJECT = ("mcp_history", "mcp_serve", "mcp_tool")


class Completion:
    """The matcher, put into a shell and taken out again."""

    def __init__(self, shell: Any, magics: MCPMagics) -> None:
        self._completer = shell.Completer
        self._magics = magics

        @context_matcher(identifier="mcp_notebook")
        def match(context: Any) -> dict[str, Any]:
            return self.matches(context.text_until_cursor)

        self._match = match

    def install(self) -> None:
        """Offer completions from now on."""
        self._completer.custom_matchers.append(self._match)

    def remove(self) -> None:
        """Offer nothing more."""
        if self._match in self._completer.custom_matchers:
            self._completer.custom_matchers.remove(self._match)

    def matches(self, text: str) -> dict[str, Any]:
        """Return IPython's matcher result for the line up to the cursor."""
        found = _LINE.search(text)
        if found is None:
            return {"completions": [], "suppress": False}
        command, rest = found.groups()
        words = rest.split()
        fragment = "" if not rest or rest[-1].isspace() else words.pop()
        offers = self._offers(command, words, fragment)
        completions = [SimpleCompletion(text=o, type=kind) for o, kind in offers if o.startswith(fragment)]
        # IPython keeps Python's names away only beside something of ours: what is typed stands for nothing.
        completions = completions or [SimpleCompletion(text=fragment, type="text")]
        return {"completions": completions, "suppress": True, "matched_fragment": fragment}

    def _offers(self, command: str, words: list[str], fragment: str) -> list[tuple[str, str]]:
        if command == "mcp_call":
            return self._call(words, fragment)
        if command == "mcp_form":
            return self._form(words, fragment)
        return self._other(command, fragment)

    def _form(self, words: list[str], fragment: str) -> list[tuple[str, str]]:
        tool = self._tool(words)
        if tool is not None:
            return _arguments(tool, words, fragment)
        return [] if words else [(name, "server") for name in _connections()] + _tools(None)

    def _other(self, command: str, fragment: str) -> list[tuple[str, str]]:
        if fragment.startswith("-"):
            return [(flag, "flag") for flag in _SUBJECTS.get(command, ()) if flag.startswith("--")]
        if command == "mcp_connect":
            return [("demo", "server")]
        if command == "mcp_cancel":
            return [(str(op.id), "call") for op in _running_operations()]
        if command not in _SUBJECTS or command in _WITHOUT_SUBJECT:
            return []
        return [(name, "server") for name in _connections()]

    def _call(self, words: list[str], fragment: str) -> list[tuple[str, str]]:
        if words and words[-1] in ("-s", "--server"):
            return [(name, "server") for name in _connections()]
        if words and words[-1] in ("-f", "--format"):
            return [(f, "format") for f in ("auto", "text", "json", "raw")]
        if fragment.startswith("-"):
            return [(flag, "flag") for flag in self._flags()]
        tool = self._tool(words)
        if tool is None:
            return _tools(self._server_option(words))
        return _arguments(tool, words, fragment)

    def _flags(self) -> list[str]:
        actions = self._magics.mcp_call.parser._actions  # noqa: SLF001 - argparse has no public list
        return [option for action in actions for option in action.option_strings if option.startswith("--")]

    def _server_option(self, words: list[str]) -> str | None:
        for option, value in pairwise(words):
            if option in ("-s", "--server"):
                return value
        return None

    def _tool(self, words: list[str]) -> Any:
        """Return the tool that the words name, if they name one."""
        current = _runtime()
        if current is None:
            return None
        default = self._server_option(words) or current.servers.default
        valued = {i + 1 for i, word in enumerate(words) if word in _VALUED}
        for word in (word for i, word in enumerate(words) if i not in valued):
            for owner, name in ((default, word), split_owner(word, current.servers)):
                connection = current.servers.get(owner)
                if name in _names(connection):
                    return connection.tools[name]
        return None


def _tools(server: str | None) -> list[tuple[str, str]]:
    current = _runtime()
    if current is None:
        return []
    connections = current.servers
    if server is not None:
        return [(name, "tool") for name in _names(connections.get(server))]
    own = [(name, "tool") for name in _names(connections.get(current.servers.default))]
    return own + [(f"{c.name}.{name}", "tool") for c in connections.values() for name in _names(c)]


def _arguments(tool: Any, words: Iterable[str], fragment: str) -> list[tuple[str, str]]:
    from ..arguments import parameters

    known = parameters(tool.input_schema)
    name, equals, _ = fragment.partition("=")
    if equals:
        name = name.removesuffix(":")
        choices = known[name].choices if name in known else ()
        head = fragment[: fragment.index("=") + 1]
        return [(f"{head}{value}", "value") for value in map(_quoted, choices) if value]
    given = {word.partition("=")[0].removesuffix(":") for word in words if "=" in word}
    return [(f"{name}=", "param") for name in known if name not in given and _is_word(name)]


def _names(connection: Any) -> list[str]:
    if connection is None or connection.state != "open":
        return []
    return [name for name in connection.tools.names() if _is_word(name)]


def _is_word(name: str) -> bool:
    return _WORD.fullmatch(name) is not None and _is_plain(name)


def _quoted(value: str) -> str:
    """Return *value* as a line would write it, or nothing where it can't."""
    if _is_word(value):
        return value
    return f"'{value}'" if "'" not in value and _is_plain(value) else ""


def _is_plain(text: str) -> bool:
    """Return whether *text* is shown as it is: one line, nothing unseen in it."""
    from ..text import one_line  # its tables take longer than all of `%load_ext`

    return one_line(text) == text


def _connections() -> dict[str, Any]:
    current = _runtime()
    return dict(current.servers) if current is not None else {}


def _running_operations() -> tuple[Any, ...]:
    current = _runtime()
    return current.tracker.running() if current is not None else ()


def _runtime() -> Any:
    """Return the runtime if there is one: Tab starts nothing."""
    root = sys.modules.get("mcp_notebook.runtime")
    return root.running() if root is not None else None
