"""What can be connected to, each kind as something a session can open.

A target is a recipe, opened anew for each session: that is what makes a
reconnect possible. A ready-made transport can be opened only once.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
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

    asking: Any = None
    """what may ask a person to sign in"""

    @property
    def asked_s(self) -> float:
        """Return for how long a person was asked while it was opened, or before, in s."""
        return float(getattr(self.asking, "asked_s", 0.0))

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
    auth: Any = field(default=None, repr=False)
    """what signs its requests: an `Access`, which lives through all sessions, or an `httpx2.Auth`"""
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
        transport = HttpTransport(self.url, self.headers, routes, self.auth)
        return Opening(Tap(transport, routes), source=transport, apart=True, asking=self.auth)


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
