"""What the line of %mcp_connect says. Plain values out, no side effects."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import NamedTuple

from IPython.core.error import UsageError

from .lines import seconds


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


def read(line: str, namespace: Mapping[str, object]) -> ConnectLine:
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


def _pair(text: str, separator: str, option: str, example: str) -> tuple[str, str]:
    key, found, value = text.partition(separator)
    if not found or not key.strip():
        raise UsageError(f"{option} wants {example!r}; got {text!r}")
    return key.strip(), value.strip()
