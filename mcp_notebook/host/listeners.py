"""Who listens on a port of this machine, as far as the system tells: Linux does, in /proc/net.

A kernel that was killed leaves a port that any user can take. Neither its
token, nor what an agent asks of a kernel, is for that one.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
ROW = 150
"""bytes; to read on would have the system look for the next row in all of its tables"""
_LISTENS = "0A"
_WORD = 4


def is_foreign(host: str, port: int) -> bool:
    """Return whether another user listens where a connection to *host* and *port* leads."""
    wanted, foreign = _shown(host), False
    for address, user in _listeners(port):
        if address == wanted:  # before any that listens on all addresses
            return user != os.geteuid()
        foreign = foreign or user != os.geteuid()
    return foreign


def _listeners(port: int) -> Iterator[tuple[str, int]]:
    """Yield address and user of whoever listens on *port*; the tables begin with those that listen."""
    for table in TABLES:
        with suppress(OSError, ValueError), table.open("rb", buffering=ROW) as rows:
            rows.readline()
            for row in rows:
                _, local, _, state, _, _, _, user, *_ = row.decode("ascii").split()
                if state != _LISTENS:
                    break
                address, _, shown = local.partition(":")
                if int(shown, 16) == port:
                    yield address, int(user)


def _shown(host: str) -> str | None:
    """Return *host* as the tables show it, in words of the machine's order; `None` where it is a name."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            packed = socket.inet_pton(family, host)
            words = (packed[at : at + _WORD] for at in range(0, len(packed), _WORD))
            return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return None
