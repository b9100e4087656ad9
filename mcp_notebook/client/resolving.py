"""What `connect()` was given → a target: the kinds of things, told apart.

Rules: what is none of them is refused with those there are, before anything is
started; a secret in what was given is in no error.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ..errors import ConnectError
from ..text import one_line
from .oauth.person import Nobody, Person
from .oauth.signing import signing
from .targets import Command, Demo, Object, ReadyMade, Shown, Target, Url

NOBODY = Nobody()


def resolve(
    target: object,
    *,
    headers: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    auth: object = None,
    person: Person = NOBODY,
) -> Target:
    """Return the recipe for *target*; raises `ConnectError` where it is none of the kinds we know.

    *auth* signs the requests to a URL; *person* is asked to sign in.
    """
    kind = _resolve(target, headers or {}, dict(env or {}))
    if auth is not None:
        return _signed(kind, auth, person)
    if headers and not isinstance(kind, Url):
        raise ConnectError(f"headers are for URLs; {kind.address!r} is not one")
    if env and not isinstance(kind, Command):
        raise ConnectError(f"env is for commands; {kind.address!r} is not one")
    return kind


def _signed(kind: Target, auth: object, person: Person) -> Target:
    if isinstance(kind, Shown):
        return replace(kind, target=_signed(kind.target, auth, person))
    if not isinstance(kind, Url):
        raise ConnectError(f"auth is for URLs; {kind.address!r} is not one")
    return replace(kind, auth=signing(auth, kind.url, kind.headers, person))


def _resolve(target: object, headers: Mapping[str, str], env: dict[str, str]) -> Target:
    if isinstance(target, Shown):
        return target
    if isinstance(target, str):
        return _from_text(target.strip(), headers, env)
    if isinstance(target, Sequence) and target and all(isinstance(w, str | os.PathLike) for w in target):
        return _command([os.fspath(w) for w in target], env)
    if isinstance(getattr(target, "url", None), str) and isinstance(getattr(target, "headers", None), dict):
        return Url(target.url, {**target.headers, **headers}, name=str(getattr(target, "name", "notebook")))  # type: ignore[attr-defined]
    if hasattr(target, "command") and hasattr(target, "args"):
        return Command(_with_env(target, env))
    if hasattr(target, "_mcp_server") or hasattr(target, "_lowlevel_server") or _is_low_level_server(target):
        return Object(target)
    if hasattr(target, "__aenter__") and hasattr(target, "__aexit__"):
        return ReadyMade(target)
    raise ConnectError(
        f"cannot connect to {type(target).__name__} {one_line(repr(target), 80)}; "
        "give 'demo', a command line, an argv list, a URL, a server object, StdioServerParameters or a transport"
    )


def _from_text(text: str, headers: Mapping[str, str], env: dict[str, str]) -> Target:
    if text == "demo":
        return Demo()
    if "://" in text.split(" ", 1)[0]:
        return _url(text, headers)
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError as error:
        raise ConnectError(f"cannot read the command line {text!r}: {error}") from None
    if not words:
        raise ConnectError("nothing to connect to; give 'demo', a command line or a URL")
    return _command(words, env)


def _url(text: str, headers: Mapping[str, str]) -> Url:
    parts = urlsplit(text)
    try:
        valid = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        valid = False
    if not valid or " " in text:
        shown = one_line(text.partition("?")[0].partition("#")[0].rpartition("@")[2], 120)
        raise ConnectError(f"{shown!r} is not an http or https URL such as http://127.0.0.1:8000/mcp")
    return Url(text, dict(headers))


def _command(words: list[str], env: dict[str, str]) -> Command:
    from mcp.client.stdio import StdioServerParameters

    return Command(StdioServerParameters(command=words[0], args=words[1:], env=env or None))


def _with_env(parameters: Any, env: dict[str, str]) -> Any:
    return parameters.model_copy(update={"env": {**(parameters.env or {}), **env}}) if env else parameters


def _is_low_level_server(target: object) -> bool:
    return hasattr(target, "create_initialization_options") and hasattr(target, "run")
