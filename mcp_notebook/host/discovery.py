"""Where running kernels are found: one small private file for each.

Rules. A file holds a secret: it is its owner's alone from the first byte, and
one that anybody else could have written or read is not believed, nor one whose
port another user has. It belongs to the process that its name tells; nobody
takes it away while that process lives, its own forks included. There is no
lock: files appear and vanish whole.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import MCPNotebookError, UnknownServerError
from ..loopback import address_of
from ..text import one_line
from .listeners import is_foreign

PREFIX = "mcp-notebook-"
SIZE_LIMIT = 64 * 1024
LATEST = 1e11
PATIENCE_S = 1.0
SHORTEST_ID = 4
NONE = "no notebook kernel is serving; in the notebook run %mcp_serve"
_TOKEN = re.compile(r"[!-~]+")  # what a header can carry
_KINDS = {
    **dict.fromkeys(("name", "url", "token", "version"), (str,)),
    **dict.fromkeys(("notebook", "kernel"), (str, type(None))),
    "pid": (int,),
    "started": (int, float),
}
_CURE = "give the name, the notebook's file name, the kernel's id or the pid of one of them"


@dataclass(frozen=True)
class Entry:
    """One running kernel that can be reached."""

    name: str
    url: str
    token: str = field(repr=False)
    pid: int
    started: float
    notebook: str | None = None
    kernel: str | None = None
    version: str = ""


def directory() -> Path:
    """Return Jupyter's runtime directory, which is created where it is missing."""
    from jupyter_core.paths import jupyter_runtime_dir

    path = Path(jupyter_runtime_dir())
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def publish(entry: Entry) -> Path:
    """Write the file of *entry* and return its path; raises `MCPNotebookError` where that cannot be."""
    address = address_of(entry.url)
    if address is None:
        raise MCPNotebookError(f"{entry.url!r} is not an http URL of this machine: http://127.0.0.1:PORT/mcp")
    path = directory() / f"{PREFIX}{entry.pid}-{address[1]}.json"
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps({**asdict(entry), "host": socket.gethostname()}))
        unfinished.replace(path)
    except OSError as error:
        _remove(unfinished)
        raise _unwritable(path, error) from error
    return path


def withdraw(path: Path) -> None:
    """Remove a published file; one that is gone, or a living other process's, is left alone."""
    owner = path.name.removeprefix(PREFIX).partition("-")[0]
    if not owner.isdecimal() or int(owner) == os.getpid() or not _runs(int(owner)):
        _remove(path)


def entries() -> tuple[Entry, ...]:
    """Return the kernels that can be reached, newest first; removes what dead ones have left."""
    found = []
    for path in directory().glob(f"{PREFIX}*.json"):
        told = _read(path)
        entry = _believe(told)
        if entry is None:
            continue
        if _runs(entry.pid) and _listens(entry.url):
            if not is_foreign(*(address_of(entry.url) or ("", 0))):
                found.append(entry)
        elif told.get("host") == socket.gethostname():  # a shared home: others' processes are not seen here
            _remove(path)
    return tuple(sorted(found, key=lambda e: (e.started, e.pid), reverse=True))


def choose(entries: Sequence[Entry], wanted: str | None) -> Entry:
    """Return the entry that *wanted* names, or the newest; raises `UnknownServerError` with what there is.

    *wanted* is a name, a notebook's path, file name or stem, a pid, or a kernel id or its beginning.
    """
    if not entries:
        raise UnknownServerError(NONE)
    found = list(entries) if wanted is None else _named(entries, wanted)
    if not found:
        raise UnknownServerError(f"no kernel that serves is called {wanted!r}; {_list(entries)}; {_CURE}")
    if wanted is not None and len({e.pid for e in found}) > 1:
        raise UnknownServerError(f"{wanted!r} could be {len(found)} kernels; {_list(found)}; give a pid")
    return max(found, key=lambda e: (e.started, e.pid))


def _named(entries: Sequence[Entry], wanted: str) -> list[Entry]:
    """Return what the first way of naming that fits anything fits."""
    ways: tuple[Callable[[Entry], bool], ...] = (
        lambda e: wanted == e.name,
        lambda e: e.notebook is not None and wanted in (e.notebook, *_file_names(e.notebook)),
        lambda e: wanted == str(e.pid),
        lambda e: len(wanted) >= SHORTEST_ID and (e.kernel or "").startswith(wanted),
    )
    return next((found for way in ways if (found := [e for e in entries if way(e)])), [])


def _file_names(path: str) -> tuple[str, str]:
    return Path(path).name, Path(path).stem


def _list(entries: Sequence[Entry]) -> str:
    return "there are: " + ", ".join(f"{one_line(e.name)!r} (pid {e.pid})" for e in entries)


def _read(path: Path) -> dict[str, Any]:
    """Return what a trusted file says; nothing where it cannot be trusted or understood."""
    try:
        # A link is not followed, a pipe is not waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return {}
    try:
        told = json.loads(os.read(handle, SIZE_LIMIT)) if _private(os.fstat(handle)) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    finally:
        os.close(handle)
    return told if isinstance(told, dict) else {}


def _private(about: os.stat_result) -> bool:
    if not stat.S_ISREG(about.st_mode):
        return False
    # Windows has no such bits; there the user's profile is what is private.
    return sys.platform == "win32" or (about.st_uid == os.geteuid() and not about.st_mode & 0o077)


def _believe(told: dict[str, Any]) -> Entry | None:
    """Return *told* as an entry where every part of it is what it has to be."""
    if any(type(told.get(key)) not in kinds for key, kinds in _KINDS.items()):
        return None
    entry = Entry(**{key: told[key] for key in _KINDS})
    sound = entry.pid > 0 and 0 <= entry.started < LATEST and address_of(entry.url) is not None
    return entry if sound and _TOKEN.fullmatch(entry.token) else None


def _runs(pid: int) -> bool:
    if sys.platform == "win32":  # there a signal of 0 is a Ctrl-C; the port tells alone
        return True
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):  # also not permitted: the number is another user's process now
        return False
    return True


def _listens(url: str) -> bool:
    try:
        with socket.create_connection(address_of(url) or ("", 0), timeout=PATIENCE_S):
            return True
    except ConnectionRefusedError:
        return False
    except OSError:  # busy is not dead
        return True


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> MCPNotebookError:
    return MCPNotebookError(
        f"cannot write {path}: {error.strerror}; set JUPYTER_RUNTIME_DIR to a directory of yours"
    )
