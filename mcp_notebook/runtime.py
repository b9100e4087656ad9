"""The composition root: builds, wires and closes everything.

Two threads, two rules: cells run in the main thread; everything MCP, and
everything that draws, runs on the one background event loop.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .background import Background
from .client.connection import Connection
from .client.directory import Directory
from .client.handlers import Handlers
from .client.limits import UNSET, Limits, Seconds
from .client.resolving import resolve
from .errors import MCPNotebookError
from .host.mainthread import MainThread
from .host.registry import Functions
from .host.serving import Server, default_name
from .notebook.forms.desk import Desk
from .notebook.nesting.keeping import LoopKeeper
from .notebook.place import Place
from .notebook.pump import Pump
from .notebook.questions.answering import Answering
from .notebook.questions.prompts import Prompts
from .notebook.signing_in import SigningIn
from .notebook.waiting import HEARTBEAT_S, block
from .progress import Tracker
from .reporting import Ticks
from .tracking import Loops, leave

if TYPE_CHECKING:
    from .client.call import Call
    from .client.listed import Connections

STOP_S = 5.0
SERVED_HEARTBEAT_S = 0.01
DRAW_S = 1.0


class Runtime:
    """What this process has under way. There is one; `runtime()` returns it."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.limits = Limits()
        self.servers = Directory()
        self._background = Background()
        self.place = Place(alone=_forked)
        self.keeper = LoopKeeper(self.place.kernel)
        self.pump = Pump(self._background.loop, self.tracker, self._background.ident)
        self.loops = Loops(self.tracker, self.place.here, self.pump.wake)
        self.pump.sample = self.loops.sample
        self.forms = Desk(self.place)
        self.prompts = Prompts()
        self.signing_in = SigningIn(self.place)
        self.ask = Answering(self.place, self.prompts, self.pump.attend).ask
        self.ticks = Ticks()
        self.pump.on_tick = self._tick
        self.functions = Functions()
        self.main = MainThread(self.place.shell)
        self.server: Server | None = None
        if self.place.shell is not None:
            self.place.shell.events.register("pre_run_cell", self._new_cell)
            self.place.shell.events.register("post_run_cell", self._end_of_cell)

    # the edge that the client room asks for

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The background event loop."""
        return self._background.loop

    def group(self, *, shown_at_once: bool) -> Hashable:
        """Return the panel of the running cell."""
        return self.place.panel(shown_at_once=shown_at_once)

    def flush(self) -> None:
        """Draw what has changed now, and wait for it a moment."""
        drawn = threading.Event()

        def flush() -> None:
            try:
                self.pump.flush(final=True)
            finally:
                drawn.set()

        if self.loop.is_running():
            self.loop.call_soon_threadsafe(flush)
            drawn.wait(DRAW_S)

    def block(self, wait: Callable[[float], bool], cancel: Callable[[], None], timeout: float | None) -> bool:
        """Block the caller's thread; see `notebook.waiting`."""
        # Where functions are served, one may be called that only this blocked thread can run.
        heartbeat = HEARTBEAT_S if self.served is None else SERVED_HEARTBEAT_S
        with self.keeper.around(wait, self._poll) as (waiting, poll):
            return block(waiting, cancel, timeout, poll, heartbeat)

    def form(self, connection: Connection, tool: str | None, prefill: Mapping[str, object]) -> Any:
        """Return the form of *tool*, or the view of all tools of a connection; see `notebook.forms`."""
        from .notebook.forms.server_view import ServerView
        from .notebook.forms.source import Source
        from .notebook.forms.tool_form import ToolForm

        def start(tool: str, arguments: Mapping[str, object], panel: Hashable) -> Call:
            return connection.calling.begin(tool, arguments, connection.limits(), group=panel)

        source = Source(connection.name, lambda: connection.tools, start)
        if tool is None:
            return ServerView(self.forms, source)
        return ToolForm(self.forms, source, tool, prefill)

    # connections

    def connect(
        self,
        target: object,
        *,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        auth: object = None,
        timeout: Seconds = UNSET,
        max_timeout: Seconds = UNSET,
        **answers: Any,
    ) -> Connection:
        """Open a connection and make it the default; one of the same name is closed first.

        *answers* are the options of `client.handlers.Handlers`.
        """
        _load_validator()
        recipe = resolve(target, headers=headers, env=env, auth=auth, person=self.signing_in)
        self.limits.but(timeout, max_timeout)  # refuses what is no limit, before anything is started
        name = name or self.servers.free_name(recipe)
        handlers = Handlers(self, name, **answers)
        connection = Connection(
            self,
            recipe,
            name,
            self.servers.leave,
            handlers=handlers,
            timeout=timeout,
            max_timeout=max_timeout,
        ).open()
        self.servers.enter(connection)
        return connection

    def connect_listed(
        self, config: str | os.PathLike[str], only: Iterable[str] = (), **options: Any
    ) -> Connections:
        """Open the connections of another client's list; the last is the default. *options* are those of `connect`."""
        from .client.listed import connect_listed

        return connect_listed(config, only, partial(self.connect, **options))

    # the kernel as a server

    @property
    def served(self) -> Server | None:
        """The server, while it can be reached."""
        return self.server if self.server is not None and self.server.running else None

    def serve(self, *, name: str | None = None, port: int | None = None) -> Server:
        """Serve this kernel's loops and functions; the server that runs already is returned again."""
        if (server := self.served) is not None:
            if (name or server.name, port or server.port) == (server.name, server.port):
                return server
            raise MCPNotebookError(
                f"this kernel is served already, as {server.name!r}; "
                "stop that first: %mcp_serve --stop, or server.stop()"
            )
        server = self.server = self._background.run(self._open_door(name or default_name(), port or 0))
        self.functions.on_change = server.functions_changed
        return server

    async def _open_door(self, name: str, port: int) -> Server:
        from .host.app import App
        from .host.door import Door
        from .host.running import Runner

        start = Runner(self.main, lambda: self.keeper.loop).start
        app = App(name, self.loops, self.functions, self.ticks, start)
        door = await Door.open(app.asgi(), port=port)
        return Server(name, app, door, self._background.spawn)

    def close(self) -> None:
        """Close every connection, thread and child process."""
        if self.server is not None:
            self.server.stop()
        self.main.close()
        endings = [c.retire() for c in tuple(self.servers.values())]

        async def end() -> None:
            await asyncio.gather(
                *(ending() for ending in endings if ending is not None), return_exceptions=True
            )

        with suppress(concurrent.futures.TimeoutError):
            self._background.spawn(end()).result(STOP_S)
        self.flush()
        if self.place.shell is not None:
            self.place.shell.events.unregister("pre_run_cell", self._new_cell)
            self.place.shell.events.unregister("post_run_cell", self._end_of_cell)
        self.pump.stop()
        self.forms.close()
        self.place.leave()
        self._background.stop()

    def _tick(self) -> None:
        self.ticks.tick()
        if (server := self.served) is not None:
            server.tick()

    def _poll(self) -> None:
        """Do what the blocked main thread can: look for clicks, run functions that wait for it."""
        self.place.poll()
        self.main.run_pending()
        self.prompts.run_pending()
        self.signing_in.poll()

    def _new_cell(self, *_: object) -> None:
        leave()

    def _end_of_cell(self, result: Any = None) -> None:
        self.loops.end_of_cell(getattr(result, "error_in_exec", None))
        self.flush()


_current: Runtime | None = None
_lock = threading.Lock()
_forked = False
"""whether this process is a child of the one that has the notebook"""


def runtime() -> Runtime:
    """Return the one runtime of this process, started on first use."""
    global _current  # noqa: PLW0603 - the one place where the process's state hangs
    if (current := _current) is not None:
        return current
    with _lock:
        if _current is None:
            _current = Runtime()
            atexit.register(shutdown)
        return _current


def _begin_anew() -> None:
    """Forget the parent's runtime in a forked child: its threads, connections and doors are not there."""
    global _current, _lock, _forked
    _current, _lock, _forked = None, threading.Lock(), True
    atexit.unregister(shutdown)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def running() -> Runtime | None:
    """Return the runtime if it was started."""
    return _current


def shutdown() -> None:
    """Stop everything that was started; safe to call twice, and before anything was."""
    global _current
    with _lock:
        current, _current = _current, None
    if current is not None:
        atexit.unregister(shutdown)
        current.close()


def _load_validator() -> None:
    """Import jsonschema beside the work: it takes up to two seconds where Jupyter is installed."""
    threading.Thread(target=__import__, args=("jsonschema",), name="mcp_notebook-import", daemon=True).start()
