"""The functions of the Python API; each delegates to the one runtime."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from .client.handlers import LOG_LEVEL, Handler
from .client.limits import UNSET, Seconds, Unset
from .client.roots import Roots
from .errors import ArgumentError, ConnectError
from .host.registry import decorate
from .runtime import running, runtime
from .tracking.track import UNSET as UNSET_TOTAL
from .tracking.track import track as _track

if TYPE_CHECKING:
    from .client.connection import Connection
    from .client.listed import Connections
    from .foreign.capturing import Capture
    from .host.serving import Server
    from .records import History
    from .tracking import Bar, Track
    from .tracking.view import LoopViews


T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@overload
def connect(
    target: object,
    *,
    name: str | None = ...,
    headers: Mapping[str, str] | None = ...,
    env: Mapping[str, str] | None = ...,
    auth: object = ...,
    sampling: Handler | None = ...,
    elicitation: Handler | Literal[False] | None = ...,
    roots: Roots | None = ...,
    log_level: str | None = ...,
    timeout: Seconds = ...,
    max_timeout: Seconds = ...,
) -> Connection: ...
@overload
def connect(
    *,
    config: str | os.PathLike[str],
    name: str | None = ...,
    sampling: Handler | None = ...,
    elicitation: Handler | Literal[False] | None = ...,
    roots: Roots | None = ...,
    log_level: str | None = ...,
    max_timeout: Seconds = ...,
) -> Connections: ...
def connect(
    target: object = None,
    *,
    config: str | os.PathLike[str] | None = None,
    name: str | None = None,
    headers: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    auth: object = None,
    sampling: Handler | None = None,
    elicitation: Handler | Literal[False] | None = None,
    roots: Roots | None = None,
    log_level: str | None = LOG_LEVEL,
    timeout: Seconds = UNSET,
    max_timeout: Seconds = UNSET,
) -> Connection | Connections:
    """Connect to an MCP server, and return it ready to be called.

    *target* is ``"demo"`` (the embedded demo server), a command line or argv
    list (stdio), an ``http(s)://`` URL (Streamable HTTP, with *headers*), a
    server object of this process (what `serve()` returned, the SDK's `Server` and `MCPServer`,
    FastMCP), `StdioServerParameters`, or a transport. *env* adds variables to
    a command's environment. *name* defaults to one taken from the target; a
    connection of the same name is closed.

    *auth* signs the requests to a URL: ``"oauth"``, where the server wants a person to
    sign in with a browser (the tokens are kept in the user's keyring, or in a file that only the
    user can read; `forget_tokens` removes them), an `OAuth` that says more, or an `httpx2.Auth`.

    *config* is another client's list of servers instead (Claude Desktop, Claude Code's
    `.mcp.json`, Cursor, VS Code, Gemini CLI, Goose): all of them are connected, or only
    the one called *name*; returns a mapping of names to connections, whose `failed`
    says why others are none. Variables are filled in as that client does it, and
    VS Code's inputs are asked.

    *timeout* is how many seconds a call may be silent, renewed by every
    progress notification (300 where nobody says otherwise); *max_timeout* how
    many it may take altogether (3600); None is no limit. Both can be given
    with each call, and in `%config MCPMagics`.

    What the server asks of a person (elicitation) appears as a form below the bar of the
    running call, also while its cell is blocked, or as text in a terminal; where nobody is
    there it is declined, and the receipt says so. A function given as *elicitation* answers
    in the person's place: it gets the request's parameters and returns a mapping, or None to
    decline; False refuses such requests. *sampling* is a function that returns text (or a
    `CreateMessageResult`); without one such requests are refused. Both run beside the
    notebook, and the loops tracked in them report to the server where it asked for progress.
    *roots* are the directories that the server is told of, or a function that lists them.

    *log_level* is the least level of the log messages that the server is asked for
    (`debug` to `emergency`, None for none); they are kept with the call that ran.

    Raises `ConnectError`: command or URL, exit status, the end of stderr.
    """
    answers = {"sampling": sampling, "elicitation": elicitation, "roots": roots, "log_level": log_level}
    if config is not None:
        if target is not None or headers or env or auth is not None or not isinstance(timeout, Unset):
            raise ConnectError(
                "config= stands for targets, headers, env, auth and timeout: the file has them"
            )
        return runtime().connect_listed(config, [name] if name else [], max_timeout=max_timeout, **answers)
    return runtime().connect(
        target,
        name=name,
        headers=headers,
        env=env,
        auth=auth,
        timeout=timeout,
        max_timeout=max_timeout,
        **answers,
    )


def forget_tokens(url: str) -> bool:
    """Forget the sign-in that is kept for the server at *url*; returns whether there was one.

    Connections that are open go on with what they have, and keep nothing more. The
    authorization server is not told: where it has a page for that, revoke the sign-in there, too.
    """
    from .client.oauth import Stores, key_of

    return Stores().forget(key_of(url))


def connections() -> dict[str, Connection]:
    """Return the open connections by name, oldest first."""
    current = running()
    return dict(current.servers) if current is not None else {}


@overload
def track(
    iterable: Iterable[T] | AsyncIterable[T],
    label: str = ...,
    *,
    total: float | None = ...,
    unit: str | None = ...,
    message: Callable[[T], object] | None = ...,
) -> Track[T]: ...
@overload
def track(
    iterable: None = ...,
    label: str = ...,
    *,
    total: float | None = ...,
    unit: str | None = ...,
    message: str | None = ...,
) -> Bar: ...
def track(
    iterable: Any = None,
    label: str = "loop",
    *,
    total: Any = UNSET_TOTAL,
    unit: str | None = None,
    message: Any = None,
) -> Any:
    """Count a loop and let it be watched.

    Wrap what it iterates over: ``for x in track(range(1000), "training"): ...``

    *iterable* is anything that can be iterated over, or iterated over with
    ``async for``; it costs next to nothing for an item. *total* is how many
    items there are, where that cannot be seen (None: unknown). *unit* names
    them. *message* is a function that says what an item is, such as
    ``lambda f: f.name``; it is called a few times a second, in the loop's own
    thread. A bar appears when the loop has run for a moment, a receipt stays.
    Connected MCP clients can watch the loop and ask it to stop: then
    `LoopStopped` is raised at its next item.

    Without *iterable*, count by hand::

        with track(total=100, label="import") as bar:
            bar.update(10, message="validating")  # bar.set(30), bar.total = 200
            with bar.stage("export", 25, 60): ...  # the loops inside move it from 25 to 60

    Raises `ArgumentError` for what cannot be iterated over.
    """
    return _track(runtime().loops, iterable, label, total, unit, message)


def serve(name: str | None = None, *, port: int | None = None) -> Server:
    """Serve this kernel over MCP: its loops and its `@tool` functions, to clients on this machine.

    *name* defaults to the notebook's; *port* to a free one. The server that
    runs already is returned again. Show it to see the command for a client's
    configuration; `connect(server)` is the client in this notebook;
    `server.stop()` ends it.

    Raises `MCPNotebookError`: the port is in use, or the kernel is served
    already under another name or port.
    """
    return runtime().serve(name=name, port=port)


@overload
def tool(function: F, *, name: str | None = ..., description: str | None = ..., thread: bool = ...) -> F: ...
@overload
def tool(
    *, name: str | None = ..., description: str | None = ..., thread: bool = ...
) -> Callable[[F], F]: ...
def tool(
    function: Any = None, *, name: str | None = None, description: str | None = None, thread: bool = False
) -> Any:
    """Offer a function of this notebook to MCP clients: ``@tool``, or ``@tool(thread=True)``.

    Its schema comes from the signature, its description from the docstring. It
    runs in the kernel's main thread, between cells, and sees the notebook's
    variables; with *thread* in a worker thread, at once. An async function has
    an event loop of its own, in a worker, or the kernel's where that is kept alive
    (`keep_loop_alive`). Loops in it that are tracked report
    to the caller. The function itself is returned unchanged.

    Raises `ArgumentError` for what cannot be a tool.
    """
    return decorate(runtime().functions.add, function, name=name, description=description, thread=thread)


def keep_loop_alive(*, on: bool = True) -> None:
    """Let the kernel's event loop run while a cell waits for a call; `%config MCPMagics.keep_loop_alive` as well.

    Your own asyncio tasks and timers go on then, and async `@tool` functions run on
    that loop, among them. Cells and widget events wait for the cell's end as ever.
    For this asyncio is patched (nest-asyncio) at the first such wait; switched off,
    the waits are the plain ones, and the patch stays until the kernel is restarted.

    Raises `MCPNotebookError` with the reason where it cannot be done safely: there is
    no kernel, its parts or its loop are not the known ones, or a GUI's event loop runs.
    """
    root = runtime()
    root.keeper.switch(on=on)
    for one in getattr(root.place.shell, "configurables", ()):
        if one.has_trait("keep_loop_alive"):
            one.keep_loop_alive = on


def capture(label: str | None = None) -> Capture:
    """Show the loops of tqdm and rich to whoever watches, while the block runs.

    Their bars draw themselves as ever; they are seen in `loops()` and by MCP
    clients, which can ask them to stop, without an edit. *label* stands before
    their names. Plain `for` loops have nothing to be seen by; a cell that begins
    with ``%%mcp_watch`` shows them, too.
    """
    from .foreign.capturing import capture as _capture

    return _capture(runtime().loops, label)


def loops() -> LoopViews:
    """Return every loop that runs, and the last that have ended, as they stand now; oldest first.

    The last 1,000 are kept, and of those that ran inside others the last 250.
    """
    from .tracking.view import LoopViews, view

    current = running()
    if current is None:
        return LoopViews()
    registry = current.loops
    every = {one.number: one for one in (*registry.finished(), *registry.running())}
    return LoopViews(view(every[number], registry.clock()) for number in sorted(every))


def history(last: int | None = None) -> History:
    """Return every call and loop of this kernel as it stands now, oldest first; or the *last* so many.

    What runs is in it, and the last 1,000 that have ended (fewer where their events took more than
    16 MiB). A loop that took less than 0.1 s is only in it where it has a receipt.

    The result is a frozen sequence of `Record`s: index and slice it, filter it (`.calls`, `.loops`,
    `.failed`, `["demo.add"]`), show it, or go on with `.to_pandas()`, `.to_json()`, `.plot()`.
    """
    from .records import History
    from .records.reading import read

    if last is not None and (not isinstance(last, int) or isinstance(last, bool) or last < 1):
        raise ArgumentError(f"last={last!r} is not a whole number of at least 1")
    current = running()
    if current is None:
        return History()
    current.flush()  # loops that have just ended are seen with the next look
    return History(read(current.tracker, last))
