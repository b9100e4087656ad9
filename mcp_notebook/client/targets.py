"""What `connect()` accepts, turned into something a session can open.

A target is a recipe, opened anew for each session: that is what makes a
reconnect possible. A ready-made transport can be opened only once.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from ..errors import ConnectError
from ..text import one_line
from .wire.http import HttpTransport
from .wire.inprocess import InProcessTransport
from .wire.stdio import StdioTransport
from .wire.tap import Routes, Tap

if TYPE_CHECKING:
    from mcp.client.stdio import StdioServerParameters


@dataclass
class Opening:
    """One attempt to reach a target: what `mcp.Client` gets, and what to ask when it fails."""

    server: Any
    tapped: bool = True
    mode: str = "auto"
    source: Any = None
    apart: bool = False
    """whether a request may fail by itself, and the others go on"""

    def stand(self) -> None:
        """Tell the transport that the session has been opened."""
        if (notice := getattr(self.source, "stand", None)) is not None:
            notice()

    async def post_mortem(self) -> str:
        """Return what the transport knows about its end."""
        ask = getattr(self.source, "post_mortem", None)
        return await ask() if ask is not None else ""


class Target(Protocol):
    """A recipe for reaching one server."""

    @property
    def address(self) -> str:
        """The command as given, the URL without credentials and query, or the object; for people."""

    @property
    def default_name(self) -> str:
        """What the connection is called where nobody names it."""

    @property
    def reusable(self) -> bool:
        """Whether it can be opened again after a loss."""

    def open(self, routes: Routes) -> Opening:
        """Return a fresh opening whose progress goes to *routes*."""


@dataclass(frozen=True)
class Command:
    """A server started as a child process."""

    parameters: StdioServerParameters
    reusable: bool = True

    @property
    def address(self) -> str:
        return shlex.join([self.parameters.command, *self.parameters.args])

    @property
    def default_name(self) -> str:
        words = [self.parameters.command, *self.parameters.args]
        named = [w for w in words[1:] if not w.startswith("-")] or words
        return os.path.basename(named[0].rstrip("/")).removesuffix(".py").lstrip("@") or "server"  # noqa: PTH119

    def open(self, routes: Routes) -> Opening:
        command = self.parameters.command
        # A relative path is looked for where the process will run, as the system does.
        place = os.path.join(self.parameters.cwd or "", command) if os.path.dirname(command) else command  # noqa: PTH118, PTH120
        if shutil.which(place, path=(self.parameters.env or {}).get("PATH")) is None:
            raise ConnectError(f"there is no command {command!r}; is it installed and on PATH?")
        transport = StdioTransport(self.parameters, routes)
        return Opening(Tap(transport, routes), source=transport)


@dataclass(frozen=True)
class Url:
    """A server behind Streamable HTTP."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str | None = None
    """what to call it where its address is not to be shown"""
    reusable: bool = True

    @property
    def address(self) -> str:
        if self.name is not None:
            return f"notebook kernel {self.name!r}"
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"

    @property
    def default_name(self) -> str:
        return self.name or urlsplit(self.url).hostname or "server"

    def open(self, routes: Routes) -> Opening:
        transport = HttpTransport(self.url, self.headers, routes)
        return Opening(Tap(transport, routes), source=transport, apart=True)


@dataclass(frozen=True)
class Object:
    """A server object of this process: the SDK's `Server` and `MCPServer`, FastMCP."""

    server: Any
    name: str | None = None
    reusable: bool = True

    @property
    def address(self) -> str:
        return f"in this process: {type(self.server).__name__} {self.default_name!r}"

    @property
    def default_name(self) -> str:
        return self.name or one_line(str(getattr(self.server, "name", None) or "server"), 60)

    def open(self, routes: Routes) -> Opening:
        if hasattr(self.server, "_mcp_server"):  # FastMCP needs a token on a wire, and its own lifespan
            return Opening(Tap(InProcessTransport(self.server), routes), mode="legacy")
        return Opening(self.server, tapped=False)


class Demo(Object):
    """The embedded demo server, built when it is first opened."""

    def __init__(self) -> None:
        super().__init__(server=None, name="demo")

    @property
    def address(self) -> str:
        return "in this process: the embedded demo server"

    def open(self, routes: Routes) -> Opening:
        from ..demo import build

        del routes
        return Opening(build(), tapped=False)


@dataclass(frozen=True)
class ReadyMade:
    """A transport that the user made; it can be entered once."""

    transport: Any
    reusable: bool = False

    @property
    def address(self) -> str:
        return f"transport {type(self.transport).__name__}"

    @property
    def default_name(self) -> str:
        return "server"

    def open(self, routes: Routes) -> Opening:
        return Opening(Tap(self.transport, routes))


@dataclass(frozen=True)
class Shown:
    """A recipe under another *address*: its own would give a secret away."""

    target: Target
    address: str

    @property
    def default_name(self) -> str:
        return self.target.default_name

    @property
    def reusable(self) -> bool:
        return self.target.reusable

    def open(self, routes: Routes) -> Opening:
        return self.target.open(routes)


def resolve(
    target: object, *, headers: Mapping[str, str] | None = None, env: Mapping[str, str] | None = None
) -> Target:
    """Return the recipe for *target*; raises `ConnectError` where it is none of the kinds we know."""
    kind = _resolve(target, headers or {}, dict(env or {}))
    if headers and not isinstance(kind, Url):
        raise ConnectError(f"headers are for URLs; {kind.address!r} is not one")
    if env and not isinstance(kind, Command):
        raise ConnectError(f"env is for commands; {kind.address!r} is not one")
    return kind


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
