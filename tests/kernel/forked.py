"""Python processes that begin with their imports done: forks of one that has made them, for tests that start many.

`import mcp` takes over a second of computing, and half of what this suite once
computed was that. What is forked is a process of its own with pipes, signals,
environment and end of its own; only the import is shared. A test of how a
command starts, and of what it loads, starts the command itself.

Rules. Give a command the prefix `prefix()` in place of the interpreter. That
starts a light process which hands its pipes to the fork, passes SIGINT and
SIGTERM on, and ends as the fork ends; when it is killed, so is the fork.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress

SERVING = (
    "mcp.client.streamable_http",
    "mcp.server.stdio",
    "mcp.server.subscriptions",
    "mcp_notebook.bridge.kernel",
    "mcp_notebook.bridge.server",
    "mcp_notebook.bridge.serving",
    "mcp_notebook.bridge.switch",
    "mcp_notebook.cli",
    "mcp_notebook.demo.serving",
    "mcp_notebook.host.clients",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""what a bridge, a demo server and the kernels' door need"""
KERNEL = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipywidgets",
    "jsonschema",
    "mcp.client.streamable_http",
    "mcp_notebook.demo.serving",
    "mcp_notebook.magics",
    "mcp_notebook.notebook",
)
"""what an ipykernel needs that calls tools"""
LENGTH = struct.Struct("!I")
_started: dict[tuple[int, str, tuple[str, ...]], list[str]] = {}


def prefix(imported: tuple[str, ...] = SERVING, python: str = sys.executable) -> list[str]:
    """Return what stands in a command where *python* would, with *imported* done; the first call does that.

    Where nothing can be forked it is *python* itself.
    """
    if not hasattr(os, "fork"):
        return [python]
    key = (os.getpid(), python, imported)
    if key not in _started:
        path = os.path.join(tempfile.mkdtemp(prefix="forked-"), "socket")  # noqa: PTH118 -- light
        ours, theirs = socket.socketpair()
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        listening.listen(64)
        passed = [listening.fileno(), theirs.fileno()]
        _spawn([python, __file__, "serve", *map(str, passed), *imported], passed)
        listening.close()
        theirs.close()
        _started[key] = [sys.executable, "-IS", __file__, "run", path]
        _ours.append(ours)
    return list(_started[key])


def kernelspec(home: os.PathLike[str]) -> None:
    """Write below *home*, a folder for JUPYTER_PATH, that the kernels of this environment are forked."""
    folder = os.path.join(home, "kernels", "python3")  # noqa: PTH118
    os.makedirs(folder)  # noqa: PTH103
    argv = [*prefix(KERNEL), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    with open(os.path.join(folder, "kernel.json"), "w") as file:  # noqa: PTH118, PTH123
        json.dump({"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}, file)


_ours: list[socket.socket] = []
"""held open; what is forked from ends when this process has ended"""


def _spawn(command: list[str], passed: list[int]) -> None:
    import subprocess

    subprocess.run(command, pass_fds=passed, stdin=subprocess.DEVNULL, check=True)


class Forks:
    """Forks for every request that comes on *listening*, until *life* ends; a fork's link tells its end."""

    def __init__(self, listening: socket.socket, life: socket.socket) -> None:
        self._listening, self._life = listening, life
        self._ended, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._running: dict[socket.socket, int] = {}
        self._waiting = selectors.DefaultSelector()
        for one in (listening, life, self._ended):
            self._waiting.register(one, selectors.EVENT_READ)

    def serve(self) -> dict[str, object] | None:
        """Return what was asked for in the fork, and None at the end."""
        while True:
            for key, _ in self._waiting.select():
                it = key.fileobj
                if it is self._life:
                    path = self._listening.getsockname()
                    os.unlink(path)  # noqa: PTH108
                    os.rmdir(os.path.dirname(path))  # noqa: PTH106, PTH120
                    return None
                if it is self._listening:
                    if (request := self._fork()) is not None:
                        return request
                elif it is self._ended:
                    self._bury()
                elif it in self._running:
                    self._pass_on(it)

    def _fork(self) -> dict[str, object] | None:
        link, _ = self._listening.accept()
        request, pipes = _read(link)
        if request is None:
            link.close()
            return None
        pid = os.fork()
        if pid == 0:
            self._leave(pipes, link)
            return request
        for pipe in pipes:
            os.close(pipe)
        self._running[link] = pid
        self._waiting.register(link, selectors.EVENT_READ)
        return None

    def _leave(self, pipes: list[int], link: socket.socket) -> None:
        """Be a process of its own: nothing is shared but what was imported."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._waiting.close()
        for one in (link, self._listening, self._life, self._ended, self._wake, *self._running):
            one.close()
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)

    def _bury(self) -> None:
        self._ended.recv(4096)
        for link, pid in list(self._running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                with suppress(OSError):
                    link.sendall(LENGTH.pack(status))
                with suppress(KeyError):  # its other side may have gone before
                    self._waiting.unregister(link)
                link.close()
                del self._running[link]

    def _pass_on(self, link: socket.socket) -> None:
        said = _some(link)
        for number in said or bytes([signal.SIGKILL]):
            os.kill(self._running[link], number)
        if not said:
            self._waiting.unregister(link)


def _some(link: socket.socket) -> bytes:
    try:
        return link.recv(64)
    except OSError:
        return b""


def _read(link: socket.socket) -> tuple[dict[str, object] | None, list[int]]:
    head, pipes, _, _ = socket.recv_fds(link, LENGTH.size, 3)
    if len(head) < LENGTH.size:
        return None, pipes
    (left,) = LENGTH.unpack(head)
    body = b""
    while len(body) < left:
        body += link.recv(left - len(body))
    return json.loads(body), pipes


def become(request: dict[str, object]) -> None:
    """Run what is asked for as the interpreter does: `-m MODULE …` or `SCRIPT …`."""
    words, environment = request["words"], request["environment"]
    assert isinstance(words, list)
    assert isinstance(environment, dict)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(environment)
    if words[0] == "-m":
        sys.argv = words[1:]
        sys.path[0] = os.getcwd()  # noqa: PTH109
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path[0] = os.path.dirname(words[0])  # noqa: PTH120
        runpy.run_path(words[0], run_name="__main__")


def run(path: str, words: list[str]) -> None:
    """Have *words* run by a fork, and end as it ends."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        request = {"words": words, "environment": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109
        body = json.dumps(request).encode()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: link.send(bytes([number])))
        socket.send_fds(link, [LENGTH.pack(len(body))], [0, 1, 2])
        link.sendall(body)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        status = os.waitstatus_to_exitcode(LENGTH.unpack(link.recv(LENGTH.size))[0])
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2], sys.argv[3:])
    if os.fork():
        os._exit(0)  # what is left is nobody's child: tests count theirs
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel reads as it is imported who its parent is
    for name in sys.argv[4:]:
        __import__(name)
    gc.freeze()
    asked = Forks(*(socket.socket(fileno=int(number)) for number in sys.argv[2:4])).serve()
    if asked is not None:
        become(asked)
