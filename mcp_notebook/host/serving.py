"""`Server`: this kernel as an MCP server, as the notebook sees it."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..results import Table
from . import discovery
from .guard import Secret

if TYPE_CHECKING:
    from .app import App
    from .door import Door

STOP_S = 5.0


class Server:
    """A running server. `url` and `headers` are for clients of this process; others use `command`.

    Neither address nor token is ever shown: they are in a file that only you
    can read, and `mcp-notebook bridge` finds them there.
    """

    def __init__(
        self, name: str, app: App, door: Door, run: Callable[[Coroutine[Any, Any, Any]], Any]
    ) -> None:
        self.name = name
        self._app = app
        self._door = door
        self._run = run
        self._path: Path | None = None
        try:
            self._path = discovery.publish(self._entry())
        except BaseException:  # a door that nobody can find, or close, must not stay open
            run(self._close())
            raise

    @property
    def url(self) -> str:
        """The address, on this machine only."""
        return self._door.url

    @property
    def headers(self) -> dict[str, str]:
        """What a client must send: the bearer token of this server."""
        return {"Authorization": Secret(f"Bearer {self._door.token}")}

    @property
    def port(self) -> int:
        """The TCP port."""
        return self._door.port

    @property
    def command(self) -> list[str]:
        """The command that an MCP client starts: it finds this kernel by its name."""
        script = Path(sys.executable).with_name("mcp-notebook")
        begin = [str(script)] if script.exists() else [sys.executable, "-m", "mcp_notebook"]
        return [*begin, "bridge", "--kernel", self.name]

    @property
    def running(self) -> bool:
        """Whether it can be reached."""
        return self._path is not None

    def tick(self) -> None:
        """Take that the loops have been sampled."""
        self._app.tick()

    def functions_changed(self) -> None:
        """Take that the notebook has other functions than before; from any thread."""
        self._run(self._app.functions_changed())

    def stop(self) -> None:
        """Close it: streams end, the port is free, the discovery file is gone. Safe to call twice."""
        path, self._path = self._path, None
        if path is None:
            return
        discovery.withdraw(path)
        with suppress(Late, RuntimeError):
            self._run(self._close()).result(STOP_S)

    def _entry(self) -> discovery.Entry:
        return discovery.Entry(
            name=self.name,
            url=self._door.url,
            token=self._door.token,
            pid=os.getpid(),
            started=time.time(),
            notebook=os.environ.get("JPY_SESSION_NAME"),
            kernel=kernel_id(),
            version=__version__,
        )

    async def _close(self) -> None:
        self._app.close()
        await self._door.close()

    def _table(self) -> Table:
        rows = (
            ("status", "running, on this machine only" if self.running else "stopped"),
            ("for other clients", f"mcp-notebook bridge --kernel {shlex.quote(self.name)}"),
            ("their configuration", "mcp-notebook config CLIENT prints it"),
            ("in this notebook", "me = mcp_notebook.connect(mcp_notebook.serve())"),
        )
        return Table((f"MCP server {self.name!r}", ""), rows)

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return dict(self._table()._repr_mimebundle_(include, exclude))


def kernel_id() -> str | None:
    """Return Jupyter's id of this kernel, from the name of its connection file."""
    application = sys.modules.get("ipykernel.kernelapp")
    if application is None or not application.IPKernelApp.initialized():
        return None
    name = Path(application.IPKernelApp.instance().connection_file).stem
    return name.removeprefix("kernel-") or None


def default_name() -> str:
    """Return what to call this kernel: its notebook, its script, or just that."""
    session = os.environ.get("JPY_SESSION_NAME")
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    source = session or (script if script and "ipykernel" not in script else None)
    return Path(source).stem if source else "notebook"
